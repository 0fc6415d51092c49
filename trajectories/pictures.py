"""The drawings of a trajectory: crossed readings, the same on the screen and in the report; its phases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from django.utils import timezone

from efc_platform.shared.charts import Chart, DotRow, RadarChart, Series, Table
from trajectories.evidence import HeldOn
from trajectories.models import (
    LEVEL_CHOICES,
    TOLD_CHOICES,
    Dimension,
    Level,
    Phase,
    Reading,
    Trajectory,
    Viewpoint,
    WorkshopLine,
    WorkshopQuestion,
)
from trajectories.queries import Crossing, Crossings, level_in_words
from trajectories.reports import RADAR_TITLE, VIEWPOINT_STYLES, charts
from trajectories.rereading import Seen, band_of


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


def rows_of(crossings: Crossings, held: Mapping[int, HeldOn] | None = None) -> list[CrossedRow]:
    """With what positionings are held on, by key, a mark says it too: hollow on word only, dashed when it is old."""
    return [
        CrossedRow(row, DotRow(row.dimension.short_name, _told(_series(crossings, (row,)), row, crossings, held or {})))
        for row in crossings.rows
    ]


def _told(
    series: tuple[Series, ...], row: Crossing, crossings: Crossings, held: Mapping[int, HeldOn]
) -> tuple[Series, ...]:
    start, *voices = series
    said = []
    for one, viewpoint in zip(voices, crossings.viewpoints, strict=True):
        read = row.voices.get(viewpoint)
        on = held.get(read.pk) if read else None
        said.append(
            replace(one, note=on.said, is_hollow=on.is_word_only, is_faded=on.is_old) if on and on.kind else one
        )
    return (start, *said)


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


def _cell(positioning: Seen | None, crossings: Crossings) -> str:
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
            tuple(band_of(row.voices.get(viewpoint)) for row in rows),
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


@dataclass(frozen=True)
class AnswerBars(Chart):
    """How a room's answers spread over the levels, and over the two ways of giving none, drawn hollow. On the wall a
    label stands beside its bar; on a page that a phone may show, above it."""

    title: str
    labels: tuple[str, ...]
    numbers: tuple[int, ...]
    levels: int
    is_on_wall: bool = False

    template_name: ClassVar[str] = "charts/answer_bars.svg"

    @property
    def table(self) -> Table:
        rows = zip(self.labels, map(str, self.numbers), strict=True)
        return Table(("", "Réponses"), tuple(rows))

    def drawing(self) -> dict[str, Any]:
        start, longest, row, above = (175, 310, 34, 5) if self.is_on_wall else (0, 270, 46, 20)
        widest = max(self.numbers)
        bars = [
            {
                "label": label,
                "number": number,
                "label_y": rank * row + (20 if self.is_on_wall else 14),
                "start": start,
                "top": rank * row + above,
                "width": round(longest * number / widest) if number else 2,
                "number_y": rank * row + above + 15,
                "is_hollow": rank >= self.levels,
            }
            for rank, (label, number) in enumerate(zip(self.labels, self.numbers, strict=True))
        ]
        box, width = (520, 760) if self.is_on_wall else (305, 380)
        return {"bars": bars, "box": box, "height": row * len(bars), "width": width}


def answers_of(question: WorkshopQuestion, levels: Sequence[Level], *, on_wall: bool = False) -> AnswerBars | None:
    """The drawing of a closed question; nothing while it is open, and nothing when they were too few."""
    counts = question.counts
    if not counts:
        return None
    names = {choice: level.name for choice, level in zip(LEVEL_CHOICES, levels, strict=True)}
    labels = tuple(names.get(one, one.label.capitalize()) for one in TOLD_CHOICES)
    said = ", ".join(f"{label.lower()} {counts[one]}" for label, one in zip(labels, TOLD_CHOICES, strict=True))
    return AnswerBars(f"Répartition\u00a0: {said}", labels, tuple(counts.values()), len(levels), on_wall)


@dataclass(frozen=True)
class Said:
    """What a room answered of one dimension, for those who then write its reading."""

    question: WorkshopQuestion
    picture: AnswerBars | None
    lines: Sequence[WorkshopLine]


def said_in_workshop(reading: Reading, dimension: Dimension, levels: Sequence[Level]) -> Said | None:
    """None for a reading that no workshop led to, or did not ask about this dimension."""
    if reading.viewpoint != Viewpoint.TEAM:
        return None
    asked = WorkshopQuestion.objects.filter(workshop__reading=reading, dimension=dimension)
    found = asked.select_related("workshop").prefetch_related("lines").first()
    if found is None:
        return None
    return Said(found, answers_of(found, levels), list(found.lines.all()))
