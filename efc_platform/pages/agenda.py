"""What is coming for one person: a month, a week, or a list, day by day."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from efc_platform.pages.agenda_entries import KINDS, MOST, Entry, Span, gather, monday_of, promises
from efc_platform.pages.free_places import WEEKS, colleagues_of, free_places_of
from efc_platform.templatetags.french import month as month_in_words
from trajectories.models import Appointment

# Four months: what lies further is fixed too loosely to be one's agenda.
AHEAD = timedelta(days=120)
VIEWS = {"liste": "Liste", "mois": "Mois", "semaine": "Semaine"}
# A day of the month tells this many, then how many more; a page, this many in all, so that it stays light.
TOLD_A_DAY = 2
TOLD_A_MONTH = 48


@dataclass(frozen=True)
class Month:
    first: date
    entries: list[Entry]


@dataclass
class Day:
    """One day of a month or of a week."""

    on: date
    is_outside: bool = False
    entries: list[Entry] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Asked:
    """What the address asks for: how to look, around which day, at what."""

    view: str
    on: date
    kind: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        view, kind = request.GET.get("vue", ""), request.GET.get("genre", "")
        return cls(view if view in VIEWS else "liste", _day(request), kind if kind in KINDS else "")

    def url(self, **other: Any) -> str:
        """The same, but for what is given."""
        asked = {"vue": self.view, "le": self.on.isoformat(), "genre": self.kind} | other
        return f"{reverse('agenda')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _day(request: HttpRequest) -> date:
    """Today, when the address says nothing, or no day of these times."""
    today = timezone.localdate()
    try:
        asked = parse_date(request.GET.get("le", "")) or today
    except ValueError:
        return today
    return asked if abs(asked.year - today.year) <= 20 else today


@require_safe
def agenda(request: SignedInRequest) -> HttpResponse:
    asked = Asked.of(request)
    show = {"liste": _list, "mois": _month, "semaine": _week}[asked.view]
    context = {
        "asked": asked,
        "views": [Link(label, asked.url(vue=view), view == asked.view) for view, label in VIEWS.items()],
        "kinds": [
            Link("Tout", asked.url(genre=""), not asked.kind),
            *(Link(label, asked.url(genre=kind), kind == asked.kind) for kind, (label, _of) in KINDS.items()),
        ],
        "can_look_for_a_place": is_permitted(request.user, "accompany_structure"),
    }
    return render(request, f"pages/agenda_{asked.view}.html", context | show(request.user, asked))


def _list(user: User, asked: Asked) -> dict[str, Any]:
    """From today on; what has been waiting since before comes first."""
    today = timezone.localdate()
    # One more than is shown tells that there are others.
    span = Span(today, most=MOST + 1)
    # What is promised has its own days, and comes below.
    entries = gather(user, span, asked.kind, without="pas")
    steps = []
    if asked.kind in {"", "pas"}:
        span = Span(today, today + AHEAD + timedelta(days=1), most=MOST + 1)
        steps = list(promises(user, span, late=True))
    shown = sorted([*entries[:MOST], *steps[:MOST]], key=lambda one: one.order)
    return {
        "is_cut": max(len(entries), len(steps)) > MOST,
        "late": [one for one in shown if one.on < today],
        "months": _by_month([one for one in shown if one.on >= today]),
        "to_note": to_note(user) if asked.kind in {"", "rencontres"} else [],
    }


def to_note(user: User) -> list[Appointment]:
    """Meetings that took place and of which nothing is written yet, for whoever writes interventions."""
    if not is_permitted(user, "accompany_structure"):
        return []
    return list(Appointment.objects.to_note(user).select_related("trajectory__structure")[:6])


def _by_month(entries: list[Entry]) -> list[Month]:
    return [Month(first, list(found)) for first, found in groupby(entries, key=lambda one: one.on.replace(day=1))]


def _by_day(entries: Iterable[Entry]) -> dict[date, list[Entry]]:
    found: dict[date, list[Entry]] = defaultdict(list)
    for one in entries:
        found[one.on].append(one)
    return found


def _month(user: User, asked: Asked) -> dict[str, Any]:
    """Whole weeks, from Monday; a day with much to say says how much."""
    first = asked.on.replace(day=1)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    held = _by_day(gather(user, Span(weeks[0][0], weeks[-1][-1] + timedelta(days=1)), asked.kind))
    left, grid = TOLD_A_MONTH, []
    for week in weeks:
        row = []
        for on in week:
            told = held[on][: min(TOLD_A_DAY, left)]
            left -= len(told)
            row.append(Day(on, on.month != first.month, told, len(held[on]) - len(told)))
        grid.append(row)
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    return {
        "heading": month_in_words(first),
        "today": timezone.localdate(),
        "weeks": grid,
        "is_empty": not any(day.entries for row in grid for day in row),
        "before": Link(month_in_words(before), asked.url(le=before.replace(day=1).isoformat()), False),
        "after": Link(month_in_words(after), asked.url(le=after.replace(day=1).isoformat()), False),
    }


def _week(user: User, asked: Asked) -> dict[str, Any]:
    monday = monday_of(asked.on)
    held = _by_day(gather(user, Span(monday, monday + timedelta(days=7)), asked.kind))
    days = [Day(monday + timedelta(days=rank)) for rank in range(7)]
    for day in days:
        day.entries = held[day.on][:MOST]
    before, after = monday - timedelta(days=7), monday + timedelta(days=7)
    return {
        "days": days,
        "monday": monday,
        "today": timezone.localdate(),
        "before": Link("Semaine précédente", asked.url(le=before.isoformat()), False),
        "after": Link("Semaine suivante", asked.url(le=after.isoformat()), False),
    }


@require_safe
def free_places(request: SignedInRequest) -> HttpResponse:
    """Half-days when one and a colleague both have nothing; of what the other does, only that it takes their time."""
    if not is_permitted(request.user, "accompany_structure"):
        raise PermissionDenied
    colleagues = colleagues_of(request.user)
    asked = request.GET.get("avec", "")
    colleague = next((one for one in colleagues if str(one.public_id) == asked), None)
    monday = monday_of(_day(request))
    path = f"{reverse('free_places')}?avec={colleague.public_id}&le=" if colleague else ""
    later, earlier = monday + timedelta(weeks=WEEKS), monday - timedelta(weeks=WEEKS)
    context = {
        "colleagues": colleagues,
        "colleague": colleague,
        "monday": monday,
        "today": timezone.localdate(),
        "days": free_places_of(request.user.person, colleague, monday) if colleague else [],
        "before": f"{path}{earlier.isoformat()}" if earlier >= monday_of(timezone.localdate()) else "",
        "after": f"{path}{later.isoformat()}",
    }
    return render(request, "pages/free_places.html", context)
