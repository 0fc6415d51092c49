"""What a meeting looks at: each dimension as the views of a round read it, the widest gaps first."""

from collections.abc import Sequence
from dataclasses import dataclass

from efc_platform.shared.charts import DotRow, Series
from trajectories.framework import Framework
from trajectories.models import Dimension, Positioning, Round, RoundView, Settlement, Viewpoint
from trajectories.queries import DEBATED_FROM, level_in_words
from trajectories.reports import VIEWPOINT_STYLES


@dataclass(frozen=True)
class Said:
    """What one view says of a dimension: None where it did not read it."""

    view: RoundView
    positioning: Positioning | None
    words: str


@dataclass(frozen=True)
class Talk:
    """A dimension to talk of: each view beside the others, and what was come to so far."""

    dimension: Dimension
    said: Sequence[Said]
    settlements: Sequence[Settlement]

    @property
    def levels(self) -> list[int]:
        return [one.positioning.level for one in self.said if one.positioning and one.positioning.level is not None]

    @property
    def width(self) -> int:
        return max(self.levels) - min(self.levels) if self.levels else 0

    @property
    def is_debated(self) -> bool:
        return self.width >= DEBATED_FROM

    @property
    def is_unlike(self) -> bool:
        """One view holds a level where another says that there is none, or not enough to say."""
        return bool(self.levels) and any(one.positioning and one.positioning.level is None for one in self.said)

    @property
    def gap(self) -> str:
        if self.width:
            return f"{self.width} repère{'s' * (self.width > 1)} d’écart"
        if self.is_unlike:
            return "l’un lit, l’autre non"
        read = [one for one in self.said if one.positioning]
        if len(read) < 2:
            return "un seul regard" if read else "pas lue"
        return "même lecture"

    @property
    def strip(self) -> DotRow:
        """Drawn like the crossed readings, so that a view keeps its colour and its shape."""
        series = (
            Series(
                one.view.get_viewpoint_display(),
                (one.positioning.level if one.positioning else None,),
                VIEWPOINT_STYLES[one.view.viewpoint],
                (one.words,),
            )
            for one in self.said
        )
        return DotRow(self.dimension.short_name, tuple(series))

    @property
    def latest(self) -> Settlement | None:
        return self.settlements[-1] if self.settlements else None


@dataclass(frozen=True)
class Meeting:
    """Widest gaps first, then where one holds a level and another none; the rest follows the référentiel."""

    framework: Framework
    views: Sequence[RoundView]
    apart: Sequence[Talk]
    alike: Sequence[Talk]

    @property
    def talks(self) -> Sequence[Talk]:
        return [*self.apart, *self.alike]


def views_met(tour: Round) -> list[RoundView]:
    """Those that came, in the order in which views are shown everywhere."""
    views = tour.views.filter(reading__shared_at__isnull=False).select_related("reading")
    order = Viewpoint.values
    return sorted(
        views.prefetch_related("reading__positionings", "reading__authors"), key=lambda one: order.index(one.viewpoint)
    )


def meeting_of(tour: Round) -> Meeting:
    """Nothing of it exists before the round is open."""
    framework, views = Framework.of(tour.framework_version), views_met(tour)
    noted: dict[int, list[Settlement]] = {}
    for one in tour.settlements.select_related("settled_by", "dimension").prefetch_related("voices"):
        noted.setdefault(one.dimension_id, []).append(one)
    talks = [
        Talk(dimension, [_said(view, dimension, framework) for view in views], noted.get(dimension.pk, []))
        for dimension in framework.dimensions
    ]
    apart = [one for one in talks if one.width or one.is_unlike]
    apart.sort(key=lambda one: -one.width)
    return Meeting(framework, views, apart, [one for one in talks if one not in apart])


def _said(view: RoundView, dimension: Dimension, framework: Framework) -> Said:
    read = view.reading.positionings.all() if view.reading else []
    found = next((one for one in read if one.dimension_id == dimension.pk), None)
    return Said(view, found, level_in_words(found, framework))
