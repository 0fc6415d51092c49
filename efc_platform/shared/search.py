"""Searching in French, accents or not: the column each searchable model carries, and who answers the one box."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, SearchVectorField
from django.db.models import F, Func, GeneratedField, Model, QuerySet, TextField, Value
from django.db.models.functions import Concat

from efc_platform.shared.registry import Registry

CONFIG = "french_unaccent"
LONGEST = 100
COMPARED = 300
M = TypeVar("M", bound=Model)


def search_column(*, title: Sequence[str], text: Sequence[str] = ()) -> GeneratedField:
    """A column kept by the database; what is in the title counts for more. Its model gives it a GIN index."""
    vector: Any = SearchVector(*title, weight="A", config=CONFIG)
    if text:
        vector = vector + SearchVector(*text, weight="B", config=CONFIG)
    return GeneratedField(expression=vector, output_field=SearchVectorField(), db_persist=True)


def plain(text: str) -> str:
    """As it is compared by hand, where the database must not read it: no accent, no capital, no double space."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    # A text has few different marks: a journal is searched page after page.
    for mark in filter(unicodedata.combining, set(letters)):
        letters = letters.replace(mark, "")
    return " ".join(letters.split())


class PlainWords(Func):
    """A text without its accents and capitals: what a likeness or the beginning of a name is looked for in."""

    function = "plain_words"
    output_field = TextField()


def plain_column(*names: str) -> GeneratedField:
    """A column kept by the database of one text, or of several after each other, that its model gives a trigram
    index."""
    texts = [part for name in names for part in (Value(" "), name)][1:]
    text: Any = Concat(*texts, output_field=TextField()) if len(names) > 1 else names[0]
    return GeneratedField(expression=PlainWords(text), output_field=TextField(), db_persist=True)


def matching(rows: "QuerySet[M]", words: str, column: str = "search") -> "QuerySet[M]":
    """The rows that hold all these words, those that say them best first. The visible ones are asked for before.

    Of a word that is everywhere, the latest `COMPARED` are enough to choose from: to say which of a hundred thousand
    texts says it best, all of them would be opened.
    """
    query = SearchQuery(words, config=CONFIG, search_type="websearch")
    latest = rows.filter(**{column: query}).order_by("-pk").values("pk")[:COMPARED]
    return rows.model._default_manager.filter(pk__in=latest).order_by(SearchRank(F(column), query).desc(), "-pk")


def typed_words(asked: str) -> str:
    """What somebody typed in a search box; PostgreSQL has no NUL in its texts, an address may."""
    return " ".join(asked.replace("\x00", "").split())[:LONGEST]


@dataclass(frozen=True)
class Hit:
    """One thing found, as the page of results names it."""

    title: str
    url: str
    detail: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Source:
    """One kind of thing that is found: its heading, its place on the page, and how its rows are looked for."""

    heading: str
    place: int
    find: Callable[[Any, str], Iterable[Hit]]


# `find` receives the user who asks and the words, and gives the best few that this user may see.
SOURCES: Registry[Source] = Registry("search source")
FEW = 5
