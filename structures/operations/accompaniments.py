"""Who accompanies a structure: from when, for how many days, instead of whom, and after whom."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, Role, RoleGrant, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import notifications
from structures.keeping import IN_CHARGE, refuse_leaving_alone
from structures.looks import note_rights
from structures.models import Accompaniment, Handover, Structure
from structures.permissions import can_appoint_practitioner, can_write_handover

APPOINTING = "Seule la coordination désigne qui accompagne une structure."
# Nobody plans an absence, or a departure, further ahead.
FURTHEST = timedelta(days=730)


@transaction.atomic
def appoint_practitioner(
    *,
    by: User,
    structure: Structure,
    practitioner: Person,
    is_lead: bool = False,
    days: Decimal | None = None,
    since: date | None = None,
) -> Accompaniment:
    """A practitioner accompanies a structure from a day on; it opens the structure to them, and they are told,
    unless `since` is given: what is dated is written down afterwards. `days`: how many are foreseen for them.

    OperationRefused when they already do, or do not hold the role.
    """
    current = _locked(by, structure)
    if current.archived_at:
        raise OperationRefused("Cette fiche est archivée\u00a0: faites-la d’abord revenir.")
    _refuse_unfit(current, practitioner)
    made = Accompaniment.objects.create(
        structure=current, practitioner=practitioner, is_lead=is_lead, days=days, since=since or timezone.localdate()
    )
    note_rights(by, current, practitioner, "practitioner")
    if since is None:
        notifications.tell_entrusted(made, by=by.person)
    return made


def _locked(by: User, structure: Structure) -> Structure:
    """Two who appoint at once do it one after the other."""
    if not can_appoint_practitioner(by):
        raise OperationRefused(APPOINTING)
    return Structure.objects.select_for_update().get(pk=structure.pk)


def _refuse_unfit(structure: Structure, practitioner: Person) -> None:
    """OperationRefused for somebody who may not accompany, or whose accompaniment goes on or is planned."""
    if not RoleGrant.objects.current().filter(user__person=practitioner, role=Role.PRACTITIONER).exists():
        raise OperationRefused(f"{practitioner.display_name} n’a pas le rôle d’accompagnement.", field="practitioner")
    if structure.accompaniments.unended().filter(practitioner=practitioner).exists():
        raise OperationRefused(f"{practitioner.display_name} accompagne déjà cette structure.", field="practitioner")


@transaction.atomic
def set_days(*, by: User, accompaniment: Accompaniment, days: Decimal | None) -> Accompaniment:
    """How many days are foreseen for this practitioner; None when nobody says."""
    _locked(by, accompaniment.structure)
    current = Accompaniment.objects.select_for_update().get(pk=accompaniment.pk)
    current.days = days
    current.save()
    return current


@transaction.atomic
def stand_in(
    *, by: User, accompaniment: Accompaniment, practitioner: Person, since: date, until: date
) -> Accompaniment:
    """While somebody is away, another accompanies in the same capacity, from a day to their last one; from the next
    the structure is closed to them by itself. `until` is that last day.

    OperationRefused for dates that do not follow each other, or for somebody who accompanies it already.
    """
    structure = _locked(by, accompaniment.structure)
    _refuse_ended(accompaniment)
    if until < since:
        raise OperationRefused("Le dernier jour vient avant le premier.", field="until")
    if until > timezone.localdate() + FURTHEST:
        raise OperationRefused("Ce jour est trop loin\u00a0: passez plutôt le relais.", field="until")
    _refuse_unfit(structure, practitioner)
    made = Accompaniment.objects.create(
        structure=structure,
        practitioner=practitioner,
        is_lead=accompaniment.is_lead,
        since=since,
        until=until + timedelta(days=1),
        stands_in_for=accompaniment,
    )
    note_rights(by, structure, practitioner, "practitioner")
    notifications.tell_entrusted(made, by=by.person)
    return made


@transaction.atomic
def hand_over(*, by: User, accompaniment: Accompaniment, practitioner: Person, on: date) -> Accompaniment:
    """From a day on, somebody goes on in the place of another, in the same capacity; who else accompanied already
    takes that capacity. Both are told, and the one who leaves is asked for a note.

    OperationRefused for a past day, or for somebody without the role.
    """
    structure = _locked(by, accompaniment.structure)
    _refuse_ended(accompaniment)
    if not timezone.localdate() <= on <= timezone.localdate() + FURTHEST:
        raise OperationRefused("Choisissez aujourd’hui, ou un jour des deux ans à venir.", field="on")
    if practitioner == accompaniment.practitioner:
        raise OperationRefused("Choisissez une autre personne.", field="practitioner")
    beside = structure.accompaniments.current().filter(practitioner=practitioner).first()
    successor = _promote(beside, accompaniment) if beside else _succeed(structure, practitioner, accompaniment, on)
    Accompaniment.objects.filter(pk=accompaniment.pk).update(until=on)
    for person, what in ((practitioner, "practitioner"), (accompaniment.practitioner, "practitioner-ended")):
        note_rights(by, structure, person, what)
    notifications.tell_entrusted(successor, by=by.person)
    accompaniment.refresh_from_db()
    notifications.ask_for_handover(accompaniment, by=by.person)
    return successor


def _promote(beside: Accompaniment, leaving: Accompaniment) -> Accompaniment:
    """They accompanied already: they now do it for good, and answer for it if the other did."""
    beside.is_lead = beside.is_lead or leaving.is_lead
    beside.takes_over_from, beside.stands_in_for, beside.until = leaving, None, None
    beside.save()
    return beside


def _succeed(structure: Structure, practitioner: Person, leaving: Accompaniment, on: date) -> Accompaniment:
    _refuse_unfit(structure, practitioner)
    return Accompaniment.objects.create(
        structure=structure,
        practitioner=practitioner,
        is_lead=leaving.is_lead,
        since=on,
        takes_over_from=leaving,
    )


def _refuse_ended(accompaniment: Accompaniment) -> None:
    if not Accompaniment.objects.current().filter(pk=accompaniment.pk, until__isnull=True).exists():
        raise OperationRefused("Cet accompagnement est terminé, ou son dernier jour est déjà dit.")


@transaction.atomic
def write_handover(*, by: User, accompaniment: Accompaniment, note: str, expected_version: int) -> Handover:
    """What those who go on need to know; they are told once that a note waits. StaleEdit when it was rewritten since
    the form was opened; OperationRefused for anybody but whoever accompanies, until thirty days after."""
    if not can_write_handover(by, accompaniment):
        raise OperationRefused("Seule la personne qui accompagne écrit sa note de relais.")
    # Locked by the accompaniment: the note may not be there yet.
    current = Accompaniment.objects.select_for_update().get(pk=accompaniment.pk)
    written = Handover.objects.filter(accompaniment=current).first() or Handover(accompaniment=current, version=0)
    if written.version != expected_version:
        raise StaleEdit("Votre note a été enregistrée entre-temps depuis un autre appareil.")
    written.note, written.written_at = note.strip(), timezone.now()
    written.version += 1
    written.save()
    notifications.tell_handover(current)
    return written


@transaction.atomic
def end_accompaniment(*, by: User, accompaniment: Accompaniment) -> None:
    """The practitioner stops accompanying today; from the next request the structure is closed to them. What was
    planned for later is called off. OperationRefused for the last who answers for it."""
    if not can_appoint_practitioner(by):
        raise OperationRefused(APPOINTING)
    if accompaniment.is_lead:
        refuse_leaving_alone(accompaniment.structure, accompaniment.practitioner, IN_CHARGE)
    # One that was only planned has never begun.
    today = max(timezone.localdate(), accompaniment.since)
    Accompaniment.objects.unended().filter(pk=accompaniment.pk).update(until=today)
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


def tell_who_begins() -> None:
    """Those whose accompaniment was planned learn it the day that the structure opens to them; the clock does it,
    and nobody is told twice."""
    today = timezone.localdate()
    for one in Accompaniment.objects.current().filter(since=today).select_related("structure", "practitioner"):
        notifications.tell_entrusted(one)
