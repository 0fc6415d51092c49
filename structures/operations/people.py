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
    function: str = "",
    person: Person | None = None,
    since: date | None = None,
) -> Membership:
    """Writes a person's place in a structure. It opens the structure to nobody: somebody written down here
    is a new person, and an address is only a way to reach them; accounts are joined by invitation.

    OperationRefused when they already hold this role there.
    """
    if not can_edit_structure(by, structure):
        raise OperationRefused("Vous ne tenez pas la fiche de cette structure.")
    held = structure.memberships.current().filter(role=role)
    namesakes = held.filter(person__first_name__iexact=first_name, person__last_name__iexact=last_name)
    if person is None and namesakes.exists():
        raise OperationRefused(
            "Une personne de ce nom a déjà ce rôle dans la structure. Si c’en est une autre, distinguez leurs noms.",
            field="role",
        )
    if person is None:
        person = Person.objects.create(first_name=first_name, last_name=last_name, gender=gender, email=email)
    if held.filter(person=person).exists():
        raise OperationRefused(f"{person.display_name} a déjà ce rôle dans la structure.", field="role")
    note_rights(by, structure, person, f"member:{role}")
    return Membership.objects.create(
        structure=structure, person=person, role=role, function=function, since=since or timezone.localdate()
    )


@transaction.atomic
def end_membership(*, by: User, membership: Membership) -> None:
    """The person leaves the structure today; what they did stays theirs. OperationRefused for the last who
    answers for it."""
    if not can_edit_structure(by, membership.structure):
        raise OperationRefused("Vous ne tenez pas la fiche de cette structure.")
    if membership.role == LocalRole.LEADER:
        refuse_leaving_alone(membership.structure, membership.person, LEADING)
    Membership.objects.current().filter(pk=membership.pk).update(until=timezone.localdate())
    note_rights(by, membership.structure, membership.person, f"member-ended:{membership.role}")
