"""Readings line by line: each dimension and criterion as it was read, with what that is held on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from accounts.models import User
from trajectories.evidence import Freshness, Ground, grounds_of
from trajectories.framework import Framework
from trajectories.models import Criterion, Dimension, EvidenceKind, Positioning, PositioningState, Reading, Trajectory
from trajectories.opinions import sounds_like_opinion
from trajectories.queries import Crossings, criteria_of, crossings_of, history_of, level_in_words, level_then
from trajectories.rereading import Seen, written_of


@dataclass(frozen=True)
class Said:
    """What was read of one thing, if it was."""

    positioning: Positioning | None
    words: str
    ground: Ground
    criterion: Criterion | None = None

    @property
    def is_opinion(self) -> bool:
        """A remark for the authors of a draft, never a refusal."""
        return self.positioning is not None and sounds_like_opinion(self.positioning.observed_fact)


@dataclass(frozen=True)
class ReadLine:
    """A dimension and the criteria of it that were read: neither is ever drawn from the other."""

    dimension: Dimension
    whole: Said
    criteria: tuple[Said, ...]
    outcome: str = ""

    @property
    def is_read(self) -> bool:
        return self.whole.positioning is not None or bool(self.criteria)


def lines_of(
    reading: Reading, framework: Framework, user: User, *, with_texts: bool, outcomes: Mapping[int, str]
) -> list[ReadLine]:
    """All the dimensions of its version, read or not, with what the meeting of its round came to, by dimension."""
    found = list(reading.positionings.select_related("criterion").order_by("criterion__position", "pk"))
    grounds = grounds_of(found, user, with_texts=with_texts)

    def said(one: Positioning | None, criterion: Criterion | None = None) -> Said:
        return Said(one, level_in_words(one, framework), grounds[one.pk] if one else Ground(), criterion)

    whole = {one.dimension_id: one for one in found if one.dimension_id}
    return [
        ReadLine(
            dimension,
            said(whole.get(dimension.pk)),
            tuple(said(one, one.criterion) for one in found if _is_of(one, dimension)),
            outcomes.get(dimension.pk, ""),
        )
        for dimension in framework.dimensions
    ]


def _is_of(one: Positioning, dimension: Dimension) -> bool:
    return one.criterion is not None and one.criterion.dimension_id == dimension.pk


@dataclass(frozen=True)
class DimensionLines:
    """All that was read of a dimension, newest first, and the latest word of each point of view on its criteria."""

    history: Sequence[Said]
    criteria: Sequence[tuple[Criterion, Sequence[Said]]]


def lines_of_dimension(
    dimension: Dimension, trajectory: Trajectory, framework: Framework, user: User, *, with_texts: bool
) -> DimensionLines:
    history, read = history_of(dimension, trajectory), criteria_of([dimension], trajectory)
    of_criteria = [one for ones in read.values() for one in ones]
    grounds = grounds_of([*history, *of_criteria], user, with_texts=with_texts)

    def said(one: Positioning) -> Said:
        is_kin = one.dimension_id not in {None, dimension.pk}
        words = level_then(one, framework) if is_kin else level_in_words(one, framework)
        return Said(one, words, grounds[one.pk], one.criterion if one.criterion_id else None)

    criteria = [(one, [said(word) for word in read.get(one.pk, [])]) for one in dimension.criteria.all()]
    return DimensionLines([said(one) for one in history], criteria)


@dataclass(frozen=True)
class HeldLevel:
    """The latest level of one point of view on a dimension, or on one of its criteria."""

    dimension: Dimension
    said: Said

    @property
    def is_to_resume(self) -> bool:
        return self.said.ground.held.freshness in {Freshness.TO_RESUME, Freshness.OLD}


@dataclass(frozen=True)
class HeldGroup:
    """Levels held alike; only a heading, never a rank among dimensions."""

    kind: EvidenceKind | None
    heading: str
    levels: tuple[HeldLevel, ...]


_HEADINGS = {
    EvidenceKind.SAID: "Sur parole",
    None: "Sans appui noté",
    EvidenceKind.OBSERVED: "Observés",
    EvidenceKind.DOCUMENT: "Sur document",
    EvidenceKind.THIRD_PARTY: "Par un tiers",
}


def held_groups(trajectory: Trajectory, user: User) -> list[HeldGroup]:
    """What is held on word only first: that is where something remains to be shown."""
    crossings = crossings_of(trajectory)
    latest = [one for one in _latest(trajectory, crossings) if one[1].state == PositioningState.LEVEL]
    grounds = grounds_of([written_of(one) for _dimension, one in latest], user)

    def said(one: Seen) -> Said:
        written = written_of(one)
        return Said(written, level_in_words(one, crossings.framework), grounds[one.pk], written.criterion)

    levels = [HeldLevel(dimension, said(one)) for dimension, one in latest]
    groups = [
        HeldGroup(kind, heading, tuple(one for one in levels if one.said.ground.held.kind == kind))
        for kind, heading in _HEADINGS.items()
    ]
    return [one for one in groups if one.levels]


def _latest(trajectory: Trajectory, crossings: Crossings) -> Iterator[tuple[Dimension, Seen]]:
    """A dimension, then its criteria that were read one by one, in the order of the référentiel."""
    dimensions = [row.dimension for row in crossings.rows]
    by_criteria: dict[int, list[Positioning]] = {}
    for words in criteria_of(dimensions, trajectory).values():
        for one in words:
            by_criteria.setdefault(one.criterion.dimension_id if one.criterion else 0, []).append(one)
    for row in crossings.rows:
        yield from ((row.dimension, one) for one in row.voices.values())
        read = by_criteria.get(row.dimension.pk, [])
        yield from ((row.dimension, one) for one in sorted(read, key=_place))


def _place(one: Positioning) -> int:
    return one.criterion.position if one.criterion else 0
