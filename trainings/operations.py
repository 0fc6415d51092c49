"""Proposing trainings, planning their sessions, enrolling and taking attendance."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Cohort, CohortPlace, Membership, Structure
from trainings.models import (
    Attendance,
    Enrolment,
    EnrolmentState,
    HalfDay,
    Session,
    SessionIntervention,
    Training,
    regime_refused,
)
from trainings.notifications import (
    tell_cancellation,
    tell_enrolment,
    tell_given_back,
    tell_moved,
    tell_opened,
    tell_promotion,
)
from trainings.permissions import (
    can_cancel_enrolment,
    can_keep_session,
    can_plan_training,
    can_tie_session,
    structures_enrolled_by,
)
from trainings.queries import sessions_to_tie
from trajectories.models import Dimension, Intervention


@dataclass(frozen=True)
class Slot:
    """One half-day as it is planned."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


def _refuse_regime(modality: str, regime: str) -> None:
    if refusal := regime_refused(modality, regime):
        raise OperationRefused(refusal, field="regime")


@transaction.atomic
def propose_training(*, by: User, dimensions: Iterable[Dimension] = (), **sheet: Any) -> Training:
    """Writes a training in the catalogue; OperationRefused when its regime does not suit its modality."""
    if not can_plan_training(by):
        raise OperationRefused("Seules la coordination et les personnes qui forment proposent une formation.")
    _refuse_regime(sheet["modality"], sheet["regime"])
    training = Training.objects.create(created_by=by.person, **sheet)
    training.dimensions.set(dimensions)
    return training


@transaction.atomic
def edit_training(
    *, by: User, training: Training, expected_version: int, dimensions: Iterable[Dimension] = (), **sheet: Any
) -> Training:
    """Rewrites a training; StaleEdit when another did since the form was opened.

    The regime stays once a session has been planned: papers already given out must keep their meaning.
    """
    current = Training.objects.select_for_update().get(pk=training.pk)
    if not can_plan_training(by):
        raise OperationRefused("Seules la coordination et les personnes qui forment tiennent le catalogue.")
    if current.version != expected_version:
        raise StaleEdit("Cette formation a été modifiée entre-temps par une autre personne.")
    _refuse_regime(sheet["modality"], sheet["regime"])
    if sheet["regime"] != current.regime and current.sessions.exists():
        raise OperationRefused(
            "Des sessions sont déjà prévues sous ce régime\u00a0: proposez plutôt une autre formation.", field="regime"
        )
    for name, value in sheet.items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    current.dimensions.set(dimensions)
    return current


@transaction.atomic
def plan_session(
    *,
    by: User,
    training: Training,
    slots: Sequence[Slot],
    trainers: Collection[Person],
    place: str,
    capacity: int,
    cohort: Cohort | None = None,
    is_public: bool = False,
    address: str = "",
    information: str = "",
) -> Session:
    """Plans a session, half-day by half-day, in whatever order they are given.

    OperationRefused when half-days overlap, or when a trainer would be in two places at once.
    """
    if not can_plan_training(by):
        raise OperationRefused("Seules la coordination et les personnes qui forment prévoient une session.")
    _refuse_announced_cohort(cohort, is_public)
    _refuse_overlaps(slots)
    _refuse_trainer_elsewhere(trainers, slots)
    session = Session.objects.create(
        training=training,
        cohort=cohort,
        is_public=is_public,
        place=place,
        address=address,
        information=information,
        capacity=capacity,
        begins_at=min(one.starts_at for one in slots),
        ends_at=max(one.ends_at for one in slots),
    )
    session.trainers.set(trainers)
    HalfDay.objects.bulk_create(HalfDay(session=session, starts_at=one.starts_at, minutes=one.minutes) for one in slots)
    if cohort and not session.has_begun:
        tell_opened(session, by=by.person)
    return session


@transaction.atomic
def edit_session(
    *,
    by: User,
    session: Session,
    expected_version: int,
    slots: Sequence[Slot],
    trainers: Collection[Person],
    **sheet: Any,
) -> Session:
    """Rewrites a session; StaleEdit when another did since. More places go to those who wait, in their order.

    OperationRefused for a session cancelled, for fewer places than people enrolled, or for taking away a half-day
    that was attended.
    """
    current = _lock(session)
    if not can_keep_session(by, current):
        raise OperationRefused("Cette session est tenue par celles et ceux qui forment et par la coordination.")
    if current.version != expected_version:
        raise StaleEdit("Cette session a été modifiée entre-temps par une autre personne.")
    _refuse_cancelled(current)
    _refuse_too_small(current, sheet["capacity"])
    _refuse_announced_cohort(sheet.get("cohort"), sheet.get("is_public", False))
    _refuse_overlaps(slots)
    _refuse_trainer_elsewhere(trainers, slots, besides=current)
    before = _when_and_where(current)
    for name, value in sheet.items():
        setattr(current, name, value)
    current.begins_at, current.ends_at = min(one.starts_at for one in slots), max(one.ends_at for one in slots)
    current.version += 1
    current.save()
    current.trainers.set(trainers)
    _reschedule(current, slots)
    if not current.has_begun and _when_and_where(current) != before:
        tell_moved(current, by=by.person)
    _promote(current)
    return current


