"""What a view receives once the sign-in middleware has let somebody through, and what it asks of them first."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

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
