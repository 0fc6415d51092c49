"""Refusals and errors: what happened, what to do next, and every typed text given back to its author."""

import logging
import re
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import forms
from django.apps import apps
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, UnreadablePostError
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from efc_platform.shared.files import StorageAway

log = logging.getLogger(__name__)


class OperationRefused(Exception):
    """A rule of the domain says no; the message is the sentence that the person reads."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class StaleEdit(OperationRefused):
    """Somebody else changed the row since the form was opened: both texts are to be shown."""


class ReadTooSoon(Exception):
    """A view read its row just before another person's saving of it ended: it is to read it again."""


class NoRoom(BadRequest):
    """The server could not even receive what was sent: where it is written down meanwhile is full."""


class Moved(Exception):
    """What the address names is now found at another one."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


# What a person did not type, or must never see again on a screen: `code` opens an account once, from a telephone or a
# mail, and `credential` is what a passkey answered.
_NEVER_SHOWN = re.compile(
    r"pass|mot_de_passe|secret|token|csrf|otp|_?key$|^code$|^credential$|^version$|^next$|^action$"
    r"|^pause-|^draft-|^take-",
    re.IGNORECASE,
)
_SHORT = 60


@dataclass(frozen=True)
class TypedText:
    label: str
    text: str

    @property
    def is_long(self) -> bool:
        return len(self.text) > _SHORT or "\n" in self.text

    @property
    def rows(self) -> int:
        return min(14, 1 + self.text.count("\n") + len(self.text) // 80)


@cache
def _french_names() -> dict[str, str]:
    """The names that models and forms give their fields, for a page that no longer knows the form."""
    fields = (field for model in apps.get_models() for field in model._meta.fields)
    # A field without a name of its own was given its English identifier: better nothing than that.
    names = {
        field.name: str(field.verbose_name) for field in fields if field.verbose_name != field.name.replace("_", " ")
    }
    return names | _labels_of_forms()


def _labels_of_forms() -> dict[str, str]:
    """Those on which all forms agree."""
    labels: dict[str, set[str]] = {}
    for form in _descendants(forms.BaseForm):
        for name, field in getattr(form, "base_fields", {}).items():
            labels.setdefault(name, set()).add(str(field.label or ""))
    return {name: said.copy().pop() for name, said in labels.items() if len(said) == 1 and said != {""}}


def _descendants(kind: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def _label(name: str) -> str:
    known = _french_names().get(name.rsplit("-", 1)[-1], "")
    return known[:1].upper() + known[1:] or "Votre saisie"


def _is_identifier(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


def typed_texts(request: HttpRequest) -> list[TypedText]:
    """What the request carries that a person may have typed, secrets left out; nothing when it cannot be read."""
    try:
        return texts_of(request.POST.lists())
    except (RequestDataTooBig, UnreadablePostError, OSError):
        return []


def texts_of(typed: Iterable[tuple[str, list[str]]]) -> list[TypedText]:
    """Fields and what they hold, as texts that a person may have typed, each under the name its form gives it."""
    shown = ((name, value) for name, values in typed for value in values if not _NEVER_SHOWN.search(name))
    return [TypedText(_label(name), value) for name, value in shown if value.strip() and not _is_identifier(value)]


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _page(request: HttpRequest | None, name: str, status: int, **context: Any) -> HttpResponse:
    """Without a request the page asks nothing of the session, which may not have been reached yet."""
    response = render(request, f"errors/{name}.html", context, status=status)
    # Texts given back must stay neither in a cache nor in the history of a shared computer.
    response["Cache-Control"] = "no-store"
    return response


class RefusalMiddleware:
    """What no view answered: an OperationRefused, its sentence and the texts to take back; what Moved, where it is;
    what was ReadTooSoon, the same view on the row as it now is."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Moved):
            return HttpResponseRedirect(exception.url)
        if isinstance(exception, ReadTooSoon):
            return self._read_again(request)
        if not isinstance(exception, OperationRefused):
            return None
        return _page(request, "refused", 409, message=exception.message, typed=typed_texts(request))

    def _read_again(self, request: HttpRequest) -> HttpResponse | None:
        """Nothing was written the first time. Yet another saving may end in between: more than once, not for ever."""
        view, args, kwargs = request.resolver_match  # type: ignore[misc]
        for _time in range(3):
            try:
                # Their own sheet may be what was saved meanwhile.
                if request.user.is_authenticated:
                    request.user.refresh_from_db()
                return view(request, *args, **kwargs)
            except ReadTooSoon:
                continue
            except (OperationRefused, Moved) as exception:
                return self.process_exception(request, exception)
        return None


