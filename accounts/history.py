"""Who changed what, and when: the events that the database kept, in words, page by page.

Each application says which events of its models may be told to whom, and how (`Source`); here they are put in one
order and read back with what stood before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User

PER_PAGE = 12
NOBODY = "La plateforme"


@dataclass(frozen=True)
class Source:
    """The events of one model that this viewer may read, and their words.

    `columns` gives the French name of each column that is told, the text ones first named in `texts`; `told` says
    what an event did (« a noté l’essai … »); `restore` gives the address that puts a text back, empty without right.
    """

    name: str
    events: QuerySet
    columns: Mapping[str, str]
    told: Callable[[Any], str]
    texts: frozenset[str] = frozenset()
    related: Sequence[str] = ()
    restore: Callable[[Any, str], str] = field(default=lambda event, column: "")


@dataclass(frozen=True)
class Change:
    """One column, before and after, as a person reads them."""

    label: str
    before: str
    after: str
    is_text: bool
    restore_url: str = ""


@dataclass(frozen=True)
class Line:
    """One event: when, by whom, what."""

    at: datetime
    who: str
    told: str
    changes: list[Change]


def page_of_history(sources: Sequence[Source], number: Any) -> tuple[Page, list[Line]]:
    """One page of all these events, newest first: as many queries for ten thousand as for ten."""
    keys = [
        one.events.order_by()
        .annotate(source=Value(rank, output_field=models.IntegerField()))
        .values_list("source", "pgh_id", "pgh_created_at")
        for rank, one in enumerate(sources)
    ]
    union = reduce(lambda some, more: some.union(more, all=True), keys)
    page = Paginator(union.order_by("-pgh_created_at", "-source", "-pgh_id"), PER_PAGE).get_page(number)
    wanted: dict[int, list[int]] = {}
    for rank, event_id, _at in page.object_list:
        wanted.setdefault(rank, []).append(event_id)
    told = [(one, *_read(one, wanted.get(rank, []))) for rank, one in enumerate(sources)]
    names = _names([event for _source, events, _before in told for event in events])
    lines = [
        _line(source, event, before.get(event.earlier), names) for source, events, before in told for event in events
    ]
    return page, sorted((one for one in lines if one), key=lambda one: one.at, reverse=True)


def with_what_stood_before(events: QuerySet) -> QuerySet:
    """Each event with the identifier of the one before it of the same row."""
    earlier = events.model._default_manager.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    return events.annotate(earlier=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1]))


def _read(source: Source, ids: list[int]) -> tuple[list[Any], dict[int, Any]]:
    """The events, and what stood before each: only what this viewer may read of it too. One query a source, even
    where the page has none of it, so that no page asks more than another."""
    wanted = ids or [0]
    before = with_what_stood_before(source.events.filter(pgh_id__in=wanted)).values("earlier")
    rows = source.events.select_related("pgh_context", *source.related).order_by("-pgh_id")
    read = list(with_what_stood_before(rows.filter(Q(pgh_id__in=wanted) | Q(pgh_id__in=before))))
    return [one for one in read if one.pgh_id in set(ids)], {one.pgh_id: one for one in read}


def _names(events: Iterable[Any]) -> dict[int, str]:
    """Of whoever acted, and of whoever held their place: one query for the page."""
    said = [one.pgh_context.metadata for one in events if one.pgh_context]
    ids = {one.get(key) for one in said for key in ("user", "held_by")} - {None} or {0}
    return {user.pk: user.person.display_name for user in User.objects.filter(pk__in=ids)}


def _who(event: Any, names: Mapping[int, str]) -> str:
    said = event.pgh_context.metadata if event.pgh_context else {}
    name = names.get(said.get("user", 0), NOBODY)
    return f"{names[said['held_by']]}, à la place de {name}," if said.get("held_by") in names else name


def _line(source: Source, event: Any, before: Any | None, names: Mapping[int, str]) -> Line | None:
    """None for a save that changed nothing of what is told; told all the same when what stood before is not."""
    changes = [] if event.pgh_label == "delete" else list(_changes(source, event, before))
    if event.pgh_label == "update" and before is not None and not changes:
        return None
    return Line(event.pgh_created_at, _who(event, names), source.told(event), changes)


def _changes(source: Source, event: Any, before: Any | None) -> Iterable[Change]:
    """Of a row just made, or of which one may not read what it was, its texts only: the sentence says the rest."""
    for column, label in source.columns.items():
        then, now = ("" if one is None else in_words(one, column) for one in (before, event))
        if then == now or (before is None and column not in source.texts):
            continue
        is_text = column in source.texts
        restore = source.restore(event, column) if is_text and then and not now else ""
        yield Change(label, then, now, is_text, restore)


def in_words(event: Any, column: str) -> str:
    if event._meta.get_field(column).choices:
        return str(getattr(event, f"get_{column}_display")())
    value = getattr(event, column)
    if isinstance(value, list):
        labels = dict(event._meta.get_field(column).base_field.choices or ())
        return ", ".join(str(labels.get(one, one)) for one in value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    return date_format(value) if isinstance(value, date) else "" if value is None else str(value)


def text_before(source: Source, event_id: int, column: str) -> Any | None:
    """What stood before an event that emptied or changed a text; None when there is nothing to put back."""
    if column not in source.texts:
        return None
    event = with_what_stood_before(source.events.filter(pgh_id=event_id)).first()
    before = source.events.filter(pgh_id=event.earlier).first() if event else None
    return before if before and getattr(before, column) else None
