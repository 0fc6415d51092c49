"""Inviting, sending again, taking back, accepting."""

from django.db import transaction
from django.utils import timezone

from accounts import notifications
from accounts.doors import OFFERS
from accounts.models import Invitation, Person, Role, User
from accounts.operations.people import grant_role, open_account
from accounts.permissions import Standing, can_follow_invitation, is_permitted
from accounts.queries import find_invitation
from efc_platform.shared.errors import OperationRefused

NO_LONGER_VALID = "Cette invitation n’est plus valable."


@transaction.atomic
def invite_to_network(
    *, by: User, email: str, role: Role, first_name: str = "", last_name: str = "", words: str = ""
) -> Invitation:
    """Coordination invites somebody to a role on the platform. Whether the address already has an account is
    not said: page and mail are the same. OperationRefused when the same invitation already waits."""
    if not is_permitted(by, "invite_to_network"):
        raise OperationRefused("Seule la coordination invite dans le réseau.")
    if Invitation.objects.waiting().filter(email=email.strip().lower(), role=role).exists():
        raise OperationRefused("Une invitation à ce rôle attend déjà une réponse à cette adresse.", field="email")
    invitation = Invitation.objects.write(
        by=by, email=email, role=role, first_name=first_name, last_name=last_name, words=words
    )
    notifications.post_invitation(invitation)
    return invitation


@transaction.atomic
def send_invitation_again(*, by: User, invitation: Invitation) -> Invitation:
    """A new mail and a week more; the link of the first one no longer opens anything."""
    current = _to_follow(by, invitation)
    current.renew()
    current.save()
    notifications.post_invitation(current)
    return current


@transaction.atomic
def revoke_invitation(*, by: User, invitation: Invitation) -> Invitation:
    """Takes it back: its link opens nothing from now on."""
    current = _to_follow(by, invitation)
    current.revoked_at, current.revoked_by, current.token_hash = timezone.now(), by, None
    current.save()
    return current


def _to_follow(by: User, invitation: Invitation) -> Invitation:
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not can_follow_invitation(by, current):
        raise OperationRefused("Vous ne suivez pas cette invitation.")
    if current.accepted_at:
        raise OperationRefused("Cette invitation a déjà été acceptée.")
    if current.revoked_at:
        raise OperationRefused("Cette invitation est déjà annulée.")
    return current


@transaction.atomic
def accept_invitation(*, by: User, token: str) -> Invitation:
    """Somebody who already has an account, of the address invited, is given what it offers. OperationRefused
    when it is no longer valid or is for another address."""
    invitation = _opened(token)
    theirs = frozenset({Standing.CONCERNED} if by.email == invitation.email else ())
    if not is_permitted(by, "accept_invitation", standings=theirs):
        raise OperationRefused("Cette invitation est adressée à une autre adresse que celle de votre compte.")
    return _close(invitation, by)


@transaction.atomic
def come_in(*, token: str, first_name: str, last_name: str, gender: str, password: str) -> User:
    """Opens the account of whoever was invited, at that address and no other, and gives what is offered.
    Nobody acts yet: holding the token proves that the address is theirs. OperationRefused when it is no longer
    valid, or when the address already has an account."""
    invitation = _opened(token)
    written = {"first_name": first_name, "last_name": last_name, "gender": gender, "email": invitation.email}
    user = open_account(person=_already_written(invitation, written), password=password, **written)
    _close(invitation, user)
    return user


def _already_written(invitation: Invitation, written: dict[str, str]) -> Person | None:
    """The person whom somebody else wrote down until now: their own word on their name is the right one."""
    person = invitation.person
    if person is None or User.objects.filter(person=person).exists():
        return None
    for name, value in written.items():
        setattr(person, name, value)
    person.version += 1
    person.save()
    return person


def _opened(token: str) -> Invitation:
    """Locked, so that two who accept at once do it one after the other; whoever could no longer make it today
    has not left it behind."""
    Invitation.objects.select_for_update().opened_by(token).first()
    found = find_invitation(token)
    if found is None:
        raise OperationRefused(NO_LONGER_VALID)
    return found


def _close(invitation: Invitation, user: User) -> Invitation:
    invitation.accepted_at, invitation.accepted_by, invitation.token_hash = timezone.now(), user, None
    invitation.save()
    role = invitation.role
    if role and not user.role_grants.current().filter(role=role).exists():
        grant_role(by=invitation.invited_by, user=user, role=Role(role))
    for offer in OFFERS:
        offer.give(invitation, user)
    return invitation
