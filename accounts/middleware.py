"""Nobody goes on without having read and accepted the terms of use; nothing typed is lost for it."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts import terms
from accounts.models import TermsAcceptance
from efc_platform.shared.errors import typed_texts

SESSION_KEY = "terms"


def last_accepted(user: AbstractBaseUser) -> int:
    accepted = TermsAcceptance.objects.filter(user=user.pk).values_list("number", flat=True).first()
    return accepted or 0


def remember_terms(sender: Any, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    """Said once in the session, so that a page asks the database nothing."""
    request.session[SESSION_KEY] = last_accepted(user)


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
        accepted = request.session.get(SESSION_KEY)
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
