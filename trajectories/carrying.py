"""Which way leads from one published version of the référentiel to another, and what readings become along it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from django.db.models import Q, QuerySet

from trajectories.crosswalk import Origin, Origins, Said, carry, propose, reversed_origins
from trajectories.framework_words import FrameworkWords, words_of
from trajectories.models import (
    Correspondence,
    Dimension,
    FrameworkState,
    FrameworkVersion,
    Relation,
    Trajectory,
    Weight,
)


def origins_of(version: FrameworkVersion) -> dict[str, Origin]:
    """What is written of each dimension's origin, by key: all of a published version, what was corrected of a draft."""
    return _written(version.pk)


@dataclass(frozen=True)
class Crosswalk:
    """A version beside the one it is based on, what each of its dimensions comes from, and which were corrected."""

    old: FrameworkWords | None
    new: FrameworkWords
    origins: dict[str, Origin]
    corrected: frozenset[str] = frozenset()


def crosswalk_of(version: FrameworkVersion) -> Crosswalk:
    """Of a published version, as it was published; of a draft, what the words suggest, in place of which what was
    corrected by hand stands."""
    new = words_of(version)
    if version.based_on is None:
        return Crosswalk(None, new, {one.key: Origin(Relation.NEW) for one in new.dimensions})
    old, written = words_of(version.based_on), origins_of(version)
    if not version.is_draft:
        return Crosswalk(old, new, written)
    return Crosswalk(old, new, propose(old, new) | written, frozenset(written))


def _written(version: int) -> dict[str, Origin]:
    rows = Correspondence.objects.filter(dimension__framework_version=version).select_related("dimension")
    return {row.dimension.key: _as_told(row) for row in rows.prefetch_related("sources__dimension")}


def _as_told(row: Correspondence) -> Origin:
    sources = sorted(row.sources.all(), key=lambda one: one.dimension.position)
    weight = Weight(row.weight) if row.weight else None
    return Origin(Relation(row.relation), tuple(one.dimension.key for one in sources), weight)


def carry_along(read: Mapping[str, Said], start: int, goal: int) -> dict[str, Said]:
    """What was read with the version `start`, said with the dimensions of `goal`; nothing when no way leads there."""
    told = dict(read)
    for origins in _way(start, goal) or ():
        told = carry(told, origins)
    return told if start == goal or _way(start, goal) else {}


def roots_along(start: int, goal: int) -> dict[str, frozenset[str]]:
    """For each dimension of `goal`, those of `start` from which something of it comes; nothing when no way leads
    there."""
    found: dict[str, frozenset[str]] | None = None
    for origins in _way(start, goal) or ():
        found = {
            key: frozenset(one.sources if found is None else _roots_of(one, found)) for key, one in origins.items()
        }
    return found or {}


def _roots_of(origin: Origin, roots: Mapping[str, frozenset[str]]) -> set[str]:
    return {root for source in origin.sources for root in roots.get(source, frozenset())}


def is_joined(start: int, goal: int) -> bool:
    """Whether one comes from the other, however far, or both from a third."""
    return start == goal or _way(start, goal) is not None


def lineage_of(dimension: Dimension) -> frozenset[int]:
    """Itself, and the dimensions of other published versions from which something of it comes: what a text says of one
    of them is found again under it."""
    goal = dimension.framework_version_id
    named: dict[int, Collection[str]] = {}
    for start in FrameworkVersion.objects.exclude(state=FrameworkState.DRAFT).exclude(pk=goal).order_by("pk"):
        named[start.pk] = roots_along(start.pk, goal).get(dimension.key, frozenset())
    of_it = Q(pk=dimension.pk)
    for version, keys in named.items():
        if keys:
            of_it |= Q(framework_version=version, key__in=keys)
    return frozenset(Dimension.objects.filter(of_it).order_by().values_list("pk", flat=True))


@cache
def _way(start: int, goal: int) -> tuple[Origins, ...] | None:
    """Back to the version from which both come, then forth. Kept for the life of the process: what is published
    never changes, and neither does what it comes from."""
    based = dict(FrameworkVersion.objects.values_list("pk", "based_on"))
    backs, forths = _ancestors(based, start), _ancestors(based, goal)
    shared = next((one for one in backs if one in forths), None)
    if shared is None:
        return None
    back = [reversed_origins(_written(one)) for one in backs[: backs.index(shared)]]
    forth = [_written(one) for one in forths[: forths.index(shared)]]
    return (*back, *reversed(forth))


def _ancestors(based: Mapping[int, int | None], version: int) -> list[int]:
    """The version itself, what it is based on, and so on."""
    found, current = [version], based.get(version)
    while current is not None:
        found.append(current)
        current = based.get(current)
    return found


def versions_open_to(trajectory: Trajectory) -> QuerySet[FrameworkVersion]:
    """Those to which it may pass: what is published, and what it was once read with, even retired since."""
    once = Q(state=FrameworkState.RETIRED) & (
        Q(pk__in=trajectory.readings.values("framework_version")) | Q(pk__in=trajectory.passages.values("from_version"))
    )
    others = FrameworkVersion.objects.exclude(pk=trajectory.framework_version_id)
    return others.filter(Q(state=FrameworkState.PUBLISHED) | once).order_by("-number")
