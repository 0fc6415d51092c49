"""Sealed rows put under the current key, nothing of them read by anybody."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from efc_platform.shared import encryption
from efc_platform.shared.encryption import TamperedText, UnknownKey

BATCH = 100


@dataclass
class Rotation:
    """What one rotation did: rows sealed again, those that changed meanwhile, those that could not be opened."""

    resealed: int = 0
    overtaken: int = 0
    unreadable: list[str] = field(default_factory=list)


def reseal(rows: QuerySet[Any], *, batch: int = BATCH) -> Rotation:
    """Seals again, under the first of JOURNAL_KEYS, each row (`key_id`, `sealed_text`, `bound_to`) that stands under
    another.

    Each row is its own write: stopped anywhere, it goes on from there the next time. A row rewritten meanwhile is
    left as its author left it, and looked at again: what somebody writes is never lost to it.
    """
    done = Rotation()
    for row in _under_other_keys(rows, batch):
        try:
            text = encryption.unseal(row.key_id, bytes(row.sealed_text), bound_to=row.bound_to)
        except (UnknownKey, TamperedText) as problem:
            done.unreadable.append(f"{row.public_id} ({row.key_id}, {type(problem).__name__})")
            continue
        sealed = encryption.seal(text, bound_to=row.bound_to)
        as_it_was = rows.model._base_manager.filter(pk=row.pk, key_id=row.key_id, sealed_text=row.sealed_text)
        if as_it_was.update(key_id=sealed.key_id, sealed_text=sealed.blob):
            done.resealed += 1
        else:
            done.overtaken += 1
    return done


def _under_other_keys(rows: QuerySet[Any], batch: int) -> Iterator[Any]:
    """A few at a time, by their keys: rows already behind are not met again."""
    last = 0
    waiting = rows.exclude(key_id=encryption.current_key_id()).order_by("pk")
    while some := list(waiting.filter(pk__gt=last)[:batch]):
        yield from some
        last = some[-1].pk
