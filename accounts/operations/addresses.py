"""Changing one's address: proved by a link at the new one, told to the old one."""

from hashlib import sha256

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Person, User
from accounts.queries import NEW_ADDRESS, new_address
from efc_platform.backstage import mails
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.mail import absolute_url


@transaction.atomic
def ask_for_new_address(*, by: User, email: str) -> None:
    """Sends a link to the new address; nothing changes until it is followed. An address that has an account is
    written to as well, in other words: the answer does not tell which addresses are known."""
    email = email.lower()
    if email == by.email:
        raise OperationRefused("C’est déjà l’adresse de votre compte.", field="email")
    token = signing.dumps({"user": by.pk, "from": by.email, "to": email}, salt=NEW_ADDRESS)
    is_taken = User.objects.filter(email__iexact=email).exists()
    mails.post(
        key=f"new_address:{_short(token)}",
        to=email,
        template="emails/address_taken.txt" if is_taken else "emails/address_confirm.txt",
        context={"url": absolute_url(reverse("confirm_address", args=[token]))},
    )


@transaction.atomic
def change_address(*, by: User, token: str) -> None:
    """The account and the person take the address whose link was followed; the old address is told.

    OperationRefused when the link is too old, used, or the address is taken meanwhile."""
    user = User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    email, before = new_address(user=user, token=token), user.email
    if email is None:
        raise OperationRefused("Ce lien n’est plus valable\u00a0: redemandez le changement depuis votre compte.")
    _write(user, email)
    by.email = email
    mails.post(
        key=f"address_changed:{_short(token)}", to=before, template="emails/address_changed.txt", context={"new": email}
    )


def _short(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _write(user: User, email: str) -> None:
    user.email = email
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:
        raise OperationRefused("Un compte existe déjà pour cette adresse.") from None
    person = Person.objects.select_for_update().get(pk=user.person_id)
    person.email, person.version = email, person.version + 1
    person.save(update_fields=["email", "version"])
    # allauth's own list, kept at some sign-ins: the former address must open nothing.
    EmailAddress.objects.filter(user=user).delete()
