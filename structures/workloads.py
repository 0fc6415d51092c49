"""What is entrusted to each of those who accompany."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import Person, Role, RoleGrant
from efc_platform.shared.registry import Registry
from structures.models import Accompaniment
from structures.worked import in_days

PAST = timedelta(days=365)

# By the key of a person, the minutes they worked since a day, preparation and travel with them.
SPENT: Registry[Callable[[Collection[int], date], dict[int, int]]] = Registry("time that somebody worked")


@dataclass(frozen=True)
class Workload:
    """One practitioner: the structures of today and those that are planned, the days foreseen with them, and the
    days worked over the last twelve months."""

    person: Person
    accompaniments: list[Accompaniment]
    foreseen: Decimal
    worked: Decimal


def workloads_of_all() -> list[Workload]:
    """In the order of their names: it is no ranking."""
    granted = RoleGrant.objects.current().filter(role=Role.PRACTITIONER, user__is_active=True)
    people = Person.objects.filter(user__in=granted.values("user"))
    ordered = list(people.order_by(Lower("last_name"), Lower("first_name"), "pk"))
    keys = [one.pk for one in ordered]
    held = Accompaniment.objects.unended().filter(practitioner__in=keys, structure__merged_into__isnull=True)
    rows = held.select_related("structure", "stands_in_for__practitioner").order_by(
        "practitioner", "-is_lead", "structure__name_key", "pk"
    )
    by_person = {key: list(group) for key, group in groupby(rows, lambda one: one.practitioner_id)}
    spent = _spent(keys)
    return [_workload(one, by_person.get(one.pk, []), spent.get(one.pk, 0)) for one in ordered]


def _spent(people: Collection[int]) -> dict[int, int]:
    since, total = timezone.localdate() - PAST, dict.fromkeys(people, 0)
    for known in SPENT:
        for person, minutes in known(people, since).items():
            total[person] += minutes
    return total


def _workload(person: Person, held: list[Accompaniment], minutes: int) -> Workload:
    return Workload(person, held, sum((one.days for one in held if one.days), Decimal(0)), in_days(minutes))
