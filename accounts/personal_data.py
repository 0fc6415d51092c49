"""What each application keeps of a person: it hands it over for their archive, and forgets it when they leave."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.backstage.models import StoredFile
from efc_platform.shared.classification import TECHNICAL, in_words
from efc_platform.shared.registry import Registry

GONE = "Personne partie"


@dataclass(frozen=True)
class Table:
    """One list of an archive: the words of each column by its key, and rows of plain values."""

    name: str
    heading: str
    columns: dict[str, str]
    rows: list[dict[str, Any]]

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """As a person reads them: what is empty is left out."""
        return [
            [(self.columns[key], written) for key, value in row.items() if (written := _in_french(value))]
            for row in self.rows
        ]


def _in_french(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y à %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list | tuple):
        return ", ".join(_in_french(one) for one in value)
    return "" if value is None else str(value)


def table_of(
    heading: str,
    rows: models.QuerySet,
    *,
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    **more: tuple[str, Callable[[Any], Any]],
) -> Table:
    """Every field of the model but the technical ones, `only` some or `without` some: a field added to the model
    comes by itself. `more` adds columns: their words, and what they hold of a row."""
    model = rows.model
    kept = [
        one
        for one in model._meta.concrete_fields
        if (one.name in only if only else one.name not in TECHNICAL and one.name not in without)
    ]
    pointed = [one.name for one in kept if one.is_relation]
    columns = {one.name: in_words(one) for one in kept} | {key: words for key, (words, _read) in more.items()}
    listed = [
        {one.name: _value(row, one) for one in kept} | {key: read(row) for key, (_words, read) in more.items()}
        for row in (rows.select_related(*pointed) if pointed else rows)
    ]
    return Table(model._meta.model_name or "", heading, columns, listed)


def _value(row: models.Model, column: models.Field) -> Any:
    value = getattr(row, column.name)
    if column.choices and value:
        return str(dict(column.flatchoices).get(value, value))
    return str(value) if isinstance(value, models.Model) else value


@dataclass(frozen=True)
class Leaving:
    """Somebody who is being forgotten, as they were known until now."""

    person: Person
    user: User | None
    full_name: str
    emails: frozenset[str]
    withdraws_texts: bool


@dataclass(frozen=True)
class Part:
    """What one application has of people: `gather` lists it, `files` gives documents, `forget` blanks it,
    `keeps_here` says in a sentence each why somebody cannot leave yet."""

    heading: str
    rank: int
    gather: Callable[[User], Iterable[Table]]
    forget: Callable[[Leaving], None]
    files: Callable[[User], Iterable[StoredFile]] = lambda user: ()
    keeps_here: Callable[[Person], Iterable[str]] = lambda person: ()


PARTS: Registry[Part] = Registry("personal data")


def parts() -> list[Part]:
    return sorted(PARTS, key=lambda part: part.rank)


def what_keeps(person: Person) -> list[str]:
    """Why this person cannot leave yet, a sentence each; nothing when they may."""
    return [sentence for part in parts() for sentence in part.keeps_here(person)]


@dataclass(frozen=True)
class Agreement:
    """A yes of somebody's structures, that they may want to come back on."""

    title: str
    url: str
    structure: str
    on: date
    scope: str


AGREEMENTS: Registry[Callable[[User], Iterable[Agreement]]] = Registry("agreements of structures")


@dataclass(frozen=True)
class Rule:
    """Something that is kept for a time: `purge` forgets what is older than the moment, and says how many."""

    label: str
    kept: str
    purge: Callable[[datetime], int]
    rank: int = field(default=50)


RULES: Registry[Rule] = Registry("retention rule")
