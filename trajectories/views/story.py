"""The story of a trajectory on one page: its phases, its moments by kind, year and dimension, what waits to be told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from trajectories import pictures
from trajectories.models import Dimension, OwnMoment, Phase, Trajectory, Verbatim
from trajectories.permissions import can_keep_moments, can_note_verbatim, can_write_phases
from trajectories.story import FILTERS, Moment, Period, story_of
from trajectories.views import visible_trajectory

PER_PAGE = 25
# One sheet to print rather than page after page; beyond, one prints year after year.
PRINTED = 400


@dataclass(frozen=True)
class Asked:
    """What the reader wants to see, as the address says it; what it does not know is as if it were not said."""

    kind: str = ""
    year: int | None = None
    dimension: Dimension | None = None
    page: int = 1
    is_whole: bool = False

    @property
    def is_filtered(self) -> bool:
        return bool(self.kind or self.year or self.dimension)

    @property
    def period(self) -> Period:
        return Period(date(self.year, 1, 1), date(self.year, 12, 31)) if self.year else Period()

    @property
    def shown(self) -> slice:
        if self.is_whole:
            return slice(0, PRINTED)
        return slice((self.page - 1) * PER_PAGE, self.page * PER_PAGE)


def _asked(request: SignedInRequest, years: list[int], dimensions: list[Dimension]) -> Asked:
    said = request.GET
    return Asked(
        kind=said.get("genre", "") if FILTERS.get(said.get("genre", "")) else "",
        year=next((one for one in years if str(one) == said.get("annee")), None),
        dimension=next((one for one in dimensions if one.code == said.get("dimension")), None),
        page=_number(said.get("page", "")),
        is_whole="tout" in said,
    )


def _number(said: str) -> int:
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 5 else 1


def _years(trajectory: Trajectory) -> list[int]:
    """Newest first."""
    last = (trajectory.closed_on or timezone.localdate()).year
    return list(range(max(last, timezone.localdate().year), trajectory.started_on.year - 1, -1))


@require_safe
def story(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    years, dimensions = _years(found), list(found.framework_version.dimensions.all())
    asked = _asked(request, years, dimensions)
    phases = list(Phase.objects.visible_to(request.user).filter(trajectory=found))
    keeps = can_keep_moments(request.user, found)
    removed = OwnMoment.objects.kept_by(request.user).removed().filter(trajectory=found)
    waiting = Verbatim.objects.visible_to(request.user).filter(trajectory=found, agreed_on__isnull=True)
    context = {
        "trajectory": found,
        "structure": found.structure,
        "asked": asked,
        "kinds": [(key, one.label) for key, one in FILTERS.items()],
        "years": years,
        "dimensions": dimensions,
        "bands": pictures.bands_of(phases, found),
        "steers": can_write_phases(request.user, found),
        "keeps": keeps,
        "notes": can_note_verbatim(request.user, found),
        "removed": removed if keeps else [],
        "waiting": waiting,
        **_moments(request, found, asked),
    }
    return render(request, "trajectories/story.html", context)


def _moments(request: SignedInRequest, found: Trajectory, asked: Asked) -> dict[str, object]:
    """One page more than is shown tells whether there is one."""
    most = asked.shown.stop + 1
    told = story_of(
        found, request.user, asked.period, most=most, kinds=FILTERS.get(asked.kind), dimension=asked.dimension
    )
    return {
        "by_year": list(_by_year(told[asked.shown])),
        "has_older": len(told) > asked.shown.stop,
        "newer_page": asked.page - 1 if asked.page > 1 and not asked.is_whole else None,
        "older_page": asked.page + 1,
    }


def _by_year(moments: list[Moment]) -> Iterator[tuple[int, list[Moment]]]:
    years: dict[int, list[Moment]] = {}
    for one in moments:
        years.setdefault(one.on.year, []).append(one)
    yield from years.items()
