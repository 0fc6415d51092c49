"""What a progress report holds, frozen the day it is issued, and the drawings made of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from efc_platform.shared import charts
from efc_platform.shared.duration import write_duration
from efc_platform.shared.step_curves import StepCurve
from trajectories.evolution import Word, by_viewpoint
from trajectories.evolution_pictures import VIEWPOINT_STYLES, Frame, curve_of

NOT_READ = "pas encore lu"
RADAR_TITLE = (
    "Lectures par dimension, le premier repère au centre, le cinquième au bord\u00a0: le départ, puis chaque "
    "point de vue. Les mêmes repères sont dans le tableau qui suit."
)
COVER_TITLE = (
    "Les lectures de la trajectoire, du départ à aujourd’hui\u00a0: une corde par dimension, un brin par point de vue, "
    "un point par lecture. Là où les brins s’écartent, les regards diffèrent."
)
LEVEL_MEANINGS = {
    "already_there": "Des pratiques et des ressources existent, souvent sans être vues ni dites.",
    "questioning": "Un écart entre la façon de faire et ce qui compte vraiment est nommé et discuté.",
    "experimenting": "Quelque chose est essayé pour de bon, à petite échelle, et l’on en observe les effets.",
    "structuring": "Ce qui a été appris devient une façon de faire, avec du temps et des moyens qui lui sont donnés.",
    "extended_cooperation": "La démarche se partage et s’entretient avec d’autres, au-delà de la structure.",
}


@dataclass(frozen=True)
class Quote:
    text: str
    source: str


@dataclass(frozen=True)
class Figure:
    """A plain count (a length of time, a number of meetings); never a level nor a sum of levels."""

    value: str
    label: str


@dataclass(frozen=True)
class StoryMoment:
    on: date
    title: str
    text: str = ""
    is_milestone: bool = False


@dataclass(frozen=True)
class VerbatimLine:
    """Words whose speaker agrees that a report carries them; `key` recalls the report if they are withdrawn."""

    key: str
    on: date
    words: str
    named_as: str


@dataclass(frozen=True)
class EffectLine:
    """What changed usefully, with the fact that shows it; `confidence` says in words on what it rests."""

    title: str
    for_whom: str
    since_on: date
    fact: str
    confidence: str
    territory: str = ""


@dataclass(frozen=True)
class SettlementLine:
    """What a meeting came to on one dimension; of a disagreement that is kept, each view's own text."""

    on: date
    dimension: str
    outcome: str
    words: str
    voices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ResourceLine:
    """Where a resource was seen to go; `direction` is the key of its drawing, `label` says it with its resource."""

    on: date
    direction: str
    label: str
    situation: str
    among: str = ""


@dataclass(frozen=True)
class ViewpointLine:
    key: str
    label: str

    @property
    def style(self) -> charts.SeriesStyle:
        return VIEWPOINT_STYLES[self.key]

    @property
    def swatch(self) -> charts.Swatch:
        return charts.Swatch(self.style, self.style.shape_name)


@dataclass(frozen=True)
class LevelLine:
    name: str
    meaning: str


@dataclass(frozen=True)
class Fact:
    """What one viewpoint read of a dimension, or of one of its criteria, on a day; `level_label` is the level's name or
    why there is none, `held` says what a level is held on."""

    viewpoint: ViewpointLine
    read_on: date
    level_label: str
    observed_fact: str = ""
    next_question: str = ""
    held: str = ""
    criterion: str = ""


@dataclass(frozen=True)
class PastLevel:
    """A level given on a day, for the cover's lines."""

    viewpoint_key: str
    read_on: date
    level: int


@dataclass(frozen=True)
class MoveLine:
    """What moved of a point of view's reading over the period, as the page of what moved says it."""

    viewpoint: ViewpointLine
    what: str
    way: str


@dataclass(frozen=True)
class Cell:
    """The last reading of one viewpoint, in the order of the viewpoints: a level, or in words why there is none."""

    level: int | None = None
    remark: str = NOT_READ
    held: str = ""
    is_word_only: bool = False
    is_old: bool = False
    band: tuple[int, int] | None = None


