"""Where the time went: one's own, by week, structure, modality, cohort or operation; the network's, of nobody.

What somebody did is theirs to look at: nothing here sets one practitioner beside another.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.formats import date_format

from accounts.models import User
from efc_platform.shared.duration import write_duration
from efc_platform.shared.spreadsheets import Column
from structures.models import CohortPlace, FundingOperation
from structures.worked import Stay, stays_by_operation
from trajectories.models import Intervention, InterventionShare


@dataclass(frozen=True)
class Part:
    """What one intervention gave to one structure, in minutes; several on one day, for the network."""

    on: date
    structure: int
    structure_name: str
    modality: str
    modality_name: str
    meeting: int
    preparation: int = 0
    travel: int = 0
    intervention: int = 0
    url: str = ""
    correction: str = ""

    @property
    def total(self) -> int:
        return self.meeting + self.preparation + self.travel


@dataclass
class Line:
    """One number of the table, and what is behind it."""

    key: str
    label: str
    parts: list[Part]

    @property
    def meeting(self) -> int:
        return sum(one.meeting for one in self.parts)

    @property
    def preparation(self) -> int:
        return sum(one.preparation for one in self.parts)

    @property
    def travel(self) -> int:
        return sum(one.travel for one in self.parts)

    @property
    def total(self) -> int:
        return sum(one.total for one in self.parts)


def own_parts(user: User, start: date, end: date) -> list[Part]:
    """Of the interventions one led, both days included. Preparation and travel belong to the whole intervention: each
    structure takes its share of them, and they are counted once."""
    led = InterventionShare.objects.filter(intervention__practitioners=user.person_id, occurred_on__range=(start, end))
    shares = list(led.select_related("intervention", "trajectory__structure").order_by("-occurred_on", "-pk"))
    together: dict[int, list[InterventionShare]] = defaultdict(list)
    for share in shares:
        together[share.intervention_id].append(share)
    parts = [part for same in together.values() for part in _parts(same)]
    corrections = _corrections(list(together))
    return [replace(one, correction=corrections.get(one.intervention, "")) for one in parts]


def _parts(shares: list[InterventionShare]) -> Iterator[Part]:
    shares = sorted(shares, key=lambda share: share.pk)
    event = shares[0].intervention
    weights = [share.minutes for share in shares]
    prepared = apportioned(event.preparation_minutes, weights)
    travelled = apportioned(event.travel_minutes, weights)
    for share, preparation, travel in zip(shares, prepared, travelled, strict=True):
        structure = share.trajectory.structure
        yield Part(
            on=event.occurred_on,
            structure=structure.pk,
            structure_name=structure.name,
            modality=event.code,
            modality_name=event.kind,
            meeting=share.minutes,
            preparation=preparation,
            travel=travel,
            intervention=event.pk,
            url=event.get_absolute_url(),
        )


def apportioned(minutes: int, weights: list[int]) -> list[int]:
    """In proportion, in whole minutes that add up; what is left over goes to the first ones."""
    whole = sum(weights) or len(weights)
    found = [minutes * (weight if sum(weights) else 1) // whole for weight in weights]
    for place in range(minutes - sum(found)):
        found[place % len(found)] += 1
    return found


_DURATIONS = {"minutes": "durée", "preparation_minutes": "préparation", "travel_minutes": "trajet"}


def _corrections(interventions: list[int]) -> dict[int, str]:
    """« corrigé le 4 décembre : durée, 2 h au lieu de 3 h », the latest time that a duration changed."""
    model = apps.get_model("trajectories", "InterventionEvent")
    events = model.objects.filter(pgh_obj__in=interventions, pgh_label="update").order_by("pgh_id")
    first = model.objects.filter(pgh_obj__in=interventions, pgh_label="insert")
    known, said = {one.pgh_obj_id: one for one in first}, {}
    for event in events:
        before = known.get(event.pgh_obj_id)
        changes = [
            f"{label}, {write_duration(getattr(event, name))} au lieu de {write_duration(getattr(before, name))}"
            for name, label in _DURATIONS.items()
            if before and getattr(before, name) != getattr(event, name)
        ]
        if changes:
            day = date_format(event.pgh_created_at, "j F Y")
            said[event.pgh_obj_id] = f"corrigé le {day}\u00a0: {' ; '.join(changes)}"
        known[event.pgh_obj_id] = event
    return said


_KINDS = ("intervention__modality", "intervention__added_modality")


def network_shares(start: date, end: date) -> QuerySet[InterventionShare]:
    """Both days included, whoever led them."""
    return InterventionShare.objects.filter(occurred_on__range=(start, end)).order_by()


def network_parts(during: QuerySet[InterventionShare]) -> list[Part]:
    """What was spent with each structure, day by day and by modality, whoever led it: each intervention once, however
    many led it together."""
    columns = ("occurred_on", "trajectory__structure", "trajectory__structure__name")
    rows = list(during.values_list(*columns, *_KINDS).annotate(spent=Sum("minutes")))
    # An intervention names its modality; a few of them name those of thousands of rows.
    kinds_met = {(row[3], row[4]) for row in rows}
    named = {key: Intervention(modality=key[0], added_modality_id=key[1]) for key in kinds_met}
    codes = {key: (one.code, one.kind) for key, one in named.items()}
    parts = [
        Part(on, structure, name, *codes[modality, added], spent)
        for on, structure, name, modality, added, spent in rows
    ]
    return sorted(parts, key=_newest_first, reverse=True)


def _newest_first(one: Part) -> tuple[date, str]:
    return one.on, one.structure_name


# Of digits: beyond, the database has no such number.
_LONGEST_KEY = 19
_NO_OPERATION = "Sans opération"
Grouping = Callable[[Iterable[Part]], Iterator[tuple[str, str, Part]]]


def _by_week(parts: Iterable[Part]) -> Iterator[tuple[str, str, Part]]:
    for one in parts:
        monday = one.on - timedelta(days=one.on.weekday())
        yield monday.isoformat(), f"semaine du {date_format(monday)}", one


def _by_structure(parts: Iterable[Part]) -> Iterator[tuple[str, str, Part]]:
    for one in parts:
        yield str(one.structure), one.structure_name, one


def _by_modality(parts: Iterable[Part]) -> Iterator[tuple[str, str, Part]]:
    for one in parts:
        yield one.modality, one.modality_name, one


def _by_cohort(parts: Iterable[Part]) -> Iterator[tuple[str, str, Part]]:
    """The cohort with which the structure travelled that day; of two, under each."""
    places: dict[int, list[CohortPlace]] = defaultdict(list)
    for place in CohortPlace.objects.select_related("cohort"):
        places[place.structure_id].append(place)
    for one in parts:
        held = [place for place in places[one.structure] if place.since <= one.on and not _is_over(place.until, one.on)]
        for place in held:
            yield str(place.cohort_id), place.cohort.name, one
        if not held:
            yield "sans", "Hors promotion", one


def _by_operation(parts: Iterable[Part]) -> Iterator[tuple[str, str, Part]]:
    """The operation that paid for the structure that day; of two, under each."""
    known = _stays_of_structures()
    for one in parts:
        paying = {
            operation.pk: operation for operation, stay in known[one.structure] if stay.since <= one.on < stay.until
        }
        for operation in paying.values():
            yield str(operation.pk), operation.name, one
        if not paying:
            yield "sans", _NO_OPERATION, one


def _stays_of_structures() -> dict[int, list[tuple[FundingOperation, Stay]]]:
    found: dict[int, list[tuple[FundingOperation, Stay]]] = defaultdict(list)
    for operation, stays in stays_by_operation():
        for stay in stays:
            found[stay.structure].append((operation, stay))
    return found


def _is_over(until: date | None, day: date) -> bool:
    return until is not None and until <= day


GROUPINGS: dict[str, tuple[str, Grouping]] = {
    "semaine": ("Semaine", _by_week),
    "structure": ("Structure", _by_structure),
    "modalite": ("Modalité", _by_modality),
    "promotion": ("Promotion", _by_cohort),
    "operation": ("Opération", _by_operation),
}


def lines_of(parts: Iterable[Part], grouping: str) -> list[Line]:
    """By the order in which they come: the latest week first, the others by their name."""
    found: dict[str, Line] = {}
    for key, label, part in GROUPINGS[grouping][1](parts):
        found.setdefault(key, Line(key, label, [])).parts.append(part)
    if grouping == "semaine":
        return sorted(found.values(), key=lambda line: line.key, reverse=True)
    return sorted(found.values(), key=lambda line: (line.key == "sans", line.label))


@dataclass(frozen=True)
class Total:
    """One number of the network's table; what is behind it is asked for when somebody looks at it."""

    key: str
    label: str
    meeting: int


