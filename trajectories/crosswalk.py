"""The passage from one version of the référentiel to another: what each dimension comes from, as the words suggest it,
and what a reading made with one version may say in the words of another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from trajectories.framework_words import DimensionWords, FrameworkWords
from trajectories.models import LEVELS, PositioningState, Relation, Weight

# Shares of the words that two versions of a dimension have in common, above which the first is said to tell the other
# entirely, for the most part; under the last, a dimension with a name of its own is new. They only propose: a person
# corrects. Found by rewording the default référentiel's dimensions: a comma, a sentence, a marker, half of them.
_WHOLE_FROM, _MOST_FROM, _KIN_FROM = 0.9, 0.6, 0.4
# By how many levels what is carried over may be wrong, on either side.
_REACH = {Weight.WHOLE: 0, Weight.MOST: 1, Weight.PART: 2}


@dataclass(frozen=True)
class Origin:
    """What a dimension comes from: keys of the version before, how it stands towards them, how much they say of it."""

    relation: Relation
    sources: tuple[str, ...] = ()
    weight: Weight | None = None

    @property
    def reach(self) -> int:
        """By how many levels a reading carried over may be wrong; only the same thing is never wrong."""
        reach = _REACH[self.weight or Weight.WHOLE]
        return reach if self.relation == Relation.EQUAL else max(1, reach)


Origins = Mapping[str, Origin]


def propose(old: FrameworkWords, new: FrameworkWords) -> dict[str, Origin]:
    """For each dimension of the newer version, what its key, its criteria and its words suggest that it comes from.

    Keys stay from one version to the next, so that the same thing said otherwise is known without guessing; a
    criterion that moved takes something of its dimension with it."""
    before = {one.key: one for one in old.dimensions}
    homes = {said.key: one.key for one in old.dimensions for said in one.criteria}
    found = {one.key: _origin(one, before, homes) for one in new.dimensions}
    return {key: _shared(key, origin, found) for key, origin in found.items()}


def _origin(one: DimensionWords, before: Mapping[str, DimensionWords], homes: Mapping[str, str]) -> Origin:
    came = {homes[said.key] for said in one.criteria if said.key in homes} | {one.key} & before.keys()
    sources = tuple(key for key in before if key in came)
    if len(sources) > 1:
        return Origin(Relation.MERGED, sources, Weight.MOST)
    if sources:
        return _towards(before[sources[0]], one)
    nearest = max(before.values(), key=lambda was: _likeness(was, one), default=None)
    if nearest is None or _likeness(nearest, one) < _KIN_FROM:
        return Origin(Relation.NEW)
    return _towards(nearest, one)


def _towards(was: DimensionWords, one: DimensionWords) -> Origin:
    old, new = ({said.key for said in each.criteria} for each in (was, one))
    relation = Relation.NARROWER if new < old else Relation.BROADER if new > old else Relation.EQUAL
    likeness = _likeness(was, one)
    whole = Weight.WHOLE if relation == Relation.EQUAL else Weight.MOST
    weight = whole if likeness >= _WHOLE_FROM else Weight.MOST if likeness >= _MOST_FROM else Weight.PART
    return Origin(relation, (was.key,), weight)


def _shared(key: str, origin: Origin, found: Origins) -> Origin:
    """A dimension that another one also comes from is shared between them."""
    alone = origin.sources[0] if len(origin.sources) == 1 else None
    rivals = [other for other, one in found.items() if other != key and one.sources == (alone,)]
    if alone is None or not rivals:
        return origin
    return Origin(Relation.SPLIT, origin.sources, Weight.MOST if origin.weight == Weight.WHOLE else origin.weight)


def _likeness(was: DimensionWords, one: DimensionWords) -> float:
    """Share of words in common, in order; what describes the levels counts, for readings rest on it."""
    before, after = (_said(each) for each in (was, one))
    return SequenceMatcher(None, before, after, autojunk=False).ratio()


def _said(one: DimensionWords) -> list[str]:
    texts = (one.name, one.question, *(said.text for said in one.criteria), *one.markers)
    return " ".join(texts).lower().split()


def dropped(old: FrameworkWords, origins: Iterable[Origin]) -> list[DimensionWords]:
    """The dimensions of the older version from which nothing comes: their readings stay, as they were read."""
    kept = {key for one in origins for key in one.sources}
    return [one for one in old.dimensions if one.key not in kept]


def reversed_origins(origins: Origins) -> dict[str, Origin]:
    """The way back: what the older version's dimensions come from, seen from the newer."""
    heirs: dict[str, list[str]] = {}
    for key, origin in origins.items():
        for source in origin.sources:
            heirs.setdefault(source, []).append(key)
    return {source: _back(keys, origins) for source, keys in heirs.items()}


_TURNED = {Relation.NARROWER: Relation.BROADER, Relation.BROADER: Relation.NARROWER}


def _back(keys: Sequence[str], origins: Origins) -> Origin:
    weights = list(Weight)
    # The same thing said otherwise tells it better than all that only took something of it.
    if same := [key for key in keys if origins[key].relation == Relation.EQUAL]:
        keys = [min(same, key=lambda key: weights.index(origins[key].weight or Weight.WHOLE))]
    weight = max((origins[key].weight or Weight.WHOLE for key in keys), key=weights.index)
    if len(keys) > 1:
        return Origin(Relation.MERGED, tuple(keys), weight)
    relation = Relation(origins[keys[0]].relation)
    turned = (
        Relation.SPLIT if relation == Relation.MERGED else Relation.NARROWER if relation == Relation.SPLIT else None
    )
    return Origin(turned or _TURNED.get(relation, relation), tuple(keys), weight)


@dataclass(frozen=True)
class Said:
    """What is known of one dimension: a state and, for a level, the lowest and the highest that it may be.
    `is_partial` when some of what it comes from was not read, or not enough."""

    state: PositioningState
    low: int | None = None
    high: int | None = None
    is_partial: bool = False

    @classmethod
    def level(cls, rank: int) -> "Said":
        return cls(PositioningState.LEVEL, rank, rank)

    def widened(self, reach: int) -> "Said":
        """Never beyond the first level nor the last."""
        if self.low is None or self.high is None:
            return self
        low, high = max(1, self.low - reach), min(LEVELS, self.high + reach)
        return Said(self.state, low, high, self.is_partial)


def carry(read: Mapping[str, Said], origins: Origins) -> dict[str, Said]:
    """What was read with one version, said with the dimensions of the next. Nothing is averaged: between several
    sources the level may be any of theirs; what nobody read is not there."""
    carried = {key: _carried([read.get(source) for source in one.sources], one) for key, one in origins.items()}
    return {key: said for key, said in carried.items() if said is not None}


def _carried(found: Sequence[Said | None], origin: Origin) -> Said | None:
    told = [one for one in found if one is not None]
    if not told:
        return None
    levels = [one for one in told if one.state == PositioningState.LEVEL]
    unknown = len(told) < len(found) or any(one.state == PositioningState.NOT_ENOUGH_EVIDENCE for one in told)
    is_partial = unknown or any(one.is_partial for one in told)
    if levels:
        low, high = min(one.low or 1 for one in levels), max(one.high or LEVELS for one in levels)
        # What was not read may pull the whole one way or the other.
        return Said(PositioningState.LEVEL, low, high, is_partial).widened(origin.reach + unknown)
    if all(one.state == PositioningState.NOT_APPLICABLE for one in told):
        return Said(PositioningState.NOT_APPLICABLE, is_partial=is_partial)
    return Said(PositioningState.NOT_ENOUGH_EVIDENCE, is_partial=is_partial)