@dataclass(frozen=True)
class DimensionLine:
    code: str
    name: str
    short_name: str
    spoke_name: str
    start_level: int | None
    cells: tuple[Cell, ...]
    is_debated: bool = False
    facts: tuple[Fact, ...] = ()
    past_levels: tuple[PastLevel, ...] = ()
    words: tuple[Word, ...] = ()
    moves: tuple[MoveLine, ...] = ()
    still: str = ""

    @property
    def is_contrasted(self) -> bool:
        """Two viewpoints at least two levels apart: a question to hold together, not an error of either."""
        levels = [cell.level for cell in self.cells if cell.level is not None]
        return bool(levels) and max(levels) - min(levels) >= 2

    @property
    def questions(self) -> tuple[str, ...]:
        return tuple(fact.next_question for fact in self.facts if fact.next_question)


@dataclass(frozen=True)
class OnWord:
    """A level that only words hold up to now."""

    dimension: DimensionLine
    viewpoint: ViewpointLine
    level_name: str


@dataclass(frozen=True)
class InterventionLine:
    on: date
    heading: str
    modality: str
    minutes: int
    place: str = ""
    practitioners: tuple[str, ...] = ()
    with_whom: str = ""
    dimensions: tuple[str, ...] = ()
    account: str = ""
    decision: str = ""
    open_question: str = ""

    @property
    def length(self) -> str:
        return write_duration(self.minutes)


@dataclass(frozen=True)
class TrialLine:
    title: str
    state_label: str
    question: str = ""
    learnt: str = ""
    gap: str = ""
    watched: str = ""
    days: str = ""


@dataclass(frozen=True)
class StepLine:
    text: str
    due_on: date | None = None
    owner: str = ""
    is_done: bool = False


@dataclass(frozen=True)
class Contrast:
    dimension: DimensionLine
    voices: tuple[tuple[ViewpointLine, str], ...]


