"""When two who accompany the same structures both have nothing: by half-days, and never what the other does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Person, User
from efc_platform.pages.agenda_entries import Span
from structures.models import practising, ties_of
from trainings.models import Enrolment, HalfDay, Session
from trajectories.models import Answer, AppointmentGuest

WEEKS = 2
WORKING_DAYS = 5
HALVES = {"matin": (time(8), time(13)), "après-midi": (time(13), time(19))}


@dataclass(frozen=True)
class Half:
    """One half of a day, and whose time is taken."""

    name: str
    is_mine_taken: bool
    is_theirs_taken: bool

    @property
    def is_free(self) -> bool:
        return not (self.is_mine_taken or self.is_theirs_taken)


@dataclass(frozen=True)
class FreeDay:
    on: date
    halves: list[Half]


def colleagues_of(user: User) -> list[Person]:
    """Who accompanies one of the same structures today."""
    together = practising().filter(structure__in=ties_of(user).accompanied).exclude(practitioner=user.person_id)
    return list(Person.objects.filter(pk__in=together.values("practitioner")))


def free_places_of(me: Person, colleague: Person, monday: date) -> list[FreeDay]:
    span = Span(monday, monday + timedelta(weeks=WEEKS))
    taken = list(_taken({me.pk, colleague.pk}, span))
    days = [monday + timedelta(weeks=week, days=day) for week in range(WEEKS) for day in range(WORKING_DAYS)]
    ahead = [on for on in days if on >= timezone.localdate()]
    return [FreeDay(on, [_half(name, on, taken, me, colleague) for name in HALVES]) for on in ahead]


Taken = tuple[int, datetime, datetime]


def _taken(people: set[int], span: Span) -> Iterator[Taken]:
    """By person: the meetings they did not decline, the half-days of sessions they lead or go to."""
    meetings = AppointmentGuest.objects.filter(person__in=people, appointment__cancelled_at__isnull=True)
    bounds = {f"appointment__{name}": bound for name, bound in span.instants.items()}
    asked = meetings.exclude(answer=Answer.NO).filter(**bounds)
    rows = [*asked.values_list("person", "appointment__starts_at", "appointment__minutes")]
    standing = Session.objects.standing()
    led = HalfDay.objects.filter(session__in=standing, session__trainers__in=people, **span.instants)
    rows += led.values_list("session__trainers", "starts_at", "minutes")
    going = Enrolment.objects.standing().filter(person__in=people, session__in=standing)
    there = {f"session__half_days__{name}": bound for name, bound in span.instants.items()}
    rows += going.filter(**there).values_list("person", "session__half_days__starts_at", "session__half_days__minutes")
    for person, starts_at, minutes in rows:
        yield person, starts_at, starts_at + timedelta(minutes=minutes)


def _half(name: str, on: date, taken: list[Taken], me: Person, colleague: Person) -> Half:
    begins, ends = (timezone.make_aware(datetime.combine(on, at)) for at in HALVES[name])
    busy = {person for person, start, end in taken if start < ends and end > begins}
    return Half(name, me.pk in busy, colleague.pk in busy)
