"""What is taken away of structures: the sheets that one sees, the lines that an import refused, the model file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from efc_platform.shared.columns import Field, Layout
from efc_platform.shared.spreadsheets import Column, table_of
from structures.imports import FIELDS, LAYOUT
from structures.models import FileImport, FileLine, Outcome, Structure

SHEETS = [
    Column[Structure]("Nom", lambda one: one.name),
    Column[Structure]("Sigle", lambda one: one.acronym),
    Column[Structure]("Forme juridique", lambda one: one.get_legal_form_display()),
    Column[Structure]("SIRET", lambda one: one.siret),
    Column[Structure]("SIREN", lambda one: one.siren),
    Column[Structure]("Numéro RNA", lambda one: one.rna),
    Column[Structure]("Code APE", lambda one: one.ape_code),
    Column[Structure]("Création", lambda one: one.founded_on or one.founded_in),
    Column[Structure]("Agréments", lambda one: ", ".join(one.accreditation_names)),
    Column[Structure]("Réseaux", lambda one: one.networks),
    Column[Structure]("Activité", lambda one: one.sector),
    Column[Structure]("Sphère de vie", lambda one: one.functional_sphere),
    Column[Structure]("Présentation", lambda one: one.presentation),
    Column[Structure]("Adresse", lambda one: one.address),
    Column[Structure]("Code postal", lambda one: one.postcode),
    Column[Structure]("Commune", lambda one: one.commune_name),
    Column[Structure]("Département", lambda one: one.department),
    Column[Structure]("Région", lambda one: one.region),
    Column[Structure]("Territoire d’action", lambda one: one.territory_of_action),
    Column[Structure]("Site", lambda one: one.website),
    Column[Structure](
        "Accompagnée par",
        lambda one: ", ".join(held.practitioner.display_name for held in one.current_accompaniments),  # type: ignore[attr-defined]
    ),
]


def sheets(structures: Any) -> Iterator[list[Any]]:
    """The sheets of a queryset that `queries.listed` prepared, read a few at a time."""
    return table_of(SHEETS, structures.iterator(chunk_size=500))


def refused(found: FileImport, layout: Layout = LAYOUT) -> Iterator[list[Any]]:
    """The refused lines as they were in the file, and why: once mended, this file can be brought again."""
    width = max([int(place) + 1 for place in found.columns] + [1])
    headings = [""] * width
    for place, name in found.columns.items():
        headings[int(place)] = layout.by_name[name].label
    yield [*headings, "Ligne", "Pourquoi"]
    for line in found.lines.filter(outcome=Outcome.REFUSED).iterator(chunk_size=500):
        yield [*_padded(line, width), line.number, line.reason]


def _padded(line: FileLine, width: int) -> list[str]:
    return (line.cells + [""] * width)[:width]


EXAMPLE = {
    "name": "La Ressourcerie des Trois Rives",
    "acronym": "L3R",
    "legal_form": "Association",
    "siret": "73282932000074",
    "rna": "W621000123",
    "founded": "17/03/2009",
    "accreditations": "Esus, SIAE",
    "sector": "Réemploi",
    "postcode": "62110",
    "commune_name": "Hénin-Beaumont",
    "website": "exemple.fr",
}


def model_file() -> Iterator[list[Any]]:
    """The headings that are recognised, and one line to be replaced."""
    yield from model_of(FIELDS, EXAMPLE)


def model_of(fields: Sequence[Field], *examples: Mapping[str, Any]) -> Iterator[list[Any]]:
    yield [one.label for one in fields]
    for example in examples:
        yield [example.get(one.name, "") for one in fields]
