"""The drawings of a trajectory: crossed readings, the same on the screen and in the report; its phases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils import timezone

from efc_platform.shared.charts import Chart, DotRow, RadarChart, Series
from trajectories.models import Phase, Positioning, Trajectory
from trajectories.queries import Crossing, Crossings, level_in_words
from trajectories.reports import RADAR_TITLE, VIEWPOINT_STYLES, charts


@dataclass(frozen=True)
class CrossedRow:
    """A dimension, its strip and the gap in words."""

    crossing: Crossing
    strip: DotRow


def radar_of(crossings: Crossings) -> RadarChart:
    """Start and each point of view on one drawing; a dimension not read leaves a gap, never a zero."""
    return RadarChart(
        RADAR_TITLE, tuple(row.dimension.spoke_name for row in crossings.rows), _series(crossings, crossings.rows)
    )


def rows_of(crossings: Crossings) -> list[CrossedRow]:
    return [CrossedRow(row, DotRow(row.dimension.short_name, _series(crossings, (row,)))) for row in crossings.rows]


def table_of(crossings: Crossings) -> tuple[list[str], list[list[str]]]:
    """The radar's values in words, for whoever reads rather than looks."""
    headers = ["", "Départ", *(viewpoint.label for viewpoint in crossings.viewpoints)]
    rows = [
        [
            row.dimension.short_name,
            _cell(row.start, crossings),
            *(_cell(row.voices.get(one), crossings) for one in crossings.viewpoints),
        ]
        for row in crossings.rows
    ]
    return headers, rows


def _cell(positioning: Positioning | None, crossings: Crossings) -> str:
    words = level_in_words(positioning, crossings.framework)
    return f"{positioning.level} · {words}" if positioning and positioning.level else words


def _series(crossings: Crossings, rows: tuple[Crossing, ...]) -> tuple[Series, ...]:
    start = Series("Départ", tuple(row.start.level if row.start else None for row in rows), charts.GREY_RING)
    voices = (
        Series(
            viewpoint.label,
            tuple(_level(row, viewpoint) for row in rows),
            VIEWPOINT_STYLES[viewpoint],
            tuple(level_in_words(row.voices.get(viewpoint), crossings.framework) for row in rows),
        )
        for viewpoint in crossings.viewpoints
    )
    return (start, *voices)


def _level(row: Crossing, viewpoint: str) -> int | None:
    positioning = row.voices.get(viewpoint)
    return positioning.level if positioning else None


@dataclass(frozen=True)
class Band(Chart):
    """Where one phase lies along the way, on the scale that all share; its days are written beside it."""

    phase: Phase
    start: date
    end: date
    title: str = ""

    template_name: ClassVar[str] = "charts/band.svg"
    width: ClassVar[int] = 560

    def drawing(self) -> dict[str, Any]:
        left, right = self._place(self.phase.starts_on), self._place(self.phase.ends_on or self.end)
        firsts = (date(year, 1, 1) for year in range(self.start.year + 1, self.end.year + 1))
        return {
            "bar": f"M{left:.1f} 1H{max(right, left + 3):.1f}V11H{left:.1f}z",
            "years": "".join(f"M{self._place(one):.1f} 0V12" for one in firsts),
            "lasts": self.phase.ends_on is None,
        }

    def _place(self, day: date) -> float:
        return self.width * (day - self.start).days / max((self.end - self.start).days, 1)


def bands_of(phases: Sequence[Phase], trajectory: Trajectory) -> list[Band]:
    """All on one scale, from the first day to the last, today when one is still going on."""
    if not phases:
        return []
    start = min(trajectory.started_on, *(one.starts_on for one in phases))
    last = trajectory.closed_on or timezone.localdate()
    end = max(last, *(one.ends_on or one.starts_on for one in phases))
    return [Band(one, start, end) for one in phases]