def _leave_for(address: str) -> HttpResponse:
    """htmx would put the page inside a fragment: it is told to go there instead."""
    return HttpResponse(status=403, headers={"HX-Redirect": address, "Cache-Control": "no-store"})


def send_elsewhere(request: HttpRequest, *, address: str, page: str) -> HttpResponse:
    """Something is to be done at that address first: one is led there, and what was typed is given back by
    the error page of that name."""
    if request.method in {"GET", "HEAD"}:
        return _leave_for(address) if _is_htmx(request) else HttpResponseRedirect(address)
    return _page(request, page, 403, address=address, typed=typed_texts(request))


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Closed by default; a session that ends while somebody writes costs them no word."""

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponseBase | None:
        # Asked before who the person is: an open page such as a health check never reads the session.
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponse:  # type: ignore[override]
        if request.method not in {"GET", "HEAD"}:
            return self._session_ended(request, view_func)
        if _is_htmx(request):
            return _leave_for(self._sign_in_address(request, view_func, request.headers.get("HX-Current-URL", "")))
        return super().handle_no_permission(request, view_func)

    def _session_ended(self, request: HttpRequest, view_func) -> HttpResponse:
        sign_in_url = self._sign_in_address(request, view_func, request.headers.get("Referer", ""))
        response = _page(request, "session_ended", 403, sign_in_url=sign_in_url, typed=typed_texts(request))
        if _is_htmx(request):
            # htmx leaves the page as it is on a 403, texts included; the event lets the page say why.
            response["HX-Trigger"] = "session-ended"
        return response

    def _sign_in_address(self, request: HttpRequest, view_func, page: str) -> str:
        """Signing in leads back to the page one was on, if it is ours."""
        is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()})
        query = urlencode({self.get_redirect_field_name(view_func): page if is_ours else "/"})
        return f"{resolve_url(self.get_login_url(view_func))}?{query}"


def _comes_from_our_pages(request: HttpRequest) -> bool:
    """Another site's form must not make us show its words as if the person had written them."""
    return request.headers.get("Origin") in {None, f"{request.scheme}://{request.get_host()}"}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    typed = typed_texts(request) if _comes_from_our_pages(request) else []
    return _page(request, "csrf", 403, typed=typed)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if isinstance(exception, NoRoom):
        log.error("no room to receive a file: %s", exception.__cause__)
        return _page(None, "507", 507)
    return _page(None, "400", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403", 403, typed=typed_texts(request))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404", 404, typed=typed_texts(request))


def too_large(request: HttpRequest) -> HttpResponse:
    return _page(None, "413", 413)


def too_many(
    request: HttpRequest, exception: Exception | None = None, *, page: str = "429", retry_after: int = 60, **more: Any
) -> HttpResponse:
    response = _page(request, page, 429, typed=typed_texts(request), **more)
    response["Retry-After"] = str(retry_after)
    return response


_LAST_RESORT = """<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><title>Un incident est survenu · Trajectoires EFC</title></head>
<body><main><h1>Un incident est survenu de notre côté</h1>
<p>Revenez à la page précédente\u00a0: ce que vous y avez écrit y est sans doute encore.
Réessayez dans quelques minutes.</p></main></body>
</html>
"""


def server_error(request: HttpRequest) -> HttpResponse:
    """Stands without the database, the session or the context processors: any of them may be what failed.

    A database or a bucket that is away, or a row that somebody held for too long, will pass: the form can be sent
    again.
    """
    is_passing = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError, StorageAway))
    status = 503 if is_passing else 500
    try:
        body: str = render_to_string(f"errors/{status}.html", {"typed": typed_texts(request)})
    except Exception:
        log.exception("the error page itself failed")
        body = _LAST_RESORT
    response = HttpResponse(body, status=status, headers={"Cache-Control": "no-store"})
    if is_passing:
        response["Retry-After"] = "10"
    return response
