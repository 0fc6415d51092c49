"""What was read with other versions of the référentiel, said in the words of one: as it may be, never as if it had been
read so."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from trajectories.carrying import carry_along, roots_along
from trajectories.crosswalk import Said
from trajectories.models import Dimension, FrameworkVersion, Positioning, PositioningState, Reading, Trajectory


@dataclass(frozen=True)
class Reread:
    """One dimension as a point of view may be said to have read it, from what it read with another version; the facts
    stay in the words they were written in, with their `sources`."""

    sources: tuple[Positioning, ...]
    said: Said

    @property
    def reading(self) -> Reading:
        """The latest of those it comes from."""
        return self.written.reading

    @property
    def pk(self) -> int:
        """What holds it is what held the latest of those it comes from."""
        return self.written.pk

    @property
    def written(self) -> Positioning:
        return self.sources[-1]

    @property
    def state(self) -> str:
        return self.said.state

    @property
    def level(self) -> int | None:
        """Only when it can be but one."""
        return self.said.low if self.said.low == self.said.high else None

    @property
    def low(self) -> int | None:
        return self.said.low

    @property
    def high(self) -> int | None:
        return self.said.high

    def get_state_display(self) -> str:
        return PositioningState(self.state).label


Seen = Positioning | Reread


def written_of(seen: Seen) -> Positioning:
    """What somebody wrote, behind what is seen."""
    return seen.written if isinstance(seen, Reread) else seen


def band_of(seen: Seen | None) -> tuple[int, int] | None:
    """Between which levels it lies, when it may be several."""
    if seen is None or seen.low is None or seen.high is None or seen.low == seen.high:
        return None
    return seen.low, seen.high


def rank_of(one: Seen) -> tuple[object, ...]:
    """In the order of time; of two of one day, the one sealed last is the latest word."""
    return one.reading.read_on, one.reading.sealed_at


def seen_with(version: FrameworkVersion, found: Iterable[Positioning]) -> dict[str, Seen]:
    """The latest word on each dimension of a version, by its key, of the positionings of one point of view given from
    the oldest: what was read with it, or later with another and carried over."""
    latest: dict[int, dict[str, Positioning]] = {}
    for one in found:
        if one.dimension is not None:
            latest.setdefault(one.reading.framework_version_id, {})[one.dimension.key] = one
    seen: dict[str, Seen] = dict(latest.pop(version.pk, {}))
    for start, read in latest.items():
        for key, again in reread(read, start, version.pk).items():
            if key not in seen or rank_of(seen[key]) < rank_of(again):
                seen[key] = again
    return seen


def reread(read: Mapping[str, Positioning], start: int, goal: int) -> dict[str, Reread]:
    """What was read with the version `start`, by the keys of its dimensions, said with those of `goal`."""
    told = {key: _said(one) for key, one in read.items()}
    roots = roots_along(start, goal)
    carried = carry_along(told, start, goal)
    return {key: Reread(_among(read, roots[key]), said) for key, said in carried.items()}


def _said(one: Positioning) -> Said:
    return Said(PositioningState(one.state), one.level, one.level)


def _among(read: Mapping[str, Positioning], keys: Collection[str]) -> tuple[Positioning, ...]:
    return tuple(sorted((read[key] for key in keys if key in read), key=rank_of))


def not_reread(trajectory: Trajectory, version: FrameworkVersion) -> list[Dimension]:
    """The dimensions of other versions that were read and of which this one takes up nothing; they stay readable in
    their own."""
    kept = {pk for kin in kin_of(trajectory, version).values() for pk in kin}
    return [one for one in _read_elsewhere(trajectory, version) if one.pk not in kept]


def kin_of(trajectory: Trajectory, version: FrameworkVersion) -> dict[str, set[int]]:
    """For each dimension of a version, by its key, those of other versions that were read and say something of it."""
    found: dict[str, set[int]] = {}
    for one in _read_elsewhere(trajectory, version):
        for key, roots in roots_along(one.framework_version_id, version.pk).items():
            if one.key in roots:
                found.setdefault(key, set()).add(one.pk)
    return found


def _read_elsewhere(trajectory: Trajectory, version: FrameworkVersion) -> QuerySet[Dimension]:
    read = Dimension.objects.filter(positionings__reading__in=trajectory.readings.shared().order_by().values("pk"))
    return read.exclude(framework_version=version).select_related("framework_version").distinct()
