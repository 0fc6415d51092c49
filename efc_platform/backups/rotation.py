"""Which archives stay: some days, some weeks, some months, and always the last that was verified."""

import json
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import Error
from django.utils.dateparse import parse_datetime

from efc_platform.backstage.models import KeptBackup
from efc_platform.backstage.operations import note_backups
from efc_platform.backups.stores import Store

log = logging.getLogger(__name__)
_NAME = re.compile(r"trajectoires-(\d{8}T\d{6})Z\.tar\.age")
_MOMENT = "%Y%m%dT%H%M%S"
MARK = ".verifie.json"
_BUCKETS: dict[str, Callable[[datetime], tuple[int, ...]]] = {
    "daily": lambda moment: (moment.year, moment.month, moment.day),
    "weekly": lambda moment: tuple(moment.isocalendar()[:2]),
    "monthly": lambda moment: (moment.year, moment.month),
}


@dataclass(frozen=True)
class Kept:
    """An archive in its store; `verified` is what a verification wrote of it, None as long as there was none."""

    name: str
    size: int
    made_at: datetime
    verified: dict[str, object] | None = None


def name_at(moment: datetime) -> str:
    return f"trajectoires-{moment.astimezone(UTC).strftime(_MOMENT)}Z.tar.age"


def moment_of(name: str) -> datetime | None:
    """When an archive was made; None for what is not one of ours, which nothing here touches."""
    found = _NAME.fullmatch(name)
    return datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC) if found else None


def archives_in(store: Store) -> list[Kept]:
    """The newest first."""
    sizes = store.sizes()
    found = [
        Kept(name, size, moment, _mark(store, name) if f"{name}{MARK}" in sizes else None)
        for name, size in sizes.items()
        if (moment := moment_of(name))
    ]
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def _mark(store: Store, name: str) -> dict[str, object]:
    return json.loads(b"".join(store.read(f"{name}{MARK}")))


def to_delete(archives: Iterable[Kept], keep: dict[str, int]) -> list[Kept]:
    """Those that no rule keeps; the newest and the last verified one never leave."""
    newest_first = sorted(archives, key=lambda one: one.made_at, reverse=True)
    verified = [one for one in newest_first if one.verified]
    stays = {one.name for one in [*newest_first[:1], *verified[:1]]}
    for rule, bucket in _BUCKETS.items():
        newest_of: dict[tuple[int, ...], str] = {}
        for one in newest_first:
            newest_of.setdefault(bucket(one.made_at), one.name)
        stays |= set(list(newest_of.values())[: keep[rule]])
    return [one for one in newest_first if one.name not in stays]


def note(store: Store) -> None:
    """Tells the platform what the store holds, for its pages and its monitors. The archive is made: a database that
    does not take the news (not migrated yet) undoes nothing."""
    found = [
        KeptBackup(name=one.name, made_at=one.made_at, size=one.size, verified_at=_verified_at(one))
        for one in archives_in(store)
    ]
    try:
        note_backups(found=found)
    except Error:
        log.exception("the backups could not be noted")


def _verified_at(one: Kept) -> datetime | None:
    return parse_datetime(str(one.verified.get("verified_at"))) if one.verified else None


def rotate(store: Store, keep: dict[str, int]) -> list[Kept]:
    """Deletes what no rule keeps, and tells what it was."""
    gone = to_delete(archives_in(store), keep)
    for one in gone:
        store.delete(one.name)
        if one.verified:
            store.delete(f"{one.name}{MARK}")
    return gone
