"""Which steps between two neighbouring levels a structure passed, and of which steps something may be told: computed
on words, levels and days alone, without a database, so that it is tried on every small world."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby, pairwise

from efc_platform.shared.small_numbers import GUARD, Guard


@dataclass(frozen=True, order=True)
class Step:
    """Between a level and the next, forward or back: going back is information, as going forward is."""

    lower: int
    is_forward: bool = True


@dataclass(frozen=True)
class Word:
    """A level said in a shared reading; `voice` is a trajectory and a point of view of it. `taken_up_at` is when
    another reading, copied from this one, took its place."""

    reading: int
    voice: tuple[int, str]
    read_on: date
    level: int
    shared_at: datetime
    taken_up_at: datetime | None = None


# Those of one structure on one thing that is read, each voice's in the order of its days.
Words = Sequence[Word]


def in_force(words: Words, cut: datetime) -> list[Word]:
    """What others could read when that day began."""
    return [one for one in words if one.shared_at < cut and not (one.taken_up_at and one.taken_up_at < cut)]


def steps_passed(words: Words, cut: datetime) -> dict[Step, Word]:
    """Each step that a point of view had passed when that day began, with the word that passed it the first. From a
    level to another one passes all the steps in between."""
    passed: dict[Step, Word] = {}
    for voice in _voices(in_force(words, cut)):
        for before, after in pairwise(voice):
            for step in _between(before.level, after.level):
                passed[step] = min(passed.get(step, after), after, key=lambda one: (one.read_on, one.reading))
    return passed


def _voices(words: Words) -> Iterator[list[Word]]:
    for _voice, said in groupby(sorted(words, key=lambda one: one.voice), key=lambda one: one.voice):
        yield list(said)


def _between(before: int, after: int) -> Iterator[Step]:
    for lower in range(min(before, after), max(before, after)):
        yield Step(lower, after > before)


def read_again(words: Words, cut: datetime, since: datetime | None) -> bool:
    """Whether a point of view that had spoken before said something between the two days: what it takes to pass a
    step, or to stay. Seen by whoever sees that readings are shared; it says nothing of levels."""
    now = [voice for voice in _voices(in_force(words, cut)) if len(voice) > 1]
    if since is None or not now:
        return bool(now)
    before = list(_voices(in_force(words, since)))
    return any(voice not in before for voice in now)


@dataclass(frozen=True)
class Told:
    """The days on which something was told before: of each step, and when one last looked."""

    last_look: datetime | None = None
    steps: Mapping[Step, Sequence[datetime]] = field(default_factory=dict)


@dataclass
class Look:
    """What one sees of one thing that is read, when a quarter begins. `newcomers` are the structures that read it again
    since the last look. By step: `movers`, those that passed it and were never told of, with the word that did;
    `around`, those that could have passed it since it was told; `fresh`, the newcomers that could not have been in any
    table of it yet.
    """

    newcomers: set[int] = field(default_factory=set)
    movers: dict[Step, dict[int, Word]] = field(default_factory=lambda: defaultdict(dict))
    around: dict[Step, set[int]] = field(default_factory=lambda: defaultdict(set))
    fresh: dict[Step, set[int]] = field(default_factory=lambda: defaultdict(set))


def look(histories: Iterable[tuple[int, Words]], cut: datetime, told: Told, steps: Sequence[Step]) -> Look:
    """Structure by structure, in one passage; `histories` may be as long as one likes. A structure whose first passing
    was told once is never told of again, whatever becomes of its readings."""
    found = Look()
    for structure, words in histories:
        if not read_again(words, cut, None):
            continue
        passed = steps_passed(words, cut)
        if read_again(words, cut, told.last_look):
            found.newcomers.add(structure)
        for step in steps:
            days = told.steps.get(step, ())
            if read_again(words, cut, max(days, default=None)):
                found.around[step].add(structure)
            if structure in found.newcomers and not any(read_again(words, day, None) for day in days):
                found.fresh[step].add(structure)
            if step in passed and not _was_told(words, step, days):
                found.movers[step][structure] = passed[step]
    return found


def _was_told(words: Words, step: Step, days: Iterable[datetime]) -> bool:
    return any(step in steps_passed(words, day) for day in days)


def is_due(found: Look, guard: Guard = GUARD) -> bool:
    """Enough structures read again for one of them to stay hidden among the others."""
    return len(found.newcomers) >= guard.smallest_round


def told_group(found: Look, step: Step, teams: Mapping[int, Iterable[int]], guard: Guard = GUARD) -> int:
    """Out of how many movers something is told; 0 when nothing may be.

    Enough passed the step; of those who come to it for the first time, enough did not; nobody accompanies more than
    half of those who passed, for it would tell one person's practice. And all that is told could have been lived by
    these newcomers alone: it says nothing of those whom an earlier look, told or not, had already seen. `teams` are
    all who ever accompanied each structure.
    """
    movers, fresh = found.movers[step], found.fresh[step]
    enough = guard.smallest_group(_most_of_one(found.around[step], teams))
    if not is_due(found, guard) or len(movers) < enough:
        return 0
    if len(fresh) < enough + guard.spared or len(fresh - movers.keys()) < guard.spared:
        return 0
    return min(len(movers), len(fresh) - guard.spared)


def _most_of_one(structures: Iterable[int], teams: Mapping[int, Iterable[int]]) -> int:
    followed = Counter(person for structure in structures for person in teams.get(structure, ()))
    return max(followed.values(), default=0)
