"""Small worlds without a database: what each structure lived, all that is published of them quarter after quarter, and
what a reader who knows some of them, the rules and every table ever published may conclude of another."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations, combinations_with_replacement, groupby, product

from community.level_steps import Step, Told, Word, is_due, look, told_group
from community.precedents import STEPS
from efc_platform.shared.small_numbers import Guard

SEEN, UNSEEN, ELSEWHERE = "passed, having done it", "passed, not having done it", "did not pass"


@dataclass(frozen=True)
class Life:
    """What one structure lived and nobody else knows: by thing read, the levels said, the first before any quarter and
    one in each quarter of `quarters`; and whether the thing was done before each. `quarters`, and who accompanies it,
    everybody knows."""

    quarters: tuple[int, ...]
    levels: tuple[tuple[int, ...], ...]
    done: tuple[bool, ...]
    team: str = ""

    @property
    def kind(self) -> tuple[tuple[int, ...], str]:
        return self.quarters, self.team

    def words(self, subject: int) -> list[Word]:
        times = (self.quarters[0], *self.quarters)
        return [
            Word(rank, (0, "team"), date(2020 + time, 1, 1 + rank), level, _moment(time, rank))
            for rank, (time, level) in enumerate(zip(times, self.levels[subject], strict=True))
        ]

    def fate(self, subject: int, step: Step) -> str:
        """What a table tells of it: at its first passing."""
        for rank, (before, after) in enumerate(zip(self.levels[subject], self.levels[subject][1:], strict=False)):
            way = range(min(before, after), max(before, after))
            if step.lower in way and step.is_forward == (after > before):
                return SEEN if self.done[rank] else UNSEEN
        return ELSEWHERE


def _moment(quarter: int, rank: int) -> datetime:
    return datetime(2020 + quarter, 2, 1 + rank, tzinfo=UTC)


World = tuple[Life, ...]
# One line a table that is told, with its floor; one a thing that was looked at without telling anything.
Published = tuple[tuple[object, ...], ...]
Kinds = Sequence[tuple[int, Sequence[Life]]]


def published(world: World, guard: Guard, *, quarters: int) -> Published:
    """Everything that the pages ever showed of this world, by the rules of the look of each quarter."""
    subjects = range(len(world[0].levels))
    return tuple(line for subject in subjects for line in _published(world, subject, guard, quarters))


def _published(world: World, subject: int, guard: Guard, quarters: int) -> Iterator[tuple[object, ...]]:
    teams = {key: [life.team] for key, life in enumerate(world) if life.team}
    steps: dict[Step, list[datetime]] = {}
    last = None
    for quarter in range(quarters):
        cut = datetime(2021 + quarter, 1, 1, tzinfo=UTC)
        found = look(((key, life.words(subject)) for key, life in enumerate(world)), cut, Told(last, steps), STEPS)
        if not is_due(found, guard):
            continue
        last = cut
        for step in STEPS:
            if group := told_group(found, step, teams, guard):
                steps.setdefault(step, []).append(cut)
                done = sum(world[key].done[word.reading - 1] for key, word in found.movers[step].items())
                yield quarter, subject, step, guard.at_least(done, of=group)
        yield quarter, subject


def worlds(kinds: Kinds) -> Iterator[World]:
    """Every world of so many structures of each kind, once for all the orders in which they may stand: what is
    published is the same whoever of a kind lived what, as another test says."""
    for chosen in product(*(list(combinations_with_replacement(lives, number)) for number, lives in kinds)):
        yield tuple(life for group in chosen for life in group)


def unsafe_conclusions(kinds: Kinds, guard: Guard, *, quarters: int = 1) -> Iterator[str]:
    """Every publication that some world gives, every choice of structures that the reader may know all about: what
    they may conclude of any other one, of any step. Nothing is expected."""
    same: dict[Published, list[World]] = {}
    for world in worlds(kinds):
        same.setdefault(published(world, guard, quarters=quarters), []).append(world)
    at_stake = _at_stake(life for _number, some in kinds for life in some)
    for lines, alike in same.items():
        for (own, kind), possible in _possible_lives(alike, guard.known).items():
            for subject, step in at_stake:
                fates = {life.fate(subject, step) for life in possible}
                if fates != {SEEN, UNSEEN, ELSEWHERE}:
                    yield f"{lines}: knowing {own}, one of {kind} can only be {sorted(fates)}"


def _at_stake(lives: Iterable[Life]) -> list[tuple[int, Step]]:
    """The steps that somebody may have passed, told or not: that nothing is published is read too."""
    some = list(lives)
    places = product(range(len(some[0].levels)), STEPS)
    return [(subject, step) for subject, step in places if any(one.fate(subject, step) == SEEN for one in some)]


def _possible_lives(alike: Iterable[World], known: int) -> dict[tuple[tuple[Life, ...], object], set[Life]]:
    """By what the reader knows and by the other's kind, all the lives that the other may have had."""
    lives: dict[tuple[tuple[Life, ...], object], set[Life]] = {}
    for world in alike:
        for own in set(combinations(world, known)):
            rest = list(world)
            for life in own:
                rest.remove(life)
            for kind, others in groupby(rest, key=lambda life: life.kind):
                lives.setdefault((own, kind), set()).update(others)
    return lives
