"""Sheets that may be of one structure: by a number of the registers, else by their names where they are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value
from django.db.models.lookups import Exact

from efc_platform.shared.search import PlainWords
from structures.models import DistinctStructures, Structure

# Trigrams shared by two names (0 to 1): « Les Vélos du Terril » and « Velo du terril » are at 0.6.
ALIKE = 0.45
# In another commune, or when one is not known, the name must say more.
NEARLY_THE_SAME = 0.7
FEW = 5
SHORTEST = 3
_NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Identity:
    """What is known of a structure while its sheet is being written."""

    name: str = ""
    siret: str = ""
    siren: str = ""
    rna: str = ""
    commune_name: str = ""

    @property
    def known_siren(self) -> str:
        return self.siren or self.siret[:9]

    @classmethod
    def of(cls, structure: Structure) -> "Identity":
        return cls(**{name: getattr(structure, name) for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Alike:
    """A sheet that may be of the same structure, and what says so."""

    structure: Structure
    reason: str

    @property
    def is_certain(self) -> bool:
        """The registers give one number to one structure, never to two."""
        return self.reason in {SAME_SIRET, SAME_RNA}

    @property
    def place(self) -> int:
        return _PAIRED_BY.index(self.reason)


SAME_SIRET, SAME_RNA, SAME_SIREN = "le même SIRET", "le même numéro RNA", "le même SIREN"
NEAR_HERE, NEAR = "un nom proche, dans la même commune", "un nom proche"
SAME_NAME_HERE = "le même nom, dans la même commune"
# From the surest.
_PAIRED_BY = [SAME_SIRET, SAME_RNA, SAME_SIREN, NEAR_HERE, NEAR]


def sheets_alike(known: Identity, *, but: Structure | None = None) -> list[Alike]:
    """The few that are most likely the same, the surest first. Only the coordination may be told: that a structure is
    accompanied is not for whoever types its name to learn."""
    found = _compared(Structure.objects.filter(_by_number(known) | _by_name(known)), known)
    others = found.exclude(pk__in=_said_distinct(but)).exclude(pk=but.pk) if but else found
    named = [Alike(one, _reason(one, known)) for one in _ranked(others)]
    return sorted(named, key=lambda one: one.place)[:FEW]


def pairs_alike(limit: int) -> list[tuple[Structure, Alike]]:
    """Over the whole register, pairs of sheets that share a number, or a commune and most of a name; two that
    somebody said distinct are left out. The older sheet comes first."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"alike": ALIKE, "limit": limit})
        keys = cursor.fetchall()
    read = Structure.objects.in_bulk({key for pair in keys for key in pair[:2]})
    return [(read[first], Alike(read[second], _PAIRED_BY[place])) for first, second, place in keys]


def lines_alike(lines: Mapping[int, Identity]) -> dict[int, Alike]:
    """For many at once, the surest sheet alike of each that has one: a spreadsheet does not ask line by line."""
    found: dict[int, Alike] = {}
    for number, structure, reason in [*_named_alike(lines), *_numbered_alike(lines)]:
        # Numbers come last, the surest at the end.
        found[number] = Alike(structure, reason)
    return found


def _numbered_alike(lines: Mapping[int, Identity]) -> Iterator[tuple[int, Structure, str]]:
    for column, reason in (("siren", SAME_SIREN), ("rna", SAME_RNA), ("siret", SAME_SIRET)):
        typed = {one: _number_of(known, column) for one, known in lines.items()}
        sheets = Structure.objects.filter(**{f"{column}__in": set(typed.values()) - {""}}).order_by("-pk")
        by_number = {getattr(sheet, column): sheet for sheet in sheets}
        yield from ((one, by_number[number], reason) for one, number in typed.items() if number in by_number)


def _number_of(known: Identity, column: str) -> str:
    return known.known_siren if column == "siren" else getattr(known, column)


def _named_alike(lines: Mapping[int, Identity]) -> Iterator[tuple[int, Structure, str]]:
    """From the least like to the most."""
    numbers, names, communes = [], [], []
    for number, known in lines.items():
        numbers.append(number)
        names.append(known.name)
        communes.append(known.commune_name)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"numbers": numbers, "names": names, "communes": communes, "alike": ALIKE})
        rows = cursor.fetchall()
    read = Structure.objects.in_bulk({key for _number, key, _place, _likeness in rows})
    for number, key, place, _likeness in rows:
        yield number, read[key], (SAME_NAME_HERE, NEAR_HERE, NEAR)[place]


