"""How much was worked with structures, over the days that something covers: what an application above knows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from efc_platform.shared.duration import DAY_MINUTES
from efc_platform.shared.registry import Registry
from structures.models import CohortPlace, FundingOperation, Structure


@dataclass(frozen=True, order=True)
class Stay:
    """A structure, from a day on and until the day before another."""

    structure: int
    since: date
    until: date


# By the key of a structure, the minutes spent with it during its stays, each minute once.
WORKED: Registry[Callable[[Collection[Stay]], dict[int, int]]] = Registry("time worked with structures")


def in_days(minutes: int) -> Decimal:
    """Days of seven hours, to the nearest tenth."""
    return (Decimal(minutes) / DAY_MINUTES).quantize(Decimal("0.1"))


def minutes_during(stays: Iterable[Stay]) -> dict[int, int]:
    """By structure, what every application knows; stays of one structure that overlap count once."""
    asked = list(apart(stays))
    total: dict[int, int] = defaultdict(int)
    for known in WORKED:
        for structure, minutes in known(asked).items():
            total[structure] += minutes
    return dict(total)


def apart(stays: Iterable[Stay]) -> Iterator[Stay]:
    """The same days, without any of them twice for one structure."""
    held: Stay | None = None
    for one in sorted(stay for stay in stays if stay.since < stay.until):
        if held and held.structure == one.structure and one.since <= held.until:
            held = Stay(held.structure, held.since, max(held.until, one.until))
            continue
        if held:
            yield held
        held = one
    if held:
        yield held


@dataclass(frozen=True)
class Funded:
    """A structure that an operation pays for, or paid for, and the days that it took."""

    structure: Structure
    days: Decimal


def stays_of(operation: FundingOperation) -> list[Stay]:
    """What the operation pays for: its structures, and those of its cohorts while they travel with them, within its
    own dates."""
    cohorts = {one.cohort_id for one in operation.parts.all() if one.cohort_id}
    return _stays(operation, CohortPlace.objects.filter(cohort__in=cohorts))


def stays_by_operation() -> list[tuple[FundingOperation, list[Stay]]]:
    """The same of every operation, in as many reads as of one."""
    operations, places = FundingOperation.objects.prefetch_related("parts"), list(CohortPlace.objects.all())
    return [(one, _stays(one, places)) for one in operations]


def _stays(operation: FundingOperation, places: Iterable[CohortPlace]) -> list[Stay]:
    end = operation.ends_on + timedelta(days=1)
    parts = list(operation.parts.all())
    found = [_within(operation, end, one.structure_id, one.since, one.until) for one in parts if one.structure_id]
    for place in places:
        for part in (one for one in parts if one.cohort_id == place.cohort_id):
            until = min((day for day in (part.until, place.until) if day), default=None)
            found.append(_within(operation, end, place.structure_id, max(part.since, place.since), until))
    return sorted(one for one in found if one.since < one.until)


def _within(operation: FundingOperation, end: date, structure: int, since: date, until: date | None) -> Stay:
    return Stay(structure, max(since, operation.starts_on), min(until or end, end))


def funded_by(operation: FundingOperation) -> list[Funded]:
    """Each structure that it pays for, by name, with the days worked while it did."""
    stays = stays_of(operation)
    minutes = minutes_during(stays)
    structures = Structure.objects.filter(pk__in={one.structure for one in stays}).in_french_order()
    return [Funded(one, in_days(minutes.get(one.pk, 0))) for one in structures]
