"""Where the time went: one's own, by week, structure, modality, cohort or operation; the network's, of nobody.

What somebody did is theirs to look at: nothing here sets one practitioner beside another.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.apps import apps
from django.db.models import Sum
from django.utils.formats import date_format

from accounts.models import User
from efc_platform.shared.duration import write_duration
from efc_platform.shared.spreadsheets import Column
from structures.models import CohortPlace
from structures.worked import stays_by_operation
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


def network_parts(start: date, end: date) -> list[Part]:
    """What was spent with each structure, day by day and by modality, whoever led it: each intervention once, however
    many led it together."""
    during = InterventionShare.objects.filter(intervention__occurred_on__range=(start, end)).order_by()
    columns = ("occurred_on", "trajectory__structure", "trajectory__structure__name")
    kinds = ("intervention__modality", "intervention__added_modality")
    rows = list(during.values_list(*columns, *kinds).annotate(spent=Sum("minutes")))
    # An intervention names its modality; a few of them name those of thousands of rows.
    kinds_met = {(row[3], row[4]) for row in rows}
    named = {key: Intervention(modality=key[0], added_modality_id=key[1]) for key in kinds_met}
    codes = {key: (one.code, one.kind) for key, one in named.items()}
    parts = [
        Part(on, structure, name, *codes[modality, added], spent)
        for on, structure, name, modality, added, spent in rows
    ]
    return sorted(parts, key=lambda one: (one.on, one.structure_name), reverse=True)


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
    known = stays_by_operation()
    for one in parts:
        held = [
            operation
            for operation, stays in known
            if any(stay.structure == one.structure and stay.since <= one.on < stay.until for stay in stays)
        ]
        for operation in held:
            yield str(operation.pk), operation.name, one
        if not held:
            yield "sans", "Sans opération", one


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
