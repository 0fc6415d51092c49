"""What stands between a session and the pages: how long it lasts, and the second factor that some roles ask for."""

import time

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from accounts.permissions import lacks_second_factor
from efc_platform.shared.errors import send_elsewhere

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
# Often enough to say when a session was last used, seldom enough to write nothing on most pages.
NOTED_EVERY = 300


def _is_for_anybody(view_func) -> bool:
    """Open, and the same whoever looks: such as a health check, which must not read the session."""
    return not getattr(view_func, "login_required", True) and not getattr(view_func, "personal_when_signed_in", False)


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
        if not lacks_second_factor(request.user):
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
