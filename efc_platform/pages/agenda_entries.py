"""What an agenda holds: meetings, sessions, promises, what one's cohorts plan; gathered over some days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from structures.models import CohortPlace, ties_of
from trainings.models import HalfDay
from trainings.queries import cohort_sessions_of, concerned_sessions
from trajectories.models import Appointment, NextStep

# Of each kind, no more on one page.
MOST = 100


@dataclass(frozen=True)
class Entry:
    """One thing that is coming; without a clock it is due that day."""

    on: date
    at: datetime | None
    kind: str
    title: str
    detail: str
    url: str
    is_cancelled: bool = False

    @property
    def order(self) -> tuple[date, datetime]:
        """Within a day, what is due comes after what begins at an hour."""
        return self.on, self.at or timezone.make_aware(datetime.combine(self.on, time.max))


@dataclass(frozen=True)
class Span:
    """From a day until the day before another; without an end, for as long as something is planned, and then the
    first `most` of each kind."""

    start: date
    end: date | None = None
    most: int | None = None

    @property
    def instants(self) -> dict[str, datetime]:
        """The bounds of `starts_at`, as a filter takes them."""
        found = {"starts_at__gte": _midnight(self.start)}
        return found | ({"starts_at__lt": _midnight(self.end)} if self.end else {})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def meetings(user: User, span: Span) -> Iterator[Entry]:
    """Those of the structures one is of, or accompanies; cancelled ones stay, struck."""
    found = Appointment.objects.filter(trajectory__structure__in=ties_of(user).involving, **span.instants)
    for one in found.select_related("trajectory__structure").order_by("starts_at", "pk")[: span.most]:
        on, name = timezone.localdate(one.starts_at), one.trajectory.structure.name
        yield Entry(on, one.starts_at, "rencontre", one.subject, name, one.get_absolute_url(), bool(one.cancelled_at))


def sessions(user: User, span: Span) -> Iterator[Entry]:
    """Each half-day of the sessions one leads or goes to, oneself or one's people."""
    yield from _half_days(HalfDay.objects.filter(session__in=concerned_sessions(user).values("pk")), span, "session")


def cohort_dates(user: User, span: Span) -> Iterator[Entry]:
    """What is planned for the cohorts one's structures travel with, and to which nobody of one's own goes yet."""
    cohorts = CohortPlace.objects.current().filter(structure__in=ties_of(user).involving).values("cohort")
    planned = cohort_sessions_of(user, cohorts).exclude(pk__in=concerned_sessions(user).values("pk"))
    yield from _half_days(HalfDay.objects.filter(session__in=planned.values("pk")), span, "promotion")


def _half_days(half_days: QuerySet[HalfDay], span: Span, kind: str) -> Iterator[Entry]:
    rows = half_days.filter(**span.instants).select_related("session__training").order_by("starts_at", "pk")
    for one in rows[: span.most]:
        session = one.session
        yield Entry(one.on, one.starts_at, kind, session.training.title, session.place, session.get_absolute_url())


def promises(user: User, span: Span, *, late: bool = False) -> Iterator[Entry]:
    """`late`: those whose day has passed come too."""
    steps = NextStep.objects.visible_to(user).open().filter(due_on__isnull=False)
    if not late:
        steps = steps.filter(due_on__gte=span.start)
    if span.end:
        steps = steps.filter(due_on__lt=span.end)
    for one in steps.select_related("trajectory__structure", "owner")[: span.most]:
        who = one.owner.display_name if one.owner else ""
        detail = ", ".join(part for part in (one.trajectory.structure.name, who) if part)
        if one.due_on:
            yield Entry(one.due_on, None, "prochain pas", one.text, detail, one.trajectory.get_absolute_url())


Gather = Callable[[User, Span], Iterator[Entry]]
# By the word of the address, what one may look at alone, and its name.
KINDS: dict[str, tuple[str, Gather]] = {
    "rencontres": ("Rencontres", meetings),
    "sessions": ("Sessions", sessions),
    "pas": ("Prochains pas", promises),
    "promotions": ("Dates des promotions", cohort_dates),
}


def gather(user: User, span: Span, kind: str = "", *, without: str = "") -> list[Entry]:
    """In order: within a day by the clock, then what is due."""
    chosen = [found for name, (_label, found) in KINDS.items() if kind in {"", name} and name != without]
    return sorted((one for found in chosen for one in found(user, span)), key=lambda one: one.order)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
