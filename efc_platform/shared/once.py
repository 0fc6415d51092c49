"""What is read once while a page is shown: a GET changes nothing, so what it read stays true until it ends."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase

T = TypeVar("T")
_READ: ContextVar[dict[Hashable, Any] | None] = ContextVar("read", default=None)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, kept under `key` until the page is shown; read anew each time elsewhere (a form
    that is sent, a background job, a test), where a write may come between."""
    found = _READ.get()
    if found is None:
        return read()
    if key not in found:
        found[key] = read()
    return found[key]


@contextmanager
def reading_once() -> Iterator[None]:
    """Within it what is read is kept, from nothing known: for as long as nothing is written."""
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


class ReadOnceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with reading_once():
            return self.get_response(request)
