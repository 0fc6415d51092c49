"""What the base holds of the steps that structures passed: who said which level when, and what they had done in the
year before. Read by the look of each quarter alone; pages read what it kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from community.level_steps import Step, Told, Word
from community.models import Deed, StepTable
from structures.models import Accompaniment
from trainings.models import Attendance
from trajectories.carrying import carry_along
from trajectories.crosswalk import Said
from trajectories.models import (
    LEVELS,
    Criterion,
    Dimension,
    FrameworkVersion,
    InterventionShare,
    Modality,
    Positioning,
    PositioningState,
    Reading,
    Settlement,
    Trial,
    Workshop,
)

STEPS = [Step(lower, is_forward) for lower in range(1, LEVELS) for is_forward in (True, False)]
YEAR = timedelta(days=365)
_AT_ONCE = 2000


@dataclass(frozen=True)
class Subject:
    """What is read: a dimension, with what other versions call the same thing, or a criterion of today's version."""

    dimension: Dimension
    same: frozenset[int]
    criterion: Criterion | None = None

    @property
    def tables(self) -> QuerySet[StepTable]:
        """All that was kept of it, the oldest first."""
        kept = StepTable.objects.select_related("look")
        if self.criterion:
            return kept.filter(criterion=self.criterion)
        return kept.filter(dimension__in=self.same, criterion__isnull=True)


def subjects_of(version: FrameworkVersion) -> Iterator[Subject]:
    """Each dimension in the order of the référentiel, its criteria after it."""
    same = same_dimensions(version)
    for dimension in version.dimensions.prefetch_related("criteria"):
        yield Subject(dimension, same[dimension.key])
        for criterion in dimension.criteria.all():
            yield Subject(dimension, frozenset(), criterion)


def same_dimensions(version: FrameworkVersion) -> dict[str, frozenset[int]]:
    """By the key of each dimension of a version, those of all versions that say the very same thing: a level read
    there is one level here, and no other."""
    found = {one.key: {one.pk} for one in version.dimensions.all()}
    published = FrameworkVersion.objects.filter(published_on__isnull=False).exclude(pk=version.pk)
    for other in published.prefetch_related("dimensions").order_by("pk"):
        for dimension in other.dimensions.all():
            for key, said in carry_along({dimension.key: Said.level(3)}, other.pk, version.pk).items():
                if (said.low, said.high, said.is_partial) == (3, 3, False):
                    found[key].add(dimension.pk)
    return {key: frozenset(dimensions) for key, dimensions in found.items()}


def histories(subject: Subject, cut: datetime) -> Iterator[tuple[int, list[Word]]]:
    """Structure by structure, every level that others could read when that day began; streamed."""
    of_it = Q(criterion=subject.criterion) if subject.criterion else Q(dimension__in=subject.same)
    rows = (
        Positioning.objects.filter(of_it, state=PositioningState.LEVEL, reading__shared_at__lt=cut)
        .order_by("reading__trajectory__structure", "reading__read_on", "reading__sealed_at", "reading")
        .values_list(
            *("reading__trajectory__structure", "reading", "reading__trajectory", "reading__viewpoint"),
            *("reading__read_on", "level", "reading__shared_at", "reading__taken_up_by__shared_at"),
        )
    )
    for structure, group in groupby(rows.iterator(chunk_size=_AT_ONCE), key=lambda row: row[0]):
        yield structure, [Word(reading, (way, view), *said) for _of, reading, way, view, *said in group]


def told_of(subject: Subject) -> Told:
    """When one last looked at it, and when each of its steps was told."""
    last, steps = None, dict[Step, list[datetime]]()
    for table in subject.tables:
        last = beginning_of(table.look.cut_on)
        if table.is_told:
            steps.setdefault(Step(table.lower, table.is_forward), []).append(last)
    return Told(last, steps)


def beginning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def teams() -> dict[int, set[int]]:
    """All who ever accompanied each structure, standing in for another included."""
    found: dict[int, set[int]] = {}
    for structure, person in Accompaniment.objects.order_by().values_list("structure", "practitioner").distinct():
        found.setdefault(structure, set()).add(person)
    return found


def deeds_before(readings: Sequence[int]) -> dict[Deed, int]:
    """Of these readings, one a structure, before how many each thing was done at least once: in the year that ends the
    day before, for what is done that day may be the reading itself."""
    counted = dict.fromkeys(Deed, 0)
    for first in range(0, len(readings), _AT_ONCE):
        rows = Reading.objects.filter(pk__in=readings[first : first + _AT_ONCE]).aggregate(
            **{deed.name: Count("pk", filter=Exists(done)) for deed, done in _done().items()}
        )
        for deed in Deed:
            counted[deed] += rows[deed.name]
    return counted


def _done() -> Mapping[Deed, QuerySet]:
    shares = InterventionShare.objects.filter(**_of_structure("trajectory"), **_in_the_year("occurred_on"))
    came = Attendance.objects.filter(
        is_present=True,
        enrolment__structure=OuterRef("trajectory__structure"),
        **_in_the_year("half_day__starts_at__date"),
    )
    return {
        **{Deed(one.value): shares.filter(intervention__modality=one) for one in Modality},
        Deed.SESSION: came,
        Deed.TRIAL: Trial.objects.filter(**_of_structure("trajectory"), **_in_the_year("started_on")),
        Deed.WORKSHOP: Workshop.objects.filter(
            ended_at__isnull=False, **_of_structure("trajectory"), **_in_the_year("held_on")
        ),
        Deed.MEETING: Settlement.objects.filter(**_of_structure("round__trajectory"), **_in_the_year("settled_on")),
    }


def _of_structure(trajectory: str) -> dict[str, OuterRef]:
    """On whichever of its trajectories."""
    return {f"{trajectory}__structure": OuterRef("trajectory__structure")}


def _in_the_year(column: str) -> dict[str, object]:
    return {f"{column}__lt": OuterRef("read_on"), f"{column}__gte": OuterRef("read_on") - YEAR}