def _when_and_where(session: Session) -> tuple[object, ...]:
    half_days = session.half_days.values_list("starts_at", "minutes")
    return (session.place, session.address, *half_days.order_by("starts_at"))


def _lock(session: Session) -> Session:
    """Whoever enrols, cancels or changes the number of places waits for the other."""
    return Session.objects.select_for_update().get(pk=session.pk)


def _refuse_cancelled(session: Session) -> None:
    if session.is_cancelled:
        raise OperationRefused("Cette session est annulée.")


def _refuse_announced_cohort(cohort: Cohort | None, is_public: bool) -> None:
    if cohort and is_public:
        raise OperationRefused("La session d’une promotion n’est pas annoncée sur la page publique.", field="is_public")


def _refuse_overlaps(slots: Sequence[Slot]) -> None:
    if not slots:
        raise OperationRefused("Donnez au moins une demi-journée.", field="slots")
    ordered = sorted(slots, key=lambda one: one.starts_at)
    if any(after.starts_at < before.ends_at for before, after in pairwise(ordered)):
        raise OperationRefused("Deux demi-journées se chevauchent.", field="slots")


def _refuse_trainer_elsewhere(
    trainers: Collection[Person], slots: Sequence[Slot], *, besides: Session | None = None
) -> None:
    """One cannot teach in two places: a sheet signed in both would prove neither. Each is locked, so that two
    sessions planned at once see each other."""
    list(Person.objects.select_for_update().filter(pk__in=[one.pk for one in trainers]).order_by("pk"))
    first, last = min(one.starts_at for one in slots), max(one.ends_at for one in slots)
    near = HalfDay.objects.filter(
        session__trainers__in=trainers,
        session__cancelled_at__isnull=True,
        starts_at__gt=first - timedelta(days=1),
        starts_at__lt=last,
    ).exclude(session=besides)
    for half_day in near.select_related("session__training"):
        if any(one.starts_at < half_day.ends_at and half_day.starts_at < one.ends_at for one in slots):
            raise OperationRefused(
                f"Une des personnes qui forment est déjà prise par «\u00a0{half_day.session}\u00a0» au même moment.",
                field="trainers",
            )


def _refuse_too_small(session: Session, capacity: int) -> None:
    enrolled = session.enrolments.confirmed().count()
    if capacity < enrolled:
        raise OperationRefused(f"{enrolled} personnes ont déjà leur place.", field="capacity")


def _reschedule(session: Session, slots: Sequence[Slot]) -> None:
    """Half-days that stay keep their attendance; one that was attended cannot be taken away or moved."""
    wanted = {one.starts_at: one.minutes for one in slots}
    for half_day in session.half_days.all():
        if half_day.starts_at in wanted:
            minutes = wanted.pop(half_day.starts_at)
            HalfDay.objects.filter(pk=half_day.pk).exclude(minutes=minutes).update(minutes=minutes)
        elif half_day.taken_at:
            raise OperationRefused("Les présences d’une demi-journée retirée sont déjà notées.", field="slots")
        else:
            half_day.delete()
    HalfDay.objects.bulk_create(HalfDay(session=session, starts_at=at, minutes=wanted[at]) for at in sorted(wanted))


@transaction.atomic
def cancel_session(*, by: User, session: Session, because: str) -> None:
    """The session will not take place; those enrolled are told why. Once only, and never after it began."""
    current = _lock(session)
    if not can_keep_session(by, current):
        raise OperationRefused("Cette session est tenue par celles et ceux qui forment et par la coordination.")
    if current.is_cancelled:
        return
    if current.has_begun:
        raise OperationRefused("Cette session a déjà commencé.")
    current.cancelled_at, current.cancelled_because = timezone.now(), because
    current.version += 1
    current.save()
    tell_cancellation(current)


@transaction.atomic
def enrol(
    *,
    by: User,
    session: Session,
    person: Person,
    structure: Structure | None = None,
    asked_at: datetime | None = None,
) -> Enrolment:
    """Gives a place, or a turn on the waiting list once all are taken; whoever is already enrolled keeps theirs.

    Oneself, for a structure one belongs to or on one's own; or the people of a structure one may enrol.
    OperationRefused for a session cancelled or begun, and for somebody else's people.
    """
    current, moment = _lock(session), asked_at or timezone.now()
    _refuse_closed(current, moment)
    _refuse_stranger(by, current, person, structure)
    if found := current.enrolments.standing().filter(person=person).first():
        return found
    is_full = current.enrolments.confirmed().count() >= current.capacity
    enrolment = Enrolment.objects.create(
        session=current,
        person=person,
        structure=structure,
        state=EnrolmentState.WAITING if is_full else EnrolmentState.CONFIRMED,
        asked_at=moment,
        enrolled_by=by.person,
    )
    if asked_at is None:
        tell_enrolment(enrolment)
    return enrolment


