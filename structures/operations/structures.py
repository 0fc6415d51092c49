"""Opening and keeping a structure's sheet, its people, those who accompany it; answering who asks for it."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Gender, Person, Role, RoleGrant, User
from efc_platform.backstage import mails
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import notifications
from structures.keeping import IN_CHARGE, LEADING, refuse_leaving_alone
from structures.looks import note_rights
from structures.models import (
    REQUEST_TRANSITIONS,
    Accompaniment,
    AccompanimentRequest,
    Cohort,
    CohortPlace,
    LocalRole,
    Membership,
    RequestState,
    Structure,
    YearlyFigures,
)
from structures.operations.joining import invite_to_structure
from structures.permissions import (
    can_answer_request,
    can_appoint_practitioner,
    can_compose_cohort,
    can_create_structure,
    can_edit_structure,
)

NO_WAY_TO_ANSWER = (
    "Laissez une adresse électronique ou un numéro de téléphone, sans quoi personne ne pourra vous répondre."
)


def open_structure(*, by: User, **sheet: Any) -> Structure:
    """Opens a sheet; a name is enough."""
    if not can_create_structure(by):
        raise OperationRefused("Seule la coordination ouvre la fiche d’une structure.")
    return Structure.objects.create(**sheet)


@transaction.atomic
def edit_structure(*, by: User, structure: Structure, expected_version: int, **sheet: Any) -> Structure:
    """Rewrites the sheet; StaleEdit when another did since the form was opened."""
    current = Structure.objects.select_for_update().get(pk=structure.pk)
    if not can_edit_structure(by, current):
        raise OperationRefused(
            "Cette fiche est tenue par la structure, les personnes qui l’accompagnent et la coordination."
        )
    if current.version != expected_version:
        raise StaleEdit("Cette fiche a été modifiée entre-temps par une autre personne.")
    for name, value in sheet.items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    return current


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


def open_cohort(*, by: User, name: str, starts_on: date) -> Cohort:
    """Opens a cohort, empty; structures join it at their own dates."""
    if not can_compose_cohort(by):
        raise OperationRefused("Seule la coordination ouvre une promotion.")
    return Cohort.objects.create(name=name, starts_on=starts_on)


def join_cohort(*, by: User, cohort: Cohort, structure: Structure, since: date) -> CohortPlace:
    """A structure joins a cohort, once at a time."""
    if not can_compose_cohort(by):
        raise OperationRefused("Seule la coordination compose une promotion.")
    try:
        with transaction.atomic():
            return CohortPlace.objects.create(cohort=cohort, structure=structure, since=since)
    except IntegrityError:
        raise OperationRefused(f"{structure.name} est déjà dans cette promotion.") from None


def record_yearly_figures(
    *, by: User, structure: Structure, year: int, employees: int | None = None, volunteers: int | None = None
) -> YearlyFigures:
    """Keeps a year's figures; written again, the year is corrected, not doubled."""
    if not can_edit_structure(by, structure):
        raise OperationRefused("Vous ne tenez pas la fiche de cette structure.")
    figures = {"employees": employees, "volunteers": volunteers}
    return YearlyFigures.objects.update_or_create(structure=structure, year=year, defaults=figures)[0]


@transaction.atomic
def receive_request(
    *,
    person_name: str,
    message: str,
    structure_name: str = "",
    email: str = "",
    phone: str = "",
    session_wanted: str = "",
    client_key: uuid.UUID | None = None,
    on: datetime | None = None,
) -> AccompanimentRequest:
    """Keeps what somebody without an account asks, and tells the coordination that it came. Nobody acts here:
    whoever writes is known by their words only, hence a key for all instead of one an author.

    The same form again gives the same row; the same key with anything changed, or no way to be answered, is
    OperationRefused. `on` is given only when an older request is written down: nobody is told then.
    """
    written = {
        "person_name": person_name.strip(),
        "structure_name": structure_name.strip(),
        "message": message.strip(),
        "email": email.strip(),
        "phone": phone.strip(),
        "session_wanted": session_wanted,
    }
    if not (written["email"] or written["phone"]):
        raise OperationRefused(NO_WAY_TO_ANSWER, field="email")
    defaults = written | {"received_at": on or timezone.now()}
    kept, is_new = AccompanimentRequest.objects.get_or_create(client_key=client_key or uuid.uuid4(), defaults=defaults)
    if any(getattr(kept, name) != value for name, value in written.items()):
        raise OperationRefused(
            "Votre message est déjà parti\u00a0: ce que vous venez d’y changer n’y est pas. Pour le compléter, rouvrez "
            "cette page et envoyez-en un second."
        )
    if is_new and on is None:
        notifications.tell_request_received(kept)
    return kept


