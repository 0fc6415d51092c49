"""Who a session belongs to."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class SignInBackend(AuthenticationBackend):
    """allauth's, which reads with the user what each of their pages asks: a second factor, notices that wait."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.as_signed_in().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
