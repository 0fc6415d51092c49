"""The number each request is given: in its answer, in every line of the logs, in what is recorded of it."""

import logging
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType

from django.http import HttpRequest, HttpResponse

from efc_platform.shared.logs import DiscreetFormatter

_CURRENT: ContextVar[str] = ContextVar("request_id", default="")
# What begins a new line somewhere: also in the viewers that follow Unicode.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def request_id() -> str:
    """The number of the request being answered, or for which a worker works; empty in a command."""
    return _CURRENT.get()


@contextmanager
def as_request(number: str) -> Iterator[None]:
    """What a worker does and logs for a request is found under its number."""
    token = _CURRENT.set(number)
    try:
        yield
    finally:
        _CURRENT.reset(token)


class RequestIdMiddleware:
    """Made here for each request: a number sent by the visitor could pass for another's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with as_request(uuid.uuid4().hex):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id()
            return response


class OneLineFormatter(DiscreetFormatter):
    """One event, one line: whatever a visitor typed cannot write a second one (ASVS 16.4.1). A trace is set back."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.request_id = request_id() or "-"
        record.message = _CONTROLS.sub(lambda found: repr(found.group())[1:-1], record.message)
        return super().formatMessage(record)

    def formatException(self, ei: ExcInfo) -> str:
        return "\n".join(f"  | {line}" for line in super().formatException(ei).splitlines())