@transaction.atomic
def answer_request(
    *, by: User, request: AccompanimentRequest, answer: str, expected_version: int, on: datetime | None = None
) -> AccompanimentRequest:
    """Keeps the answer and sends it by mail to whoever left an address; without one it is the note of a call.

    By coordination, once: StaleEdit when another answered or closed it since the page was opened,
    OperationRefused otherwise. `on` is given only when an older answer is written down: no mail leaves.
    """
    current = _request_to_move(by, request, RequestState.ANSWERED, expected_version)
    if not answer.strip():
        raise OperationRefused("Écrivez la réponse, ou ce que vous vous êtes dit.", field="answer")
    current.answer = answer.strip()
    current.answered_by, current.answered_at = by.person, on or timezone.now()
    current.save()
    if current.email and on is None:
        notifications.tell_requester(current)
    return current


@transaction.atomic
def close_request(
    *, by: User, request: AccompanimentRequest, reason: str, on: datetime | None = None
) -> AccompanimentRequest:
    """Puts a request away, answered or not, and says why; it tells nobody. By coordination."""
    current = _request_to_move(by, request, RequestState.CLOSED)
    if not reason.strip():
        raise OperationRefused("Dites en quelques mots pourquoi cette demande est classée.", field="reason")
    current.closed_reason, current.closed_at = reason.strip(), on or timezone.now()
    current.save()
    return current


@transaction.atomic
def welcome_request(
    *, by: User, request: AccompanimentRequest, name: str, expected_version: int, practitioner: Person | None = None
) -> Structure:
    """The request becomes a structure: its sheet is opened, it is entrusted to the practitioner chosen, in charge,
    and whoever wrote is invited to lead it. By coordination.

    StaleEdit when another took care of it since the page was opened; OperationRefused without an address to
    invite, or when the practitioner does not hold the role.
    """
    current = _request_to_move(by, request, RequestState.WELCOMED, expected_version)
    if not current.email:
        raise OperationRefused("Cette personne n’a pas laissé d’adresse\u00a0: sans elle, on ne peut pas l’inviter.")
    structure = open_structure(by=by, name=name)
    if practitioner:
        appoint_practitioner(by=by, structure=structure, practitioner=practitioner, is_lead=True)
    first_name, _space, last_name = current.person_name.partition(" ")
    invite_to_structure(
        by=by,
        structure=structure,
        role=LocalRole.LEADER,
        email=current.email,
        first_name=first_name[:80],
        last_name=last_name[:80],
    )
    current.structure, current.welcomed_at = structure, timezone.now()
    current.save()
    return structure


def _request_to_move(
    by: User, request: AccompanimentRequest, state: RequestState, expected_version: int | None = None
) -> AccompanimentRequest:
    """The row, locked, in its new state but not saved."""
    if not can_answer_request(by):
        raise OperationRefused("Seule la coordination répond aux demandes d’accompagnement.")
    current = AccompanimentRequest.objects.select_for_update().get(pk=request.pk)
    if expected_version not in {None, current.version}:
        raise StaleEdit("Une autre personne s’est occupée de cette demande entre-temps.")
    if state not in REQUEST_TRANSITIONS[RequestState(current.state)]:
        raise OperationRefused(f"Cette demande est déjà {current.get_state_display()}.")
    current.state = state
    current.version += 1
    return current


@transaction.atomic
def erase_old_requests(*, before: datetime) -> int:
    """A request that was answered before that moment, or closed without an answer, is erased with the mail that
    answered it; gives how many were. The clock does it, nobody acts."""
    old = AccompanimentRequest.objects.over_since(before)
    mails.erase(keys=[notifications.answer_key(one) for one in old])
    erased, _by_model = old.delete()
    return erased
