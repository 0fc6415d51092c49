"""Planning to meet: an appointment, who is invited, what they answer, how it ends."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.appointments import invitable
from trajectories.endings import refuse_closed
from trajectories.invitations import (
    invite_guests,
    remind,
    tell_answered,
    tell_appointment_cancelled,
    tell_appointment_moved,
    uninvite_guests,
)
from trajectories.models import AddedModality, Answer, Appointment, AppointmentGuest, Intervention, NextStep, Trajectory
from trajectories.notifications import tell_step_late
from trajectories.permissions import can_log_intervention, refuse_stranger
from trajectories.reminders import REMINDED_BEFORE

# What changes the line in a calendar; another time asks everybody again.
_IN_CALENDARS = ("starts_at", "minutes", "subject", "place", "link")
_TIME = ("starts_at", "minutes")
# What has been late for longer is no news when the clock is set going again.
TOLD_LATE_FOR = timedelta(days=7)


@transaction.atomic
def plan_appointment(
    *,
    by: User,
    trajectory: Trajectory,
    starts_at: datetime,
    minutes: int,
    subject: str,
    place: str = "",
    link: str = "",
    modality: str = "",
    added_modality: AddedModality | None = None,
    guests: Collection[Person] = (),
) -> Appointment:
    """Notes the next meeting and invites those named; whoever plans it comes. OperationRefused for a time already
    past, or somebody whom one cannot invite."""
    refuse_stranger(by, trajectory)
    refuse_closed(trajectory, "on ne s’y donne plus de rendez-vous")
    _refuse_past(starts_at)
    _refuse_unknown(trajectory, guests)
    made = Appointment.objects.create(
        trajectory=trajectory,
        starts_at=starts_at,
        minutes=minutes,
        subject=subject,
        place=place,
        link=link,
        modality=modality,
        added_modality=added_modality,
        created_by=by.person,
    )
    made.guests.create(person=by.person, answer=Answer.YES, answered_at=timezone.now())
    invite_guests(made, _add(made, guests), by=by.person)
    return made


def _add(appointment: Appointment, people: Iterable[Person]) -> list[AppointmentGuest]:
    known = set(appointment.guests.values_list("person", flat=True))
    return [appointment.guests.create(person=person) for person in people if person.pk not in known]


@transaction.atomic
def edit_appointment(
    *, by: User, appointment: Appointment, expected_version: int, guests: Collection[Person], **changes: Any
) -> Appointment:
    """Moves it, or says otherwise what it is about; those who are no longer named are told so.

    Another time asks everybody again, but who changes it: a yes was for the other one. StaleEdit when another person
    changed it since the form was opened.
    """
    current = _locked(appointment)
    refuse_stranger(by, current.trajectory)
    if current.version != expected_version:
        raise StaleEdit("Ce rendez-vous a été modifié entre-temps par une autre personne.")
    _refuse_over(current)
    refuse_closed(current.trajectory, "on ne s’y donne plus de rendez-vous")
    if changes["starts_at"] != current.starts_at:
        _refuse_past(changes["starts_at"])
    invited = set(current.guests.values_list("person", flat=True))
    _refuse_unknown(current.trajectory, [one for one in guests if one.pk not in invited])
    told = [name for name in _IN_CALENDARS if getattr(current, name) != changes[name]]
    leaving = list(current.guests.exclude(person__in=guests).exclude(person=current.created_by))
    for name, value in changes.items():
        setattr(current, name, value)
    _revise(current, is_told=bool(told or leaving))
    if set(told) & {*_TIME}:
        _ask_again(current, by.person)
    uninvite_guests(current, leaving)
    staying = list(current.guests.exclude(pk__in=[one.pk for one in leaving]))
    current.guests.filter(pk__in=[one.pk for one in leaving]).delete()
    if told:
        tell_appointment_moved(current, staying, by=by.person)
    invite_guests(current, _add(current, guests), by=by.person)
    return current


def _locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("trajectory__structure", "created_by")
    return rows.get(pk=appointment.pk)


def _revise(current: Appointment, *, is_told: bool) -> None:
    """Each revision that leaves by mail has its number: calendars keep the highest (RFC 5546, 2.1.4)."""
    current.version += 1
    current.changed_at = timezone.now()
    current.sequence += 1 if is_told else 0
    current.save()


def _ask_again(appointment: Appointment, by: Person) -> None:
    others = appointment.guests.exclude(person=by)
    for guest in others:
        guest.answer, guest.answered_at = Answer.WAITING, None
        guest.save(update_fields=["answer", "answered_at"])


@transaction.atomic
def cancel_appointment(*, by: User, appointment: Appointment, because: str) -> Appointment:
    """It will not take place, and why; it stays, struck, and those invited learn it at once."""
    current = _locked(appointment)
    refuse_stranger(by, current.trajectory)
    _refuse_over(current)
    if current.intervention_id:
        raise OperationRefused("Une intervention dit que cette rencontre a eu lieu.")
    current.cancelled_at, current.cancelled_by, current.cancelled_because = timezone.now(), by.person, because
    _revise(current, is_told=True)
    tell_appointment_cancelled(current, by=by.person)
    return current


@transaction.atomic
def answer_appointment(*, by: User, appointment: Appointment, answer: Answer) -> AppointmentGuest:
    """Says whether one comes, when one is invited; one may change one's mind until then."""
    guest = appointment.guests.filter(person=by.person_id).first()
    if guest is None:
        raise OperationRefused("Seules les personnes invitées répondent.")
    return answer_by_link(guest=guest, answer=answer)