@dataclass(frozen=True)
class ProgressReportContent:
    """All that a report prints, chosen by the structure; nothing is read again once it is issued."""

    structure_name: str
    started_on: date
    period_start: date
    period_end: date
    established_on: date
    requested_for: str = ""
    practitioners: tuple[str, ...] = ()
    cohort_name: str | None = None
    lead: str = ""
    quote: Quote | None = None
    figures: tuple[Figure, ...] = ()
    story: tuple[StoryMoment, ...] = ()
    viewpoints: tuple[ViewpointLine, ...] = ()
    levels: tuple[LevelLine, ...] = ()
    dimensions: tuple[DimensionLine, ...] = ()
    interventions: tuple[InterventionLine, ...] = ()
    trials: tuple[TrialLine, ...] = ()
    next_steps: tuple[StepLine, ...] = ()
    open_questions: tuple[str, ...] = ()
    verbatims: tuple[VerbatimLine, ...] = ()
    effects: tuple[EffectLine, ...] = ()
    resources: tuple[ResourceLine, ...] = ()
    settlements: tuple[SettlementLine, ...] = ()

    @property
    def contrasts(self) -> tuple[Contrast, ...]:
        """Dimensions to look at together, each with every voice, in the order of the référentiel."""
        kept = (one for one in self.dimensions if one.is_debated or one.is_contrasted)
        return tuple(Contrast(one, tuple(self._voices(one))) for one in kept)

    @property
    def on_word(self) -> tuple[OnWord, ...]:
        """What is still to be shown, dimension by dimension."""
        return tuple(self._levels(lambda cell: cell.is_word_only))

    @property
    def unnoted(self) -> tuple[OnWord, ...]:
        """Levels of which nobody noted what holds them, which is not the same."""
        return tuple(self._levels(lambda cell: not cell.held))

    def _levels(self, is_kept: Callable[[Cell], bool]) -> Iterator[OnWord]:
        for line in self.dimensions:
            for viewpoint, cell in zip(self.viewpoints, line.cells, strict=True):
                if cell.level is not None and is_kept(cell):
                    yield OnWord(line, viewpoint, self.levels[cell.level - 1].name)

    @property
    def is_read(self) -> bool:
        return any(one.past_levels or one.facts for one in self.dimensions)

    @property
    def radar(self) -> charts.RadarChart:
        spokes = tuple(one.spoke_name for one in self.dimensions)
        return charts.RadarChart(RADAR_TITLE, spokes, self._series(self.dimensions), font_size=12)

    @property
    def curves(self) -> tuple[tuple[DimensionLine, StepCurve], ...]:
        """All dimensions over time, on the same axes; none in a report that was frozen before they were drawn."""
        days = [word.on for one in self.dimensions for word in one.words]
        if not days:
            return ()
        names = tuple(level.name for level in self.levels)
        frame = Frame(min([self.started_on, *days]), max([self.period_end, *days]), names)
        return tuple(
            (one, curve_of(one.short_name, by_viewpoint(one.words), frame, is_small=True)) for one in self.dimensions
        )

    @property
    def rows(self) -> tuple[tuple[DimensionLine, charts.DotRow], ...]:
        return tuple((one, charts.DotRow(one.short_name, self._held(one))) for one in self.dimensions)

    def _held(self, line: DimensionLine) -> tuple[charts.Series, ...]:
        """A mark is hollow on word only, dashed when what holds it is old; its title says so."""
        start, *read = self._series((line,))
        told = (
            replace(one, note=cell.held, is_hollow=cell.is_word_only, is_faded=cell.is_old)
            for one, cell in zip(read, line.cells, strict=True)
        )
        return (start, *told)

    @property
    def table(self) -> charts.Table:
        """The radar's values with the names of their levels; nothing is added up."""
        plain = self.radar.table
        names = {str(rank): f"{rank}\u00a0{level.name}" for rank, level in enumerate(self.levels, start=1)}
        rows = (
            (line.short_name, *(names.get(value, value) for value in row[1:]))
            for line, row in zip(self.dimensions, plain.rows, strict=True)
        )
        return charts.Table(plain.headers, tuple(rows))

    @property
    def start_swatch(self) -> charts.Swatch:
        return charts.Swatch(charts.GREY_RING, charts.GREY_RING.shape_name)

    @property
    def cover(self) -> charts.TrendLines:
        trends = (
            self._trend(line, lane, viewpoint, strand)
            for lane, line in enumerate(self.dimensions)
            for strand, viewpoint in enumerate(self.viewpoints)
        )
        drawn = tuple(trend for trend in trends if trend.points)
        return charts.TrendLines(COVER_TITLE, drawn, self.started_on, self.established_on)

    def _voices(self, line: DimensionLine) -> Iterator[tuple[ViewpointLine, str]]:
        for viewpoint, cell in zip(self.viewpoints, line.cells, strict=True):
            yield viewpoint, self.levels[cell.level - 1].name if cell.level else cell.remark

    def _series(self, lines: tuple[DimensionLine, ...]) -> tuple[charts.Series, ...]:
        start = charts.Series("Départ", tuple(one.start_level for one in lines), charts.GREY_RING)
        cells = (tuple(one.cells[rank] for one in lines) for rank in range(len(self.viewpoints)))
        read = (
            charts.Series(
                viewpoint.label,
                tuple(cell.level for cell in column),
                viewpoint.style,
                tuple(cell.remark for cell in column),
                tuple(cell.band for cell in column),
            )
            for viewpoint, column in zip(self.viewpoints, cells, strict=True)
        )
        return (start, *read)

    def _trend(self, line: DimensionLine, lane: int, viewpoint: ViewpointLine, strand: int) -> charts.Trend:
        """One viewpoint's levels of one dimension, from the shared start; empty when it never read it."""
        own = tuple((past.read_on, past.level) for past in line.past_levels if past.viewpoint_key == viewpoint.key)
        start = ((self.started_on, line.start_level),) if own and line.start_level is not None else ()
        points = tuple(sorted({**dict(start), **dict(own)}.items()))
        return charts.Trend(f"{line.short_name}, {viewpoint.label}", lane, strand, points, viewpoint.style)
