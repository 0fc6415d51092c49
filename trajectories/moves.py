"""What moved between two days: dimension by dimension, who read what before and what since, in words, never why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from efc_platform.templatetags.french import month
from trajectories.evolution import Evolution, Line, Word, Words, as_of, has_level, told
from trajectories.models import Dimension, Viewpoint


@dataclass(frozen=True)
class Move:
    """One point of view's way between the two days: what changed in a few words, its words one after the other, and
    the fact on which the last one rests."""

    viewpoint: str
    what: str
    way: str
    fact: str = ""


@dataclass(frozen=True)
class Told:
    """A dimension: the moves, then in one line what did not move."""

    dimension: Dimension
    moves: tuple[Move, ...]
    still: str


def moves_between(evolution: Evolution, since: date, until: date) -> list[Told]:
    """After the first day, and until the last one included; in the order of the référentiel."""
    return [_told(line, since, until) for line in evolution.lines]


def _told(line: Line, since: date, until: date) -> Told:
    moves, still = [], []
    for viewpoint, words in line.voices.items():
        before = as_of(words, since)
        during = [one for one in words if since < one.on <= until]
        if changes := tuple(_changes(before, during)):
            moves.append(_move(viewpoint, words, before, changes))
        elif before:
            still.append(_unmoved(Viewpoint(viewpoint), before, during))
    said = "\u00a0; ".join(still) or ("" if moves else "pas encore lue")
    return Told(line.dimension, tuple(moves), said[:1].upper() + said[1:])


def _changes(before: Word | None, during: Iterable[Word]) -> Iterator[Word]:
    for one in during:
        if not one.may_say_as(before):
            yield one
        before = one


def _move(viewpoint: str, words: Words, before: Word | None, changes: Words) -> Move:
    way = ((before,) if before else ()) + changes
    return Move(viewpoint, _what(words, way), told(way), changes[-1].fact)


def _what(words: Words, way: Words) -> str:
    """Going back is said as going forward is, in as many words."""
    first, last = way[0], way[-1]
    if len(way) == 1:
        return "première lecture"
    if not has_level(last):
        return f"devient {_named(last)}"
    if any(one.says_as(last) for one in words if one.on < way[-2].on):
        return f"revient à {_named(last)}"
    return "a bougé" if has_level(first) else "trouve un repère"


def _unmoved(viewpoint: Viewpoint, before: Word, during: Sequence[Word]) -> str:
    """Between levels that may be one and the same, nothing is claimed to have stayed."""
    last = during[-1] if during else before
    again = f"relue en {month(last.on)}" if during else f"pas relue depuis {month(before.on)}"
    still = "toujours " if last.says_as(before) else ""
    return f"{viewpoint.label.lower()}\u00a0: {still}{_named(last)}, {again}"


def _named(word: Word) -> str:
    return f"«\u00a0{word.said}\u00a0»"
