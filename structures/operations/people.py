"""Who is of a structure, and who accompanies it."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Gender, Person, Role, RoleGrant, User
from efc_platform.shared.errors import OperationRefused
from structures import notifications
from structures.keeping import IN_CHARGE, LEADING, refuse_leaving_alone
from structures.looks import note_rights
from structures.models import (
    Accompaniment,
    LocalRole,
    Membership,
    Structure,
)
from structures.permissions import (
    can_appoint_practitioner,
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


@transaction.atomic
def appoint_practitioner(
    *, by: User, structure: Structure, practitioner: Person, is_lead: bool = False, since: date | None = None
) -> Accompaniment:
    """A practitioner accompanies a structure from a day on; it opens the structure to them, and they are told,
    unless `since` is given: what is dated is written down afterwards.

    OperationRefused when they already do, or do not hold the role.
    """
    if not can_appoint_practitioner(by):
        raise OperationRefused("Seule la coordination désigne qui accompagne une structure.")
    if structure.archived_at:
        raise OperationRefused("Cette fiche est archivée\u00a0: faites-la d’abord revenir.")
    if not RoleGrant.objects.current().filter(user__person=practitioner, role=Role.PRACTITIONER).exists():
        raise OperationRefused(f"{practitioner.display_name} n’a pas le rôle d’accompagnement.", field="practitioner")
    try:
        with transaction.atomic():
            made = Accompaniment.objects.create(
                structure=structure, practitioner=practitioner, is_lead=is_lead, since=since or timezone.localdate()
            )
    except IntegrityError:
        raise OperationRefused(
            f"{practitioner.display_name} accompagne déjà cette structure.", field="practitioner"
        ) from None
    note_rights(by, structure, practitioner, "practitioner")
    if since is None:
        notifications.tell_entrusted(made, by=by.person)
    return made


@transaction.atomic
def end_accompaniment(*, by: User, accompaniment: Accompaniment) -> None:
    """The practitioner stops accompanying today; from the next request the structure is closed to them.
    OperationRefused for the last who answers for it."""
    if not can_appoint_practitioner(by):
        raise OperationRefused("Seule la coordination désigne qui accompagne une structure.")
    if accompaniment.is_lead:
        refuse_leaving_alone(accompaniment.structure, accompaniment.practitioner, IN_CHARGE)
    Accompaniment.objects.current().filter(pk=accompaniment.pk).update(until=timezone.localdate())
    note_rights(by, accompaniment.structure, accompaniment.practitioner, "practitioner-ended")


@transaction.atomic
def put_in_charge(*, by: User, accompaniment: Accompaniment) -> Accompaniment:
    """Among those who accompany the structure, this one answers for it from now on, beside whoever already does."""
    if not can_appoint_practitioner(by):
        raise OperationRefused("Seule la coordination dit qui est en charge d’un accompagnement.")
    current = Accompaniment.objects.current().select_for_update().filter(pk=accompaniment.pk).first()
    if current is None:
        raise OperationRefused("Cet accompagnement est terminé.")
    current.is_lead = True
    current.save()
    note_rights(by, current.structure, current.practitioner, "practitioner-in-charge")
    notifications.tell_entrusted(current, by=by.person)
    return current
