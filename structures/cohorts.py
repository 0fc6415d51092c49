"""What a cohort's page gathers: who travels with it, and what is planned for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.registry import Registry
from structures.models import Cohort, CohortPlace, Structure


@dataclass(frozen=True)
class Meeting:
    """One date of the calendar, as far as the person may see it."""

    on: date
    title: str
    detail: str
    url: str
    is_cancelled: bool = False


# What applications above plan for a cohort.
CALENDAR: Registry[Callable[[Cohort, User], Iterable[Meeting]]] = Registry("calendar of a cohort")


@dataclass(frozen=True)
class Calendar:
    coming: list[Meeting]
    past: list[Meeting]


def calendar_of(cohort: Cohort, user: User) -> Calendar:
    """What comes, the soonest first, then what was, the latest first."""
    today = timezone.localdate()
    found = sorted((one for source in CALENDAR for one in source(cohort, user)), key=lambda one: one.on)
    return Calendar([one for one in found if one.on >= today], [one for one in reversed(found) if one.on < today])


@dataclass(frozen=True)
class Traveller:
    """A structure's stay; its sheet is only linked for whoever may open it."""

    place: CohortPlace
    is_seen: bool


def travellers(cohort: Cohort, user: User) -> tuple[list[Traveller], list[Traveller]]:
    """Those of today, or who are expected, then those who left, by name."""
    today = timezone.localdate()
    places = list(cohort.places.select_related("structure").order_by(F("structure__name_key"), "since", "pk"))
    seen = set(
        Structure.objects.visible_to(user)
        .filter(pk__in=[one.structure_id for one in places])
        .values_list("pk", flat=True)
    )
    found = [Traveller(one, one.structure_id in seen) for one in places]
    here = [one for one in found if one.place.until is None or one.place.until > today]
    return here, [one for one in found if one not in here]