class ByStructure(Sequence[Total]):
    """The structures met, by their name: of a network of thousands, the database sums a page at a time."""

    def __init__(self, during: QuerySet[InterventionShare]) -> None:
        structure = "trajectory__structure"
        self._number: int = during.aggregate(number=Count(structure, distinct=True))["number"]
        spent = during.values_list(structure, f"{structure}__name").annotate(spent=Sum("minutes"))
        self._found = spent.order_by(f"{structure}__name_key", structure)

    def __len__(self) -> int:
        return self._number

    def __getitem__(self, place: Any) -> Any:
        return [Total(str(key), name, spent) for key, name, spent in self._found[place]]


def network_minutes(during: QuerySet[InterventionShare]) -> int:
    return during.aggregate(spent=Coalesce(Sum("minutes"), 0))["spent"]


def network_totals(during: QuerySet[InterventionShare], grouping: str) -> Sequence[Total]:
    """By structure, operation or modality; never by person."""
    if grouping == "structure":
        return ByStructure(during)
    if grouping == "modalite":
        return sorted(_by_kind(during), key=lambda one: one.label)
    funded = network_parts(during.filter(trajectory__structure__in=list(_stays_of_structures())))
    found = {one.key: Total(one.key, one.label, one.meeting) for one in lines_of(funded, grouping)}
    held = found.pop("sans", Total("sans", _NO_OPERATION, 0))
    rest = held.meeting + network_minutes(_unfunded(during))
    return [*found.values(), *([replace(held, meeting=rest)] if rest else [])]