@transaction.atomic
def answer_by_link(*, guest: AppointmentGuest, answer: Answer) -> AppointmentGuest:
    """What the link of an invitation does, signed in or not. The link is the proof; it opens nothing else."""
    current = _locked(guest.appointment)
    if current.cancelled_at:
        raise OperationRefused("Ce rendez-vous est annulé.")
    if current.is_past:
        raise OperationRefused("Ce rendez-vous est passé.")
    held = AppointmentGuest.objects.select_for_update(of=("self",)).select_related("person").get(pk=guest.pk)
    if held.answer != answer:
        held.answer, held.answered_at = answer, timezone.now()
        held.save(update_fields=["answer", "answered_at"])
        tell_answered(current, held)
    return held


@transaction.atomic
def appointment_held(*, by: User, appointment: Appointment, intervention: Intervention) -> Appointment:
    """The meeting took place: the intervention that tells it is kept with it, the last one said."""
    current = _locked(appointment)
    if not can_log_intervention(by, current.trajectory):
        raise OperationRefused("Seules les personnes qui accompagnent la structure notent une intervention.")
    if current.cancelled_at:
        raise OperationRefused("Ce rendez-vous est annulé.")
    if not intervention.shares.filter(trajectory=current.trajectory_id).exists():
        raise OperationRefused("Cette intervention ne concerne pas cette structure.")
    current.intervention = intervention
    current.save(update_fields=["intervention"])
    return current


@transaction.atomic
def set_reminders(*, by: User, appointment: Appointment, paused: bool) -> Appointment:
    """Suspends the reminder of one appointment, or lets it leave again."""
    current = _locked(appointment)
    refuse_stranger(by, current.trajectory)
    _refuse_over(current)
    current.reminders_paused = paused
    current.save(update_fields=["reminders_paused"])
    return current


def remind_of_appointments(*, day: date | None = None) -> int:
    """Reminds those who are to come, two days before; gives of how many meetings. Once for each date, however often
    the clock asks, and also the day after when the clock was stopped. The clock does it."""
    today = day or timezone.localdate()
    near = Appointment.objects.standing().filter(reminders_paused=False, starts_at__gt=timezone.now())
    due = near.filter(starts_at__date__lte=today + REMINDED_BEFORE, starts_at__date__gt=today)
    found = list(due.select_related("trajectory__structure", "created_by").order_by("starts_at", "pk"))
    for one in found:
        with transaction.atomic():
            remind(one)
    return len(found)


def remind_of_steps(*, day: date | None = None) -> int:
    """Tells, once, whoever keeps a promise that its day has passed; without an owner, those who steer."""
    today = day or timezone.localdate()
    late = NextStep.objects.open().filter(due_on__range=(today - TOLD_LATE_FOR, today - timedelta(days=1)))
    late = late.filter(trajectory__closed_on__isnull=True).select_related("trajectory__structure").order_by("pk")
    for step in late:
        with transaction.atomic():
            tell_step_late(step)
    return len(late)


def _refuse_past(starts_at: datetime) -> None:
    if starts_at < timezone.now():
        raise OperationRefused("Cette date est déjà passée.", field="starts_at")


def _refuse_over(appointment: Appointment) -> None:
    if appointment.cancelled_at:
        raise OperationRefused("Ce rendez-vous est annulé\u00a0: fixez-en un autre.")
    if appointment.is_past:
        raise OperationRefused("Ce rendez-vous est passé\u00a0: il ne se change plus.")


def _refuse_unknown(trajectory: Trajectory, guests: Collection[Person]) -> None:
    keys = {one.pk for one in guests}
    if keys - set(invitable(trajectory).filter(pk__in=keys).values_list("pk", flat=True)):
        raise OperationRefused(
            "On invite les personnes de la structure, celles qui l’accompagnent et celles qui sont déjà venues.",
            field="guests",
        )
