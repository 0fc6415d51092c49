"""How the readings of a trajectory follow one another: what each point of view said of each dimension, and when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import QuerySet
from django.utils import timezone

from efc_platform.templatetags.french import month
from trajectories.carrying import is_joined
from trajectories.framework import Framework
from trajectories.models import Dimension, Positioning, PositioningState, Reading, Trajectory, Viewpoint
from trajectories.queries import DEBATED_FROM, level_in_words
from trajectories.rereading import Seen, reread, written_of


@dataclass(frozen=True)
class Word:
    """What one point of view said of one dimension on a day: a level, or why there is none. Said with another version
    of the référentiel and carried over, it may lie anywhere between two levels."""

    viewpoint: str
    on: date
    state: str
    low: int | None
    high: int | None
    said: str
    fact: str = ""

    @property
    def level(self) -> int | None:
        """Only when it can be but one."""
        return self.low if self.low == self.high else None

    @property
    def band(self) -> tuple[int, int] | None:
        if self.low is None or self.high is None or self.low == self.high:
            return None
        return self.low, self.high

    def says_as(self, other: "Word | None") -> bool:
        return other is not None and (self.state, self.low, self.high) == (other.state, other.low, other.high)

    def may_say_as(self, other: "Word | None") -> bool:
        """Of two that may be one same level, nobody can tell that something moved."""
        if other is None or self.state != other.state:
            return False
        if self.low is None or self.high is None or other.low is None or other.high is None:
            return True
        return self.low <= other.high and other.low <= self.high


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
    """All dimensions, the days on which something was read, and the days between which all is drawn. `carried` counts
    the readings made with another version of the référentiel, said here in the words of this one; `left_out` those
    that nothing joins to it."""

    framework: Framework
    lines: tuple[Line, ...]
    viewpoints: tuple[Viewpoint, ...]
    days: tuple[date, ...]
    start: date
    end: date
    carried: int
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
    goal, readings = framework.version.pk, shared_readings(trajectory)
    found = list(readings.filter(read_on__lte=until) if until else readings)
    joined = {version: is_joined(version, goal) for version in {one.framework_version_id for one in found}}
    kept = {one.pk: one for one in found if joined[one.framework_version_id]}
    words: dict[tuple[str, str], dict[date, Word]] = {}
    days = set()
    for reading, key, seen in _seen(kept, framework, with_facts):
        days.add(reading.read_on)
        # The last word of a day stands.
        words.setdefault((key, reading.viewpoint), {})[reading.read_on] = _word(seen, reading, framework)
    spoken = {viewpoint for _dimension, viewpoint in words}
    last = until or trajectory.closed_on or timezone.localdate()
    return Evolution(
        framework=framework,
        lines=tuple(Line(one, _voices(words, one.key)) for one in framework.dimensions),
        viewpoints=tuple(one for one in Viewpoint if one in spoken),
        days=tuple(sorted(days)),
        start=min([trajectory.started_on, *days]),
        end=max([last, *days]),
        carried=sum(one.framework_version_id != goal for one in kept.values()),
        left_out=len(found) - len(kept),
    )


def _seen(
    readings: Mapping[int, Reading], framework: Framework, with_facts: bool
) -> Iterator[tuple[Reading, str, Seen]]:
    """Reading by reading, what it says of the dimensions of this version, by their keys. Of another one, with all that
    its point of view had read by then: what a dimension takes from several is told by them together."""
    known: dict[tuple[int, str], dict[str, Positioning]] = {}
    written = _positionings(readings, with_facts)
    for reading in readings.values():
        said = {one.dimension.key: one for one in written.get(reading.pk, ()) if one.dimension}
        version = reading.framework_version_id
        if version == framework.version.pk:
            yield from ((reading, key, one) for key, one in said.items())
            continue
        latest = known.setdefault((version, reading.viewpoint), {})
        latest |= said
        for key, again in reread(latest, version, framework.version.pk).items():
            if any(one.reading_id == reading.pk for one in again.sources):
                yield reading, key, again


def _positionings(readings: Mapping[int, Reading], with_facts: bool) -> dict[int, list[Positioning]]:
    """By reading; without their texts unless they are told."""
    found = Positioning.objects.filter(reading__in=list(readings), dimension__isnull=False).defer("next_question")
    by_reading: dict[int, list[Positioning]] = {}
    for one in (found if with_facts else found.defer("observed_fact")).select_related("dimension").order_by("pk"):
        one.reading = readings[one.reading_id]
        by_reading.setdefault(one.reading_id, []).append(one)
    return by_reading


def _word(one: Seen, reading: Reading, framework: Framework) -> Word:
    written = written_of(one)
    fact = "" if "observed_fact" in written.get_deferred_fields() else written.observed_fact
    said = level_in_words(one, framework)
    return Word(reading.viewpoint, reading.read_on, one.state, one.low, one.high, said, fact)


def _voices(words: Mapping[tuple[str, str], Mapping[date, Word]], dimension: str) -> dict[str, Words]:
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
    """When two points of view were so far apart that it was worth a debate, whatever the level that each may be; drawn
    between the two. A point of view without a level takes no part in it."""
    days = sorted({one.on for words in voices.values() for one in words if one.on < end})
    gaps: list[Gap] = []
    for since, until in pairwise([*days, end]):
        said = [one for words in voices.values() if (one := as_of(words, since)) and one.low and one.high]
        low, high = min((one.high or 0 for one in said), default=0), max((one.low or 0 for one in said), default=0)
        if high - low < DEBATED_FROM:
            continue
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
