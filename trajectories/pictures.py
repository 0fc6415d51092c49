"""The drawings of crossed readings, the same on the screen and in the report."""

from dataclasses import dataclass

from efc_platform.shared.charts import DotRow, RadarChart, Series
from trajectories.models import Positioning
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