def _refuse_closed(session: Session, at: datetime) -> None:
    _refuse_cancelled(session)
    if session.begins_at <= at:
        raise OperationRefused("Cette session a commencé\u00a0: on ne s’y inscrit plus.")


def _refuse_stranger(by: User, session: Session, person: Person, structure: Structure | None) -> None:
    """A cohort's session is for its structures; one enrols oneself, or the people of those one leads or accompanies."""
    if not Session.objects.visible_to(by).filter(pk=session.pk).exists():
        raise OperationRefused("Cette session est réservée à une promotion.")
    belongs = structure is not None and _belongs(person, structure) and _is_invited(session, structure)
    if person.pk == by.person_id and (structure is None or belongs):
        return
    if not belongs or not structures_enrolled_by(by, session).filter(pk=structure.pk if structure else 0).exists():
        raise OperationRefused(f"Vous ne pouvez pas inscrire {person.display_name} à cette session.")


def _is_invited(session: Session, structure: Structure) -> bool:
    places = CohortPlace.objects.current().filter(cohort=session.cohort_id, structure=structure)
    return session.cohort_id is None or places.exists()


def _belongs(person: Person, structure: Structure) -> bool:
    return Membership.objects.current().filter(person=person, structure=structure).exists()


@transaction.atomic
def cancel_enrolment(*, by: User, enrolment: Enrolment) -> None:
    """Gives a place back, and it goes to the first who waits; whoever had it is told when it is not their doing.
    Twice is once; OperationRefused once the session is cancelled, and after its beginning: absence is then a
    matter of the attendance sheet."""
    session = _lock(enrolment.session)
    current = Enrolment.objects.select_related("session__training", "person__user").get(pk=enrolment.pk)
    if not can_cancel_enrolment(by, current):
        raise OperationRefused("Vous ne pouvez pas annuler cette inscription.")
    if current.state == EnrolmentState.CANCELLED:
        return
    _refuse_cancelled(session)
    if session.has_begun:
        raise OperationRefused("Cette session a commencé\u00a0: une absence se note sur la feuille de présence.")
    current.state, current.cancelled_at = EnrolmentState.CANCELLED, timezone.now()
    current.save(update_fields=["state", "cancelled_at"])
    if current.person_id != by.person_id:
        tell_given_back(current, by=by.person)
    _promote(session)


def _promote(session: Session) -> None:
    """As many of those who wait as there are places, first come, first served; called under the session's lock.
    Once it began nobody is promised a place any more."""
    free = session.capacity - session.enrolments.confirmed().count()
    if session.is_cancelled or session.has_begun or free < 1:
        return
    for enrolment in session.enrolments.waiting().select_related("person__user")[:free]:
        enrolment.state = EnrolmentState.CONFIRMED
        enrolment.save(update_fields=["state"])
        tell_promotion(enrolment)


@transaction.atomic
def take_attendance(
    *, by: User, half_day: HalfDay, present: Collection[int], expected_version: int, taken_at: datetime | None = None
) -> HalfDay:
    """Says who was there, one half-day: those whose enrolment is in `present`, the other confirmed ones being
    absent. Corrected as often as needed; StaleEdit when another took it since the form was opened.

    OperationRefused before the day comes, nobody being present in advance, and for a session cancelled.
    """
    current = HalfDay.objects.select_for_update().select_related("session").get(pk=half_day.pk)
    if not can_keep_session(by, current.session):
        raise OperationRefused("Les présences sont notées par celles et ceux qui forment.")
    _refuse_cancelled(current.session)
    if not current.is_open:
        raise OperationRefused("Cette demi-journée n’a pas eu lieu\u00a0: les présences se notent le jour même.")
    if current.version != expected_version:
        raise StaleEdit("Les présences ont été notées entre-temps par une autre personne.")
    rows = [
        Attendance(half_day=current, enrolment=one, is_present=one.pk in present)
        for one in current.session.enrolments.confirmed()
    ]
    Attendance.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["half_day", "enrolment"], update_fields=["is_present"]
    )
    current.taken_at, current.taken_by = taken_at or timezone.now(), by.person
    current.version += 1
    current.save(update_fields=["taken_at", "taken_by", "version"])
    return current


@transaction.atomic
def tie_sessions(*, by: User, intervention: Intervention, sessions: Collection[UUID]) -> None:
    """Ties an intervention to these sessions, and to no other of those that one is offered; one that the user does
    not see is neither tied nor let go. Refused to whoever did not lead the intervention."""
    if not can_tie_session(by, intervention):
        raise OperationRefused("Seules les personnes qui ont mené cette intervention la relient à une session.")
    offered = sessions_to_tie(by, intervention)
    chosen = [one for one in offered if one.public_id in sessions]
    let_go = [one for one in offered if one not in chosen]
    SessionIntervention.objects.filter(intervention=intervention, session__in=let_go).delete()
    SessionIntervention.objects.bulk_create(
        [SessionIntervention(session=one, intervention=intervention) for one in chosen], ignore_conflicts=True
    )
