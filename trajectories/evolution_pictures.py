"""The drawings of an evolution: a step curve of one dimension, all of them on one screen, and their tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from efc_platform.shared.charts import (
    CLAY_CIRCLE,
    GREY_RING,
    LAKE_TRIANGLE,
    LEAF_SQUARE,
    PLUM_DIAMOND,
    RadarChart,
    Series,
    SeriesStyle,
    Table,
)
from efc_platform.shared.step_curves import Lane, Shade, Stage, StepCurve, Voice
from efc_platform.templatetags.french import SHORT_MONTHS, long_date, month
from trajectories.evolution import Evolution, Line, Voices, Word, as_of, gaps_in_words, gaps_of, told
from trajectories.models import PositioningState, Viewpoint

VIEWPOINT_STYLES: dict[str, SeriesStyle] = {
    "direction": CLAY_CIRCLE,
    "accompaniment": LEAF_SQUARE,
    "team": LAKE_TRIANGLE,
    "partner": PLUM_DIAMOND,
}
# The order in which the lanes lie under the dates.
_LANES = {
    PositioningState.NOT_ENOUGH_EVIDENCE: Lane("pas assez d’éléments"),
    PositioningState.NOT_APPLICABLE: Lane("sans objet", is_struck=True),
}
_RANKS = {state.value: rank for rank, state in enumerate(_LANES)}
NOT_READ = "pas encore lue"


@dataclass(frozen=True)
class Frame:
    """What all curves of a page share: the days between which they are drawn, and the levels' names."""

    start: date
    end: date
    level_names: tuple[str, ...]

    @property
    def ends(self) -> tuple[str, str]:
        return _short_month(self.start), _short_month(self.end)


def _short_month(day: date) -> str:
    return f"{SHORT_MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Drawn:
    """A dimension, its curve, and when its gap was worth a debate."""

    line: Line
    curve: StepCurve
    gaps: str


def frame_of(evolution: Evolution) -> Frame:
    return Frame(evolution.start, evolution.end, tuple(one.name for one in evolution.framework.levels))


def curve_of(name: str, voices: Voices, frame: Frame, *, is_small: bool = False) -> StepCurve:
    """The same picture on a page and in a report."""
    gaps = gaps_of(voices, frame.end)
    drawn = tuple(
        Voice(Viewpoint(one).label, VIEWPOINT_STYLES[one], tuple(map(_stage, words))) for one, words in voices.items()
    )
    return StepCurve(
        title=_title(name, voices, frame),
        voices=drawn,
        shades=tuple(Shade(one.since, one.until, one.low, one.high) for one in gaps),
        level_names=frame.level_names,
        lanes=tuple(_LANES.values()),
        start=frame.start,
        end=frame.end,
        ends=frame.ends,
        is_small=is_small,
    )


def _stage(word: Word) -> Stage:
    return Stage(word.on, word.level, _RANKS.get(word.state, 0), word.band)


def _title(name: str, voices: Voices, frame: Frame) -> str:
    """What each says at the end; how it went is in the table."""
    last = ", ".join(f"{Viewpoint(one).label} {words[-1].said}" for one, words in voices.items() if words)
    period = f"{month(frame.start)} à {month(frame.end)}"
    said = f"À la fin\u00a0: {last}." if last else "Pas encore lue."
    return f"{name}, {period}. {said} Le chemin est en mots dans le tableau."


def drawn_of(evolution: Evolution) -> list[Drawn]:
    """All dimensions, small, on the same axes."""
    frame = frame_of(evolution)
    return [
        Drawn(one, curve_of(one.dimension.short_name, one.voices, frame, is_small=True), _gaps(one, frame))
        for one in evolution.lines
    ]


def drawn_large(line: Line, evolution: Evolution) -> Drawn:
    frame = frame_of(evolution)
    return Drawn(line, curve_of(line.dimension.short_name, line.voices, frame), _gaps(line, frame))


def _gaps(line: Line, frame: Frame) -> str:
    return gaps_in_words(gaps_of(line.voices, frame.end), frame.end)


def table_of(evolution: Evolution, drawn: Sequence[Drawn]) -> Table:
    """A dimension a row, a point of view a column, its words one after the other; then when the gap was shaded."""
    headers = ("", *(one.label for one in evolution.viewpoints), "Écart à mettre en débat")
    rows = (
        (
            one.line.dimension.short_name,
            *(told(one.line.voices.get(viewpoint, ())) for viewpoint in evolution.viewpoints),
            one.gaps or "aucun",
        )
        for one in drawn
    )
    return Table(headers, tuple(rows))


def table_of_one(drawn: Drawn) -> Table:
    rows = ((Viewpoint(one).label, told(words)) for one, words in drawn.line.voices.items())
    return Table(("", "Lu"), (*rows, ("Écart à mettre en débat", drawn.gaps or "aucun")))


@dataclass(frozen=True)
class Beside:
    """A radar under its heading, its table in words, and what its legend names: the ring, then the points of view."""

    heading: str
    radar: RadarChart
    table: Table
    ring: str
    viewpoints: tuple[str, ...]


def views_at(evolution: Evolution, day: date) -> Beside:
    """Each point of view's last word by a day."""
    at = {one: _words_at(evolution, one, day) for one in evolution.viewpoints}
    columns = [Column(one.label, VIEWPOINT_STYLES[one], words) for one, words in at.items() if any(words)]
    spoken = tuple(one.value for one, words in at.items() if any(words))
    return _beside(evolution, f"Les points de vue au {long_date(day)}", columns, "", spoken)


def one_at_two_days(evolution: Evolution, viewpoint: Viewpoint, before: date, after: date) -> Beside:
    """One point of view: the earlier day as a ring, the later one in its own colour."""
    ring, now = f"Au {long_date(before)}", f"Au {long_date(after)}"
    columns = [
        Column(ring, GREY_RING, _words_at(evolution, viewpoint, before)),
        Column(now, VIEWPOINT_STYLES[viewpoint], _words_at(evolution, viewpoint, after)),
    ]
    title = f"{viewpoint.label}, au {long_date(before)} et au {long_date(after)}"
    return _beside(evolution, title, columns, ring, (viewpoint.value,))


@dataclass(frozen=True)
class Column:
    """What is said of each dimension, in their order."""

    name: str
    style: SeriesStyle
    words: Sequence[Word | None]

    @property
    def series(self) -> Series:
        levels = tuple(one.level if one else None for one in self.words)
        return Series(self.name, levels, self.style, bands=tuple(one.band if one else None for one in self.words))


def _words_at(evolution: Evolution, viewpoint: str, day: date) -> list[Word | None]:
    return [as_of(one.voices.get(viewpoint, ()), day) for one in evolution.lines]


def _beside(
    evolution: Evolution, title: str, columns: Sequence[Column], ring: str, viewpoints: tuple[str, ...]
) -> Beside:
    spokes = tuple(one.dimension.spoke_name for one in evolution.lines)
    said = zip(*([one.said if one else NOT_READ for one in column.words] for column in columns), strict=True)
    rows = ((line.dimension.short_name, *cells) for line, cells in zip(evolution.lines, said, strict=True))
    series = tuple(one.series for one in columns)
    radar = RadarChart(f"{title}. Les mêmes repères sont dans le tableau qui suit.", spokes, series)
    return Beside(title, radar, Table(("", *(one.name for one in columns)), tuple(rows)), ring, viewpoints)
