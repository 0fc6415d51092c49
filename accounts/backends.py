"""Who a session belongs to."""

from functools import lru_cache

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from accounts.models import User


class SignInBackend(AuthenticationBackend):
    """allauth's, which reads with the user what each of their pages asks: a second factor, notices that wait."""

    def get_user(self, user_id: int) -> User | None:
        user = _everybody().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


@lru_cache(maxsize=1)
def _everybody() -> QuerySet[User]:
    """Never read whole. Drawn once: every request asks, and to draw this question takes longer than its answer."""
    return User.objects.as_signed_in()
