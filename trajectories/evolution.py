"""How the readings of a trajectory follow one another: what each point of view said of each dimension, and when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import QuerySet
from django.utils import timezone

from efc_platform.templatetags.french import month
from trajectories.framework import Framework
from trajectories.models import Dimension, Positioning, PositioningState, Reading, Trajectory, Viewpoint
from trajectories.queries import DEBATED_FROM, level_in_words


@dataclass(frozen=True)
class Word:
    """What one point of view said of one dimension on a day: a level, or why there is none."""

    viewpoint: str
    on: date
    state: str
    level: int | None
    said: str
    fact: str = ""

    def says_as(self, other: "Word | None") -> bool:
        return other is not None and (self.state, self.level) == (other.state, other.level)


# In the order of their days, one a day.
Words = tuple[Word, ...]
Voices = Mapping[str, Words]


@dataclass(frozen=True)
class Gap:
    """From a day until another, two points of view stood so far apart that it was worth a debate."""

    since: date
    until: date
    low: int
    high: int


@dataclass(frozen=True)
class Line:
    dimension: Dimension
    voices: Voices

    @property
    def is_read(self) -> bool:
        return any(self.voices.values())


@dataclass(frozen=True)
class Evolution:
    """All dimensions, the days on which something was read, and the days between which all is drawn. `left_out` counts
    the readings made with another version of the référentiel, whose levels are other levels."""

    framework: Framework
    lines: tuple[Line, ...]
    viewpoints: tuple[Viewpoint, ...]
    days: tuple[date, ...]
    start: date
    end: date
    left_out: int

    @property
    def is_empty(self) -> bool:
        return not self.days

    def line_of(self, dimension: Dimension) -> Line:
        return next(one for one in self.lines if one.dimension.pk == dimension.pk)

    @property
    def day_before(self) -> date:
        """The last day read before the newest readings, which may have taken some weeks to gather; the start, when
        there is none."""
        newest = self.days[-1]
        return max((one for one in self.days if (newest - one).days > 31), default=self.start)


def shared_readings(trajectory: Trajectory) -> QuerySet[Reading]:
    """Those that whoever sees the trajectory sees, the oldest first."""
    return trajectory.readings.in_force().order_by("read_on", "sealed_at", "pk")


def evolution_of(
    trajectory: Trajectory,
    framework: Framework | None = None,
    *,
    with_facts: bool = False,
    until: date | None = None,
) -> Evolution:
    """From the first day until today, or until a day included; facts for whoever may read them."""
    framework = framework or Framework.of(trajectory.framework_version)
    readings = shared_readings(trajectory)
    found = list(readings.filter(read_on__lte=until) if until else readings)
    kept = {one.pk: one for one in found if one.framework_version_id == framework.version.pk}
    words: dict[tuple[int, str], dict[date, Word]] = {}
    days = set()
    for one in _positionings(kept, with_facts):
        reading = kept[one.reading_id]
        days.add(reading.read_on)
        # The last word of a day stands.
        words.setdefault((one.dimension_id or 0, reading.viewpoint), {})[reading.read_on] = _word(
            one, reading, framework
        )
    spoken = {viewpoint for _dimension, viewpoint in words}
    last = until or trajectory.closed_on or timezone.localdate()
    return Evolution(
        framework=framework,
        lines=tuple(Line(one, _voices(words, one.pk)) for one in framework.dimensions),
        viewpoints=tuple(one for one in Viewpoint if one in spoken),
        days=tuple(sorted(days)),
        start=min([trajectory.started_on, *days]),
        end=max([last, *days]),
        left_out=len(found) - len(kept),
    )


def _positionings(readings: Mapping[int, Reading], with_facts: bool) -> list[Positioning]:
    """In the order of their readings; without their texts unless they are told."""
    found = Positioning.objects.filter(reading__in=list(readings), dimension__isnull=False).defer("next_question")
    ranks = {pk: rank for rank, pk in enumerate(readings)}
    return sorted(found if with_facts else found.defer("observed_fact"), key=lambda one: ranks[one.reading_id])


def _word(one: Positioning, reading: Reading, framework: Framework) -> Word:
    fact = "" if "observed_fact" in one.get_deferred_fields() else one.observed_fact
    said = level_in_words(one, framework)
    return Word(reading.viewpoint, reading.read_on, one.state, one.level, said, fact)


def _voices(words: Mapping[tuple[int, str], Mapping[date, Word]], dimension: int) -> dict[str, Words]:
    return {
        viewpoint: tuple(words[dimension, viewpoint].values())
        for viewpoint in Viewpoint
        if (dimension, viewpoint) in words
    }


def by_viewpoint(words: Iterable[Word]) -> dict[str, Words]:
    """Each point of view's own, in the order in which points of view are always shown."""
    said = list(words)
    voices = {one.value: tuple(word for word in said if word.viewpoint == one) for one in Viewpoint}
    return {one: words for one, words in voices.items() if words}


def as_of(words: Iterable[Word], day: date) -> Word | None:
    """The last word said by the end of that day."""
    return next(reversed([one for one in words if one.on <= day]), None)


def gaps_of(voices: Voices, end: date) -> tuple[Gap, ...]:
    """When the two levels furthest apart were worth a debate, of those that stood together at each moment. A point of
    view without a level takes no part in it."""
    days = sorted({one.on for words in voices.values() for one in words if one.on < end})
    gaps: list[Gap] = []
    for since, until in pairwise([*days, end]):
        levels = [one.level for words in voices.values() if (one := as_of(words, since)) and one.level is not None]
        if not levels or max(levels) - min(levels) < DEBATED_FROM:
            continue
        low, high = min(levels), max(levels)
        if gaps and (gaps[-1].until, gaps[-1].low, gaps[-1].high) == (since, low, high):
            since = gaps.pop().since
        gaps.append(Gap(since, until, low, high))
    return tuple(gaps)


def gaps_in_words(gaps: Sequence[Gap], end: date) -> str:
    """« mars 2025 à juin 2025, depuis octobre 2026 »; nothing when nobody stood apart."""
    spans: list[tuple[date, date]] = []
    for one in gaps:
        if spans and spans[-1][1] == one.since:
            spans[-1] = (spans[-1][0], one.until)
        else:
            spans.append((one.since, one.until))
    return ", ".join(_span(since, until, end) for since, until in spans)


def _span(since: date, until: date, end: date) -> str:
    if until == end:
        return f"depuis {month(since)}"
    return month(since) if month(since) == month(until) else f"{month(since)} à {month(until)}"


def told(words: Iterable[Word]) -> str:
    """« Déjà-là (mars 2024, encore en mai 2024), puis Expérimentation (juin 2025) »; « pas encore lue »."""
    runs: list[list[Word]] = []
    for one in words:
        if runs and one.says_as(runs[-1][-1]):
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", puis ".join(f"{run[0].said} ({_when(run)})" for run in runs) or "pas encore lue"


def _when(run: Sequence[Word]) -> str:
    first, *again = dict.fromkeys(month(one.on) for one in run)
    return f"{first}, encore en {_listed(again)}" if again else first


def _listed(said: Sequence[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} et {said[-1]}"


def has_level(word: Word | None) -> bool:
    return word is not None and word.state == PositioningState.LEVEL
