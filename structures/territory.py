"""The file of the territory that comes with the project: how it is read, and how it is made again."""

import json
import lzma
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from structures.models import Commune, Department, Epci, Region, place_key

FILE = Path(__file__).parent / "data" / "territory.tsv.xz"
Table = type[Region] | type[Department] | type[Epci] | type[Commune]
TABLES: dict[str, Table] = {"R": Region, "D": Department, "E": Epci, "C": Commune}


def load_territory(file: Path = FILE) -> dict[str, int]:
    """Puts the whole file in place of what is there; how many rows of each table. Sheets keep their commune by its
    code, so nothing hangs on these rows."""
    rows: dict[str, list[list[Any]]] = {kind: [] for kind in TABLES}
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for kind, *cells in (line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")):
            rows[kind].append(_commune(cells) if kind == "C" else cells)
    with transaction.atomic():
        for kind in reversed(TABLES):
            TABLES[kind].objects.all().delete()
        for kind, model in TABLES.items():
            _copy(model, rows[kind])
    return {str(model._meta.verbose_name): len(rows[kind]) for kind, model in TABLES.items()}


def _commune(cells: list[str]) -> list[Any]:
    code, name, postcodes, population, department, epci = cells
    return [code, name, place_key(name), f" {postcodes}", int(population), department, epci or None]


def _copy(model: Table, rows: list[list[Any]]) -> None:
    columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def write_territory(package: Path, file: Path = FILE) -> int:
    """Makes the file again from the package `@etalab/decoupage-administratif`: its archive, or its unpacked folder.
    Gives how many communes it holds."""
    read = _reader(package)
    version = read("package.json")["version"]
    lines = [*_divisions(read), *_communes(read)]
    with lzma.open(file, "wt", encoding="utf-8", preset=9 | lzma.PRESET_EXTREME) as written:
        written.write(f"# @etalab/decoupage-administratif {version}, Licence Ouverte\n")
        written.writelines("\t".join(line) + "\n" for line in lines)
    return sum(line[0] == "C" for line in lines)


def _reader(package: Path) -> Callable[[str], Any]:
    if package.is_dir():
        inside = package / "package" if (package / "package").is_dir() else package
        return lambda name: json.loads((inside / name).read_text(encoding="utf-8"))

    def from_archive(name: str) -> Any:
        with tarfile.open(package) as archive:
            found = archive.extractfile(f"package/{name}")
            if found is None:
                raise KeyError(name)
            return json.load(found)

    return from_archive


def _divisions(read: Callable[[str], Any]) -> Iterator[list[str]]:
    yield from (["R", one["code"], _typeset(one["nom"])] for one in read("data/regions.json"))
    yield from (["D", one["code"], _typeset(one["nom"]), one["region"]] for one in read("data/departements.json"))
    yield from (["E", one["code"], _typeset(one["nom"])] for one in read("data/epci.json"))


def _communes(read: Callable[[str], Any]) -> Iterator[list[str]]:
    epci_of = {member["code"]: one["code"] for one in read("data/epci.json") for member in one["membres"]}
    for one in read("data/communes.json"):
        if one["type"] == "commune-actuelle":
            code, postcodes = one["code"], " ".join(one.get("codesPostaux", []))
            rest = [postcodes, str(one.get("population", 0)), one["departement"], epci_of.get(code, "")]
            yield ["C", code, _typeset(one["nom"]), *rest]


def _typeset(name: str) -> str:
    return name.replace("'", "’")
