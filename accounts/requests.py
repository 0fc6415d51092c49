"""What a view receives once the sign-in middleware has let somebody through."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request whose user is known: views are closed by default, so nobody anonymous reaches them."""

    user: User
