"""The catalogue of trainings, their sessions past and to come, who enrolled and who came."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from efc_platform.management.demo_world.world import World, moment
from structures.models import LocalRole, Structure
from trainings import operations
from trainings.models import Enrolment, Session, Training
from trainings.operations import Slot

_SHEET = ["title", "modality", "regime", "summary", "objectives", "audience", "prerequisites", "content"]
_WEEKEND = {5, 6}
# Those that fall on the same date every year (code du travail, L3133-1).
_HOLIDAYS = {(1, 1), (1, 5), (8, 5), (14, 7), (15, 8), (1, 11), (11, 11), (25, 12)}
# Long enough for everybody to ask, one a day, before the first half-day.
_ENROLMENTS_OPEN = timedelta(days=12)


def make_trainings(world: World, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        by = world.user(row["sessions"][0]["trainers"][0])
        sheet = {name: row[name] for name in _SHEET if name in row}
        training = operations.propose_training(by=by, dimensions=world.dimensions(row["dimensions"]), **sheet)
        for session in row["sessions"]:
            _session(world, training, session)
    world.say(f"{Training.objects.count()} formations, {Session.objects.count()} sessions")


def _session(world: World, training: Training, row: dict[str, Any]) -> None:
    by = world.user(row["trainers"][0])
    session = operations.plan_session(
        by=by,
        training=training,
        slots=[Slot(_begins(world, one), one["minutes"]) for one in row["half_days"]],
        trainers=world.named(row["trainers"]),
        place=row["place"],
        capacity=row["capacity"],
        cohort=world.cohorts.get(row["cohort"]),
        is_public=row["is_public"],
        address=row.get("address", ""),
        information=row.get("information", ""),
    )
    enrolments = _enrolments(world, session, row["enrolled"])
    if row.get("attendance") != "none":
        _attendance(by, session, enrolments, row.get("absent", []))


def _begins(world: World, row: dict[str, Any]) -> datetime:
    return moment(working_day(world.ago(-row["in_days"]), world.today), row["at"])


def working_day(day: date, today: date) -> date:
    """Nobody trains on a Sunday or on Christmas Day: what is past goes back to the working day before, what is
    to come waits for the next."""
    step = timedelta(days=-1 if day < today else 1)
    while day.weekday() in _WEEKEND or (day.day, day.month) in _HOLIDAYS:
        day += step
    return day


def _enrolments(world: World, session: Session, rows: list[list[str]]) -> dict[str, Enrolment]:
    """One a day, in the order of the list: when places run out, its last people wait."""
    opening = moment(min(session.begins_on, world.today) - _ENROLMENTS_OPEN, "09:00")
    made = {}
    for rank, (slug, key) in enumerate(rows):
        structure = world.structures.get(slug)
        made[key] = operations.enrol(
            by=_enrolled_by(world, key, structure),
            session=session,
            person=world.people[key],
            structure=structure,
            asked_at=opening + timedelta(days=rank, minutes=47 * rank),
        )
    return made


def _enrolled_by(world: World, key: str, structure: Structure | None) -> User:
    """Themselves when they have an account, whoever leads their structure otherwise."""
    if user := world.users.get(key):
        return user
    return User.objects.get(person__memberships__structure=structure, person__memberships__role=LocalRole.LEADER)


def _attendance(by: User, session: Session, enrolments: dict[str, Enrolment], absent: list[list[Any]]) -> None:
    for rank, half_day in enumerate(session.half_days.filter(starts_at__lt=timezone.now())):
        away = {enrolments[key].pk for key, missed in absent if missed == rank}
        operations.take_attendance(
            by=by,
            half_day=half_day,
            present={one.pk for one in enrolments.values()} - away,
            expected_version=half_day.version,
            taken_at=half_day.ends_at,
        )
