"""Coming into a structure and leaving it: invitations, the link one passes on, requests to join."""

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Invitation, Person, User
from accounts.notifications import post_invitation
from accounts.permissions import Standing, is_permitted
from efc_platform.shared.errors import OperationRefused
from structures import notifications
from structures.keeping import LEADING, refuse_leaving_alone
from structures.looks import note_rights
from structures.models import (
    JOIN_TRANSITIONS,
    JoinLink,
    JoinRequest,
    JoinState,
    LocalRole,
    Membership,
    MembershipOffer,
    Structure,
    new_code,
)
from structures.permissions import can_decide_join, can_invite

NOT_YOURS = "Seules la direction de la structure et les personnes qui l’accompagnent peuvent faire cela."


@transaction.atomic
def invite_to_structure(
    *,
    by: User,
    structure: Structure,
    role: LocalRole,
    email: str,
    first_name: str = "",
    last_name: str = "",
    function: str = "",
    words: str = "",
    person: Person | None = None,
) -> Invitation:
    """Invites somebody to a place in the structure, so that they can sign in; `person` is given when they are
    already written down there. By whoever leads or accompanies it, and coordination.

    OperationRefused when the same invitation already waits. Whether the address has an account is not said.
    """
    if not can_invite(by, structure):
        raise OperationRefused("Vous n’invitez pas dans cette structure.")
    if person and not structure.memberships.current().filter(person=person).exists():
        raise OperationRefused("Cette personne n’est plus dans la structure.")
    offers = MembershipOffer.objects.filter(structure=structure, role=role)
    if Invitation.objects.waiting().filter(membership_offer__in=offers, email=email.strip().lower()).exists():
        raise OperationRefused("Une invitation à cette place attend déjà une réponse à cette adresse.", field="email")
    invitation = Invitation.objects.write(
        by=by, email=email, first_name=first_name, last_name=last_name, words=words, person=person
    )
    MembershipOffer.objects.create(invitation=invitation, structure=structure, role=role, function=function)
    post_invitation(invitation)
    return invitation


@transaction.atomic
def take_offered_place(*, by: User, invitation: Invitation) -> None:
    """The place that an accepted invitation offers is theirs from today; nothing when it offers something else.
    Written down there until now under a row without an account, they take its place."""
    offer = MembershipOffer.objects.select_related("structure").filter(invitation=invitation).first()
    if offer is None or invitation.accepted_by_id != by.pk:
        return
    _join(by, offer.structure, by.person, LocalRole(offer.role), offer.function)
    if invitation.person_id and invitation.person_id != by.person_id:
        _take_place_of(invitation.person_id, by.person, offer)


def _take_place_of(written_down: int, person: Person, offer: MembershipOffer) -> None:
    """With what was said of it: whoever presided, or was called first, still is."""
    held = offer.structure.memberships.current().filter(role=offer.role)
    for twin in held.filter(person=written_down):
        twin.until = timezone.localdate()
        twin.save()
        held.filter(person=person).update(presides=twin.presides, is_usual_contact=twin.is_usual_contact)


def _join(by: User, structure: Structure, person: Person, role: LocalRole, function: str = "") -> None:
    held = structure.memberships.current().filter(person=person, role=role)
    if not held.exists():
        note_rights(by, structure, person, f"member:{role}")
        Membership.objects.create(
            structure=structure, person=person, role=role, function=function, since=timezone.localdate()
        )


@transaction.atomic
def renew_join_link(*, by: User, structure: Structure) -> JoinLink:
    """A link to pass on, or a new one: the former then leads nowhere."""
    _refuse_stranger(by, structure)
    made = {"code": new_code(), "made_by": by, "made_at": timezone.now()}
    return JoinLink.objects.update_or_create(structure=structure, defaults=made)[0]


@transaction.atomic
def close_join_link(*, by: User, structure: Structure) -> None:
    """The link leads nowhere any more; those who have asked still wait for an answer."""
    _refuse_stranger(by, structure)
    JoinLink.objects.filter(structure=structure).delete()


def _refuse_stranger(by: User, structure: Structure) -> None:
    if not can_decide_join(by, structure):
        raise OperationRefused(NOT_YOURS)


@transaction.atomic
def ask_to_join(
    *,
    link: JoinLink,
    first_name: str,
    email: str,
    role: LocalRole,
    last_name: str = "",
    words: str = "",
    person: Person | None = None,
    client_key: uuid.UUID | None = None,
) -> JoinRequest:
    """Keeps what somebody asks, with or without an account, and tells those who may answer. It opens nothing.
    Nobody acts: holding the link is enough to ask. The same again, or a second one from the same address while
    the first waits, changes nothing."""
    structure, address = link.structure, email.strip().lower()
    waiting = structure.join_requests.waiting().filter(email=address).first()
    if waiting is not None:
        return waiting
    columns = {"structure": structure, "person": person, "first_name": first_name.strip(), "email": address}
    columns |= {"last_name": last_name.strip(), "role": role, "words": words.strip()}
    try:
        with transaction.atomic():
            asked = JoinRequest.objects.create(client_key=client_key or uuid.uuid4(), **columns)
    except IntegrityError:
        return JoinRequest.objects.get(structure=structure, email=address, state=JoinState.WAITING)
    notifications.tell_join_asked(asked)
    return asked


@transaction.atomic
def accept_join_request(*, by: User, asked: JoinRequest) -> JoinRequest:
    """The place is theirs; whoever has no account yet is invited at the address they gave, which proves it."""
    current = _decide(by, asked, JoinState.ACCEPTED)
    if current.person:
        _join(by, current.structure, current.person, LocalRole(current.role))
        notifications.tell_join_decided(current)
    else:
        invite_to_structure(
            by=by,
            structure=current.structure,
            role=LocalRole(current.role),
            email=current.email,
            first_name=current.first_name,
            last_name=current.last_name,
        )
    return current


@transaction.atomic
def decline_join_request(*, by: User, asked: JoinRequest) -> JoinRequest:
    """No place is given, and whoever asked with an account is told; nobody else ever knew that they asked."""
    current = _decide(by, asked, JoinState.DECLINED)
    if current.person:
        notifications.tell_join_decided(current)
    return current


def _decide(by: User, asked: JoinRequest, state: JoinState) -> JoinRequest:
    rows = JoinRequest.objects.select_for_update(of=("self",)).select_related("structure", "person__user")
    current = rows.get(pk=asked.pk)
    _refuse_stranger(by, current.structure)
    if state not in JOIN_TRANSITIONS[JoinState(current.state)]:
        raise OperationRefused(f"Cette demande est déjà {current.get_state_display()}.")
    current.state, current.decided_by, current.decided_at = state, by, timezone.now()
    current.save()
    return current


@transaction.atomic
def leave_structure(*, by: User, structure: Structure) -> None:
    """One leaves of one's own accord, today, from every place one has there; what one did and wrote stays.
    OperationRefused for the last who answers for it."""
    mine = structure.memberships.current().filter(person=by.person).select_for_update()
    held = {one.role for one in mine}
    if not is_permitted(by, "leave_structure", standings=frozenset({Standing.CONCERNED} if held else ())):
        raise OperationRefused("Vous ne faites pas partie de cette structure.")
    if LocalRole.LEADER in held:
        refuse_leaving_alone(structure, by.person, LEADING)
    for role in held:
        note_rights(by, structure, by.person, f"member-ended:{role}")
    mine.update(until=timezone.localdate())