def _unfunded(during: QuerySet[InterventionShare]) -> QuerySet[InterventionShare]:
    return during.exclude(trajectory__structure__in=list(_stays_of_structures()))


def _by_kind(during: QuerySet[InterventionShare]) -> Iterator[Total]:
    for modality, added, spent in during.values_list(*_KINDS).annotate(spent=Sum("minutes")):
        named = Intervention(modality=modality, added_modality_id=added)
        yield Total(named.code, named.kind, spent)


@dataclass(frozen=True)
class Behind:
    """What a number is made of: its newest parts, and how many there are."""

    label: str
    parts: list[Part]
    number: int


def behind_total(during: QuerySet[InterventionShare], grouping: str, key: str, most: int) -> Behind | None:
    """None for a key that is none of the table's."""
    if grouping == "structure":
        number = int(key) if key.isascii() and key.isdecimal() and len(key) < _LONGEST_KEY else 0
        parts = network_parts(during.filter(trajectory__structure=number))
        return Behind(parts[0].structure_name, parts[:most], len(parts)) if parts else None
    if grouping == "modalite":
        return _behind_kind(during, key, most)
    funded = network_parts(during.filter(trajectory__structure__in=list(_stays_of_structures())))
    found = next((one for one in lines_of(funded, grouping) if one.key == key), None)
    parts, number = (found.parts, len(found.parts)) if found else ([], 0)
    if key == "sans":
        others, more = _newest(_unfunded(during), most)
        parts, number = sorted([*parts, *others], key=_newest_first, reverse=True), number + more
    return Behind(found.label if found else _NO_OPERATION, parts[:most], number) if number else None


def _behind_kind(during: QuerySet[InterventionShare], key: str, most: int) -> Behind | None:
    for modality, added in during.values_list(*_KINDS).distinct():
        named = Intervention(modality=modality, added_modality_id=added)
        if named.code == key:
            of_it = during.filter(intervention__modality=modality, intervention__added_modality=added)
            return Behind(named.kind, *_newest(of_it, most))
    return None


def _newest(during: QuerySet[InterventionShare], most: int) -> tuple[list[Part], int]:
    """The parts of the latest days that fill a page, and how many parts there are in all."""
    number = during.values("occurred_on", "trajectory__structure", *_KINDS).distinct().count()
    days = list(during.order_by("-occurred_on").values_list("occurred_on", flat=True)[:most])
    return (network_parts(during.filter(occurred_on__gte=days[-1]))[:most], number) if days else ([], 0)


COLUMNS: list[Column[Part]] = [
    Column("Date", lambda one: one.on),
    Column("Structure", lambda one: one.structure_name),
    Column("Modalité", lambda one: one.modality_name),
    Column("Face à face (minutes)", lambda one: one.meeting),
]
OWN_COLUMNS: list[Column[Part]] = [
    *COLUMNS,
    Column("Préparation (minutes)", lambda one: one.preparation),
    Column("Trajet (minutes)", lambda one: one.travel),
    Column("Correction", lambda one: one.correction),
]
