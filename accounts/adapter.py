"""What allauth asks of the platform: who may sign up, the words of its mails, where its links lead."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse

from accounts.factors import open_secret, seal_secret
from accounts.models import User
from efc_platform.shared.encryption import TamperedText, UnknownKey
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.mail import absolute_url, render_mail

log = logging.getLogger(__name__)
# How one proves again who one is.
PROVING = {
    "reauthenticate": "Donner mon mot de passe",
    "mfa_reauthenticate": "Donner un code",
    "mfa_reauthenticate:webauthn": "Me servir d’une clé d’accès",
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts open by invitation; every mail is ours, in plain French."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "L’adresse ou le mot de passe ne correspond à aucun compte ouvert.",
        "too_many_login_attempts": "Trop d’essais de suite\u00a0: attendez cinq minutes, ou changez de mot de passe.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "invalid_password_reset": "Ce lien n’est plus valable.",
        "account_inactive": "Ce compte est fermé.",
        "email_taken": "Un compte existe déjà pour cette adresse.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi.",
        "invalid_login": "Cette connexion n’a pas abouti : recommencez.",
        "invalid_or_expired_key": "Ce lien n’est plus valable.",
        "rate_limited": "Trop d’essais de suite : attendez une minute.",
        "same_as_current": "C’est déjà ce que vous avez.",
        "unknown_email": "Cette adresse n’est celle d’aucun compte ouvert.",
    }

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict]:
        return [one | {"description": PROVING[one["id"]]} for one in super().get_reauthentication_methods(user)]

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


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets sealed as the journal is, their words ours."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": "Ce moyen ne peut pas être retiré.",
        "cannot_generate_recovery_codes": "Ajoutez d’abord une application ou une clé d’accès.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi.",
    }

    def encrypt(self, text: str) -> str:
        return seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        """A key that the server lost is nothing that the person typed: they are told so, and the journal whose it is
        to mend."""
        try:
            return open_secret(encrypted_text)
        except (UnknownKey, TamperedText) as problem:
            log.exception("a second factor does not open: see check_deployment, and JOURNAL_KEYS")
            raise OperationRefused(
                "Le serveur n’a plus la clé qui ouvre votre second facteur\u00a0: votre code n’est pas en cause, et "
                "rien n’est perdu. Prévenez la personne qui tient le serveur."
            ) from problem

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count()
        return "Clé d’accès" if number == 0 else f"Clé d’accès n° {number + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Trajectoires EFC"}

    def get_public_key_credential_user_entity(self, user: User) -> dict:
        return super().get_public_key_credential_user_entity(user) | {"display_name": user.person.display_name}
