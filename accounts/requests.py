"""What a view receives once the sign-in middleware has let somebody through, and what it asks of them first."""

from collections.abc import Callable
from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from accounts.permissions import is_permitted


class SignedInRequest(HttpRequest):
    """A request whose user is known: views are closed by default, so nobody anonymous reaches them."""

    user: User


def permitted(act: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Refuses whoever has no role that opens this line of the table of acts, before anything else is asked of
    them: somebody who may not need not prove again who they are."""

    def guard(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: SignedInRequest, *args, **kwargs) -> HttpResponse:
            if not is_permitted(request.user, act):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def proved_again_from(page: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A button that asks to prove again who one is; once done, one is back on its page: a button is no address."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            try:
                return reauthentication_required(view)(request, *args, **kwargs)
            except ReauthenticationRequired:
                return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': reverse(page)})}")

        return answer

    return decorate
