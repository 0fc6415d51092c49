"""Pages of a trajectory over time: all dimensions on one screen, points of view side by side, what moved."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from trajectories.evolution import Evolution, evolution_of
from trajectories.evolution_pictures import Beside, drawn_of, one_at_two_days, table_of, views_at
from trajectories.forms.evolution import ALL, BesideForm, BetweenForm
from trajectories.models import Trajectory
from trajectories.moves import moves_between
from trajectories.permissions import can_read_texts, viewpoints_open_to
from trajectories.story import Filter, Period, story_of
from trajectories.views import visible_trajectory

# What happened between two readings; beyond so many, the story tells the rest.
HAPPENED = Filter("ce qui s’est passé", frozenset({"intervention", "trial", "training"}))
MOMENTS_SHOWN = 20


@require_safe
def evolution(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    read = evolution_of(found)
    drawn = drawn_of(read)
    context = {
        **_shared(request, found, read),
        "drawn": drawn,
        "has_gap": any(one.gaps for one in drawn),
        "table": table_of(read, drawn),
    }
    return render(request, "trajectories/evolution.html", context)


def _shared(request: SignedInRequest, found: Trajectory, read: Evolution) -> dict[str, Any]:
    return {
        "trajectory": found,
        "structure": found.structure,
        "evolution": read,
        "levels": [one.name for one in read.framework.levels],
        "can_read": bool(viewpoints_open_to(request.user, found)),
    }


@require_safe
def beside(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    read = evolution_of(found)
    form = BesideForm(_asked(request, "regard", "le", "avec"), initial=_last(read), evolution=read)
    context = {
        **_shared(request, found, read),
        "form": form,
        "beside": _picture(form, read),
    }
    return render(request, "trajectories/beside.html", context)


def _asked(request: SignedInRequest, *names: str) -> Any:
    """What the address asks for; nothing when it asks for nothing, so that the page is shown as usual."""
    return request.GET if any(name in request.GET for name in names) else None


def _last(read: Evolution) -> dict[str, str]:
    return {"regard": ALL, "le": read.days[-1].isoformat()} if read.days else {}


def _picture(form: BesideForm, read: Evolution) -> Beside | None:
    """None when nothing was read, or when what was asked for has to be corrected first."""
    if read.is_empty or (form.is_bound and not form.is_valid()):
        return None
    if not form.is_bound:
        return views_at(read, read.days[-1])
    day, other = form.cleaned_data["le"], form.cleaned_data["avec"]
    if form.viewpoint is None or other is None:
        return views_at(read, day)
    return one_at_two_days(read, form.viewpoint, min(day, other), max(day, other))


@require_safe
def moved(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    reads_texts = can_read_texts(request.user, found)
    read = evolution_of(found, with_facts=reads_texts)
    usual = {"du": read.start if read.is_empty else read.day_before, "au": read.end}
    form = BetweenForm(_asked(request, "du", "au"), initial=usual)
    is_shown = not read.is_empty and (not form.is_bound or form.is_valid())
    context = {
        **_shared(request, found, read),
        "form": form,
        "from_start": f"?{urlencode({'du': read.start, 'au': usual['au']})}",
        "is_shown": is_shown,
        **(_between(request, found, read, form.cleaned_data if form.is_bound else usual) if is_shown else {}),
    }
    return render(request, "trajectories/moved.html", context)


def _between(request: SignedInRequest, found: Trajectory, read: Evolution, days: dict[str, date]) -> dict[str, Any]:
    since, until = days["du"], days["au"]
    happened = story_of(found, request.user, Period(since, until), most=MOMENTS_SHOWN + 1, kinds=HAPPENED)
    return {
        "since": since,
        "until": until,
        "told": moves_between(read, since, until),
        "happened": list(reversed(happened[:MOMENTS_SHOWN])),
        "has_older": len(happened) > MOMENTS_SHOWN,
    }
