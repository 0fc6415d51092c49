"""The directory of structures: what an address asks of it, what answers, and how many there are of each kind."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, CharField, Count, F, Func, Q, Value, When
from django.db.models.functions import Cast

from efc_platform.shared.search import typed_words
from structures.models import Accreditation, LegalForm, StructureQuerySet, practising

YES, NO = "oui", "non"
_TEXT = CharField()


@dataclass(frozen=True)
class Option:
    """One value of a facet, and how many structures would remain with it."""

    value: str
    label: str
    number: int
    is_chosen: bool = False


@dataclass(frozen=True)
class Facet:
    """One way of narrowing the directory: its word in the address, what is counted, and what it keeps."""

    name: str
    label: str
    everything: str
    counted: Callable[[], Any]
    narrow: Callable[[StructureQuerySet, str], StructureQuerySet]
    # By value, in the order in which they are offered; None for the values that there are, by name.
    labels: Mapping[str, str] | None = None
    # The value that holds while none is chosen.
    unsaid: str = ""

    def options(self, numbers: Mapping[str, int], chosen: str) -> list[Option]:
        names = self.labels or {value: value for value in sorted({*numbers, chosen}) if value}
        known = {value: label for value, label in names.items() if value == chosen or numbers.get(value)}
        return [Option(value, label, numbers.get(value, 0), value == chosen) for value, label in known.items()]

    def tells(self, options: list[Option]) -> bool:
        """Whether one of them would tell two structures apart."""
        return len(options) > (0 if self.unsaid else 1)


def _accompanied() -> Q:
    return Q(pk__in=practising().values("structure"))


def _lacking() -> Q:
    return Q(siren="", rna="") & ~Q(legal_form=LegalForm.ASSOCIATION_ALSACE_MOSELLE)


def _archived() -> Q:
    return Q(archived_at__isnull=False)


def _is(condition: Callable[[], Q]) -> Callable[[], Any]:
    return lambda: Case(When(condition(), then=Value(YES)), default=Value(NO), output_field=_TEXT)


def _keep(condition: Callable[[], Q]) -> Callable[[StructureQuerySet, str], StructureQuerySet]:
    return lambda rows, value: rows.filter(condition() if value == YES else ~condition())


FACETS = [
    Facet(
        "departement",
        "Département",
        "Tous",
        lambda: F("department"),
        lambda rows, value: rows.filter(department=value),
    ),
    Facet(
        "forme",
        "Forme juridique",
        "Toutes",
        lambda: F("legal_form"),
        lambda rows, value: rows.filter(legal_form=value),
        dict(LegalForm.choices),
    ),
    Facet(
        "agrement",
        "Agrément",
        "Tous, ou aucun",
        lambda: Func(F("accreditations"), function="unnest", output_field=_TEXT, set_returning=True),
        lambda rows, value: rows.filter(accreditations__contains=[value]),
        dict(Accreditation.choices),
    ),
    Facet(
        "suivi",
        "Accompagnement",
        "Avec ou sans",
        _is(_accompanied),
        _keep(_accompanied),
        {YES: "Accompagnées aujourd’hui", NO: "Sans personne pour l’instant"},
    ),
    Facet(
        "identifiant",
        "Identifiants",
        "Avec ou sans",
        _is(_lacking),
        _keep(_lacking),
        {YES: "À compléter", NO: "Connus d’un registre"},
    ),
    Facet(
        "archive",
        "Fiches",
        "Celles d’aujourd’hui",
        _is(_archived),
        _keep(_archived),
        {YES: "Archivées"},
        unsaid=NO,
    ),
]
SORTS: dict[str, tuple[str, list[Any]]] = {
    "": ("Nom", [F("name_key")]),
    "ouverture": ("Dernières fiches ouvertes", [F("created_at").desc()]),
    "creation": ("Plus récemment créées", [F("founded_in").desc(nulls_last=True), F("name_key")]),
}


@dataclass(frozen=True)
class Asked:
    """What the address says; a value that no facet has is of no account."""

    words: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""

    @classmethod
    def of(cls, address: Mapping[str, str]) -> "Asked":
        given = {facet.name: typed_words(address.get(facet.name, "")) for facet in FACETS}
        known = {facet.name for facet in FACETS if facet.labels is None or given[facet.name] in facet.labels}
        sort = address.get("tri", "")
        return cls(
            words=typed_words(address.get("q", "")),
            chosen={name: value for name, value in given.items() if value and name in known},
            sort=sort if sort in SORTS else "",
        )

    def found(self, visible: StructureQuerySet, *, but: Facet | None = None) -> StructureQuerySet:
        """Those that answer; `but` whatever the value of that facet."""
        rows = visible.matching(self.words)
        for facet in FACETS:
            value = self.chosen.get(facet.name, facet.unsaid)
            if facet is not but and value:
                rows = facet.narrow(rows, value)
        return rows

    def in_order(self, visible: StructureQuerySet) -> StructureQuerySet:
        return self.found(visible).order_by(*SORTS[self.sort][1], "pk")

    def facets(self, visible: StructureQuerySet) -> list[tuple[Facet, list[Option]]]:
        """Those that would tell two structures apart, and those that are chosen; read all at once."""
        numbers = _numbers(_count(self.found(visible, but=facet), facet) for facet in FACETS)
        told = [(facet, facet.options(numbers[facet.name], self.chosen.get(facet.name, ""))) for facet in FACETS]
        return [(facet, options) for facet, options in told if facet.name in self.chosen or facet.tells(options)]


def _count(rows: StructureQuerySet, facet: Facet) -> Any:
    """By value of the facet, how many."""
    told = rows.order_by().annotate(facet=Value(facet.name, _TEXT), value=Cast(facet.counted(), _TEXT))
    return told.values_list("facet", "value").annotate(number=Count("pk"))


def _numbers(counts: Iterable[Any]) -> dict[str, dict[str, int]]:
    first, *rest = counts
    read: dict[str, dict[str, int]] = {facet.name: {} for facet in FACETS}
    for facet, value, number in first.union(*rest, all=True):
        read[facet][value] = number
    return read
