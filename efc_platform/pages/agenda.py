"""What is coming for one person: meetings, sessions, promises, day by day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from structures.models import ties_of
from trainings.models import Session
from trainings.queries import concerned_sessions
from trajectories.models import Appointment, NextStep

# Four months: what lies further is fixed too loosely to be one's agenda.
AHEAD = timedelta(days=120)
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

    @property
    def order(self) -> tuple[date, datetime]:
        """Within a day, what is due comes after what begins at an hour."""
        return self.on, self.at or timezone.make_aware(datetime.combine(self.on, time.max))


@dataclass(frozen=True)
class Month:
    first: date
    entries: list[Entry]


@require_safe
def agenda(request: SignedInRequest) -> HttpResponse:
    sessions, steps = _sessions_of(request.user), _steps_of(request.user)
    found = [*_meetings(_appointments_of(request.user)), *_sessions(sessions[:MOST]), *_promises(steps[:MOST])]
    entries = sorted(found, key=lambda one: one.order)
    today = timezone.localdate()
    context = {
        "is_cut": max(len(sessions), len(steps)) > MOST,
        "late": [one for one in entries if one.on < today],
        "months": _by_month([one for one in entries if one.on >= today]),
    }
    return render(request, "pages/agenda.html", context)


def _appointments_of(user: User) -> QuerySet[Appointment]:
    meetings = Appointment.objects.filter(trajectory__structure__in=ties_of(user).involving).upcoming()
    return meetings.select_related("trajectory__structure")


def _sessions_of(user: User) -> list[Session]:
    """One more than are shown, to know that there are."""
    return list(concerned_sessions(user)[: MOST + 1])


def _steps_of(user: User) -> list[NextStep]:
    steps = NextStep.objects.visible_to(user).open().filter(due_on__lte=timezone.localdate() + AHEAD)
    return list(steps.select_related("trajectory__structure", "owner")[: MOST + 1])


def _meetings(appointments: Iterable[Appointment]) -> Iterator[Entry]:
    for one in appointments:
        on = timezone.localtime(one.starts_at).date()
        structure = one.trajectory.structure
        yield Entry(on, one.starts_at, "rencontre", one.subject, structure.name, one.trajectory.get_absolute_url())


def _sessions(sessions: Iterable[Session]) -> Iterator[Entry]:
    """Each half-day of the sessions one leads or goes to, oneself or one's people."""
    today = timezone.localdate()
    for session in sessions:
        for half_day in session.half_days.all():
            if half_day.on >= today:
                title, url = session.training.title, session.get_absolute_url()
                yield Entry(half_day.on, half_day.starts_at, "session", title, session.place, url)


def _promises(steps: Iterable[NextStep]) -> Iterator[Entry]:
    for one in steps:
        who = one.owner.display_name if one.owner else ""
        detail = ", ".join(part for part in (one.trajectory.structure.name, who) if part)
        if one.due_on:
            yield Entry(one.due_on, None, "prochain pas", one.text, detail, one.trajectory.get_absolute_url())


def _by_month(entries: list[Entry]) -> list[Month]:
    return [Month(first, list(found)) for first, found in groupby(entries, key=lambda one: one.on.replace(day=1))]
