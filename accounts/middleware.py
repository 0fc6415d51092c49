"""At each request: refusals written in the log of accesses, and a place that was lent taken or given back."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pghistory
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from accounts.audit import record_access
from accounts.models import AccessAct, SupportSignIn, User
from accounts.permissions import can_enter_support

GetResponse = Callable[[HttpRequest], HttpResponse]
V = TypeVar("V", bound=Callable[..., Any])
SUPPORT = "support"
# Of the person alone, even when their place is lent: their account, their password, their journal, who comes in.
_OF_ONESELF = ("/mon-compte/", "/mot-de-passe/", "/verification/", "/journal/", "/invitation")
_FORBIDDEN = 403


def of_oneself(view: V) -> V:
    """A page that changes rights or consents: closed to whoever only holds the person's place."""
    view.is_of_oneself = True  # type: ignore[attr-defined]
    return view


class AccessLogMiddleware:
    """What was refused to somebody signed in, and at which address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == _FORBIDDEN and isinstance(request.user, User):
            found = request.resolver_match
            record_access(by=request.user, act=AccessAct.REFUSED, kind=(found.url_name or "") if found else "")
        return response


def record_failed_sign_in(credentials: Mapping[str, Any], **_more: Any) -> None:
    """Of which account, when there is one; what was typed is not kept."""
    user = User.objects.filter(email__iexact=str(credentials.get("email", ""))).first()
    record_access(by=None, act=AccessAct.FAILED_SIGN_IN, about=user.person if user else None)


class SupportMiddleware:
    """Whoever was lent a place acts as that person until it ends: asked of the database at each request."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a session nobody holds a place: it is not even read.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        request.user = SimpleLazyObject(lambda: _whoever_acts(request))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> None:
        is_closed = request.path.startswith(_OF_ONESELF) or getattr(view_func, "is_of_oneself", False)
        if not is_closed and not getattr(view_func, "login_required", True):
            return
        holder = getattr(request.user, "lent_to", None)
        if holder is None:
            return
        if is_closed:
            raise PermissionDenied
        if request.method in settings.PGHISTORY_MIDDLEWARE_METHODS:
            # Beside the person's own name, which pghistory's middleware has written.
            pghistory.context(held_by=holder.pk)


def _whoever_acts(request: HttpRequest) -> Any:
    user = get_user(request)
    if not isinstance(user, User) or SUPPORT not in request.session:
        return user
    found = SupportSignIn.objects.filter(public_id=request.session[SUPPORT]).select_related("concerned__person").first()
    if found is None or not can_enter_support(user, found):
        del request.session[SUPPORT]
        return user
    found.concerned.lent_to, found.concerned.lent_by = user, found
    return found.concerned
