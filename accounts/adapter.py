"""What allauth asks of the platform: who may sign up, the words of its mails, where its links lead."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse

from efc_platform.shared.mail import absolute_url, render_mail

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts open by invitation; every mail is ours, in plain French."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "L’adresse ou le mot de passe ne correspond à aucun compte ouvert.",
        "too_many_login_attempts": "Trop d’essais de suite\u00a0: attendez cinq minutes, ou changez de mot de passe.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "invalid_password_reset": "Ce lien n’est plus valable.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Changing the password closes every session, this one included."""
        return reverse("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        uidb36, _dash, token = key.partition("-")
        return absolute_url(reverse("account_reset_password_from_key", args=[uidb36, token]))

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        subject, body = render_mail(f"{template_prefix}.txt", context)
        return EmailMessage(subject, body, to=[email] if isinstance(email, str) else email, headers=headers)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away must not tell, by an error, which addresses have an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("%s could not be sent", template_prefix)
