"""What stands between a session and the pages: how long it lasts, a second factor for some roles, the terms, a place
that was lent, refusals written in the log of accesses."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import pghistory
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.middleware import get_user
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from accounts import terms
from accounts.audit import record_access
from accounts.models import AccessAct, SupportSignIn, TermsAcceptance, User
from accounts.permissions import can_enter_support, lacks_second_factor
from efc_platform.shared.errors import send_elsewhere, typed_texts

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
# Often enough to say when a session was last used, seldom enough to write nothing on most pages.
NOTED_EVERY = 300


def _is_for_anybody(view_func) -> bool:
    """Open, and the same whoever looks: such as a health check, which must not read the session."""
    return not getattr(view_func, "login_required", True) and not getattr(view_func, "personal_when_signed_in", False)


def holder_of(request: HttpRequest) -> Any:
    """Who is at the keyboard: whoever was lent the place, else whoever it is of."""
    return getattr(request.user, "lent_to", None) or request.user


class OpenSessionMiddleware:
    """A session ends twelve hours after its sign-in, an hour after its last page; that it is in use is noted
    every five minutes, as an access log is."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> None:
        if _is_for_anybody(view_func) or not request.user.is_authenticated:
            return
        now, session = time.time(), request.session
        seen_at = session.get(SEEN_AT, now)
        is_old = now - session.get(SIGNED_IN_AT, now) > settings.SESSION_COOKIE_AGE
        if is_old or now - seen_at > settings.SESSION_IDLE_SECONDS:
            logout(request)
        elif SIGNED_IN_AT not in session or now - seen_at > NOTED_EVERY:
            session.setdefault(SIGNED_IN_AT, now)
            session[SEEN_AT] = now
            if holder_of(request) == request.user:
                UserSession.objects.create_from_request(request)


class SecondFactorMiddleware:
    """Before anything confidential, whoever's roles open it registers a second factor; their security pages,
    which say so with `before_second_factor`, are all that opens until then."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponseBase | None:
        opens = _is_for_anybody(view_func) or getattr(view_func, "before_second_factor", False)
        if opens or not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        if not lacks_second_factor(holder_of(request)):
            return None
        return send_elsewhere(request, address=reverse("second_factor"), page="second_factor")


def before_second_factor(view_func):
    """Marks a page of one's own security: it opens to whoever has yet to register a second factor."""
    view_func.before_second_factor = True
    return view_func


def personal_when_signed_in(view_func):
    """Marks a page that is open, but shows what is one's own to whoever has a session."""
    view_func.personal_when_signed_in = True
    return view_func


TERMS = "terms"


def last_accepted(user: AbstractBaseUser) -> int:
    accepted = TermsAcceptance.objects.filter(user=user.pk).values_list("number", flat=True).first()
    return accepted or 0


def remember_terms(sender: Any, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    """Said once in the session, so that a page asks the database nothing."""
    request.session[TERMS] = last_accepted(user)


def without_terms(view: Callable) -> Callable:
    """A page that does not wait for the terms: reading them, leaving, taking one's data away."""
    view.asks_no_terms = True  # type: ignore[attr-defined]
    return view


class TermsMiddleware:
    """Leads to the terms whoever has not accepted them in their current version.

    A form opened under the former version still goes through: its words matter more than the date. Somebody who
    never accepted any writes nothing, and is given back what they typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> HttpResponse | None:
        if not _concerns(request, view):
            return None
        accepted = request.session.get(TERMS)
        if accepted is None:
            accepted = last_accepted(request.user)  # type: ignore[arg-type]
        if accepted >= terms.current().number:
            return None
        if request.method in {"GET", "HEAD"}:
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('accept_terms')}?{query}")
        if accepted:
            return None
        context = {"version": terms.current(), "typed": typed_texts(request)}
        return render(request, "accounts/terms_needed.html", context, status=403)


def _concerns(request: HttpRequest, view: Callable) -> bool:
    is_closed = getattr(view, "login_required", True) and not getattr(view, "asks_no_terms", False)
    # htmx fills a part of a page that has already been shown.
    return is_closed and request.user.is_authenticated and "HX-Request" not in request.headers


SUPPORT = "support"
# Of the person alone, even when their place is lent: their account and what it was told, their journal, who comes in,
# what they agree to, whom they vouch for.
_OF_ONESELF = (
    *("/mon-compte/", "/mot-de-passe/", "/verification/", "/conditions/accepter/"),
    *("/journal/", "/personnes/", "/invitation", "/notifications/"),
)
_FORBIDDEN = 403


def of_oneself(view: Callable) -> Callable:
    """A page that changes rights or consents, or that is between two people: closed to whoever only holds the
    person's place."""
    view.is_of_oneself = True  # type: ignore[attr-defined]
    return view


class AccessLogMiddleware:
    """What was refused to somebody signed in, and at which address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
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

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Without a session nobody holds a place: it is not even read.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        request.user = SimpleLazyObject(lambda: _whoever_acts(request))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> None:
        is_closed = request.path.startswith(_OF_ONESELF) or getattr(view_func, "is_of_oneself", False)
        if not is_closed and not getattr(view_func, "login_required", True):
            return
        holder = holder_of(request)
        if holder == request.user:
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
