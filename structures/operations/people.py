"""Who is of a structure."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import Gender, Person, User
from efc_platform.shared.errors import OperationRefused
from structures.keeping import LEADING, refuse_leaving_alone
from structures.looks import note_rights
from structures.models import (
    LocalRole,
    Membership,
    Structure,
)
from structures.permissions import (
    can_edit_structure,
)

_NOT_KEPT = "Vous ne tenez pas la fiche de cette structure."
_PRESIDES = (
    "Une association est présidée par quelqu’un de son conseil d’administration\u00a0: changez d’abord sa place."
)


@transaction.atomic
def add_member(
    *,
    by: User,
    structure: Structure,
    role: LocalRole,
    first_name: str = "",
    last_name: str = "",
    gender: str = Gender.UNSAID,
    email: str = "",
    phone: str = "",
    presides: bool = False,
    function: str = "",
    person: Person | None = None,
    since: date | None = None,
) -> Membership:
    """Writes a person's place in a structure. It opens the structure to nobody: somebody written down here
    is a new person, and an address is only a way to reach them; accounts are joined by invitation.

    OperationRefused when they already hold this role there.
    """
    if not can_edit_structure(by, structure):
        raise OperationRefused(_NOT_KEPT)
    if presides and role != LocalRole.BOARD:
        raise OperationRefused(_PRESIDES, field="presides")
    held = structure.memberships.current().filter(role=role)
    namesakes = held.filter(person__first_name__iexact=first_name, person__last_name__iexact=last_name)
    if person is None and namesakes.exists():
        raise OperationRefused(
            "Une personne de ce nom a déjà ce rôle dans la structure. Si c’en est une autre, distinguez leurs noms.",
            field="role",
        )
    if person is None:
        named = {"first_name": first_name, "last_name": last_name, "gender": gender}
        person = Person.objects.create(**named, email=email, phone=phone)
    if held.filter(person=person).exists():
        raise OperationRefused(f"{person.display_name} a déjà ce rôle dans la structure.", field="role")
    note_rights(by, structure, person, f"member:{role}")
    return Membership.objects.create(
        structure=structure,
        person=person,
        role=role,
        function=function,
        presides=presides,
        since=since or timezone.localdate(),
    )


@transaction.atomic
def set_usual_contact(*, by: User, membership: Membership, is_contact: bool) -> None:
    """The person whom one calls first, among those of the structure: whoever was no longer is."""
    if not can_edit_structure(by, membership.structure):
        raise OperationRefused(_NOT_KEPT)
    Structure.objects.select_for_update().get(pk=membership.structure_id)
    current = membership.structure.memberships.current()
    current.filter(is_usual_contact=True).exclude(pk=membership.pk).update(is_usual_contact=False)
    current.filter(pk=membership.pk).update(is_usual_contact=is_contact)


@transaction.atomic
def set_presidency(*, by: User, membership: Membership, presides: bool) -> None:
    """Somebody of the board presides, alone or with others, or no longer does."""
    if not can_edit_structure(by, membership.structure):
        raise OperationRefused(_NOT_KEPT)
    if membership.role != LocalRole.BOARD:
        raise OperationRefused(_PRESIDES)
    Membership.objects.current().filter(pk=membership.pk).update(presides=presides)


@transaction.atomic
def end_membership(*, by: User, membership: Membership) -> None:
    """The person leaves the structure today; what they did stays theirs. OperationRefused for the last who
    answers for it."""
    if not can_edit_structure(by, membership.structure):
        raise OperationRefused(_NOT_KEPT)
    if membership.role == LocalRole.LEADER:
        refuse_leaving_alone(membership.structure, membership.person, LEADING)
    Membership.objects.current().filter(pk=membership.pk).update(until=timezone.localdate())
    note_rights(by, membership.structure, membership.person, f"member-ended:{membership.role}")