_LINES = """SELECT number, id, place, likeness FROM (
    WITH lines AS (
        SELECT number, plain_words(name) AS name, plain_words(commune) AS commune
        FROM unnest(%(numbers)s::int[], %(names)s::text[], %(communes)s::text[]) AS line(number, name, commune)
    ), sheets AS (
        SELECT id, name_key, plain_words(commune_name) AS commune
        FROM structures_structure WHERE merged_into_id IS NULL
    )
    SELECT number, id, CASE WHEN name = name_key THEN 0 ELSE 1 END AS place, similarity(name, name_key) AS likeness
    FROM lines JOIN sheets USING (commune) WHERE commune <> '' AND similarity(name, name_key) >= %(alike)s
    UNION ALL SELECT number, id, 2, 1 FROM lines JOIN sheets ON name = name_key
    WHERE name <> '' AND (sheets.commune <> lines.commune OR lines.commune = '')
) AS found ORDER BY place DESC, likeness, id DESC"""


# Numbers and communes are equalities, which the database joins without comparing each sheet to each other.
_PAIRS = """SELECT first, second, place FROM (
    WITH sheets AS (
        SELECT id, siret, siren, rna, name_key, plain_words(commune_name) AS commune
        FROM structures_structure WHERE merged_into_id IS NULL
    ), pairs AS (
        SELECT a.id AS first, b.id AS second, 0 AS place FROM sheets a JOIN sheets b
            ON a.siret = b.siret AND a.id < b.id WHERE a.siret <> ''
        UNION SELECT a.id, b.id, 1 FROM sheets a JOIN sheets b ON a.rna = b.rna AND a.id < b.id WHERE a.rna <> ''
        UNION SELECT a.id, b.id, 2 FROM sheets a JOIN sheets b ON a.siren = b.siren AND a.id < b.id WHERE a.siren <> ''
        UNION SELECT a.id, b.id, 3 FROM sheets a JOIN sheets b
            ON a.commune = b.commune AND a.id < b.id AND similarity(a.name_key, b.name_key) >= %(alike)s
            WHERE a.commune <> ''
        UNION SELECT a.id, b.id, 4 FROM sheets a JOIN sheets b ON a.name_key = b.name_key AND a.id < b.id
    )
    SELECT first, second, min(place) AS place FROM pairs WHERE NOT EXISTS (
        SELECT 1 FROM structures_distinctstructures d WHERE d.first_id = first AND d.second_id = second
    ) GROUP BY first, second
) AS found ORDER BY place, second DESC, first LIMIT %(limit)s"""


def _by_number(known: Identity) -> Q:
    numbers = {"siret": known.siret, "rna": known.rna, "siren": known.known_siren}
    return reduce(or_, (Q(**{name: number}) for name, number in numbers.items() if number), _NOTHING)


def _by_name(known: Identity) -> Q:
    """The operator `%` of pg_trgm, at its own threshold of 0.3, is what the index answers; ours are asked of what
    it finds."""
    if len(known.name.strip()) < SHORTEST:
        return _NOTHING
    near = _compared(Structure.objects.filter(name_key__trigram_similar=PlainWords(Value(known.name))), known)
    close = Q(likeness__gte=NEARLY_THE_SAME) | Q(likeness__gte=ALIKE, is_here=True)
    return Q(pk__in=near.filter(close).values("pk"))


def _compared(found: QuerySet[Structure], known: Identity) -> QuerySet[Structure]:
    """With how much of the name they share, and whether they are in the same commune."""
    commune = Value(known.commune_name.strip())
    return found.annotate(
        likeness=TrigramSimilarity("name_key", PlainWords(Value(known.name))),  # type: ignore[arg-type]
        is_here=ExpressionWrapper(
            ~Q(commune_name="") & Exact(PlainWords("commune_name"), PlainWords(commune)), output_field=BooleanField()
        ),
    )


def _ranked(found: Iterable[Any]) -> list[Any]:
    return sorted(found, key=lambda one: (-one.likeness, one.pk))


def _reason(one: Any, known: Identity) -> str:
    if known.siret and one.siret == known.siret:
        return SAME_SIRET
    if known.rna and one.rna == known.rna:
        return SAME_RNA
    if known.known_siren and one.siren == known.known_siren:
        return SAME_SIREN
    return NEAR_HERE if one.is_here else NEAR


def _said_distinct(structure: Structure) -> list[int]:
    said = DistinctStructures.objects.filter(Q(first=structure) | Q(second=structure)).values_list("first", "second")
    return [one for pair in said for one in pair if one != structure.pk]
