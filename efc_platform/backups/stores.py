"""Where archives are kept: a folder, or storage that speaks S3. Nothing bears its name before it is whole."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import obstore
from django.conf import settings
from obstore.exceptions import BaseError
from obstore.store import S3Store

from efc_platform.backups import BackupRefused
from efc_platform.backups.leftovers import abandoned, held
from efc_platform.backups.streams import pieces_of
from efc_platform.shared.buckets import bucket_at
from efc_platform.shared.files import make_durable

# A hundred gigabytes in the ten thousand parts that S3 allows, and two of them in memory.
_PART = 16 << 20


class Store(Protocol):
    """A flat place of named things."""

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Whole or not at all: when `pieces` raises, nothing bears the name."""

    def read(self, name: str) -> Iterator[bytes]: ...

    def sizes(self) -> dict[str, int]:
        """What is there, and its size in bytes."""

    def delete(self, name: str) -> None: ...


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, or mounted on it."""

    path: Path

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        # A killed backup leaves its draft, which may weigh as much as an archive.
        for left in abandoned(self.path.glob(".*.tar.age*.part")):
            left.unlink()
        draft = self.path / f".{name}.part"
        try:
            with open(draft, "wb", opener=_private) as out, held(draft):
                for piece in pieces:
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            draft.rename(self.path / name)
        finally:
            draft.unlink(missing_ok=True)
        make_durable(self.path)

    def read(self, name: str) -> Iterator[bytes]:
        with (self.path / name).open("rb") as source:
            yield from pieces_of(source)

    def sizes(self) -> dict[str, int]:
        if not self.path.is_dir():
            return {}
        found = (path for path in self.path.iterdir() if path.is_file() and not path.name.startswith("."))
        return {path.name: path.stat().st_size for path in found}

    def delete(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@dataclass(frozen=True)
class Bucket:
    """An object store. An upload in parts appears whole when it is closed, and is given up when its source fails."""

    store: S3Store

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        obstore.put(self.store, name, iter(pieces), chunk_size=_PART, max_concurrency=1)

    def read(self, name: str) -> Iterator[bytes]:
        for piece in obstore.get(self.store, name).stream():
            yield bytes(piece)

    def sizes(self) -> dict[str, int]:
        return {
            one["path"]: one["size"] for batch in obstore.list(self.store) for one in batch if "/" not in one["path"]
        }

    def delete(self, name: str) -> None:
        obstore.delete(self.store, name)


def store_at(url: str) -> Store:
    """`file:///folder`, a path, or `s3://bucket/prefix?endpoint=https://…&region=…`."""
    if not url:
        raise BackupRefused("BACKUP_URL est vide : dites où ranger les sauvegardes (file:///… ou s3://…).")
    parts = urlsplit(url)
    if parts.scheme in {"", "file"}:
        return Folder(Path(unquote(parts.path)))
    keys = {"access_key": settings.BACKUP_ACCESS_KEY, "secret_key": settings.BACKUP_SECRET_KEY}
    try:
        return Bucket(bucket_at(url, timeouts={"timeout": "10m"}, **keys))
    except ValueError as problem:
        raise BackupRefused(
            f"Une adresse en « {parts.scheme}: » n’est pas connue : file:///… ou s3://seau/dossier?…"
        ) from problem


# What a store raises when it fails, whichever it is.
STORE_ERRORS: tuple[type[Exception], ...] = (OSError, BaseError)


def located(archive: str) -> tuple[Store, str]:
    """The store and the name of an archive: a file of this machine, or one of those that BACKUP_URL keeps."""
    path = Path(archive)
    if path.is_file():
        return Folder(path.resolve().parent), path.name
    store = store_at(settings.BACKUP_URL) if settings.BACKUP_URL else None
    if store and archive in store.sizes():
        return store, archive
    raise BackupRefused(f"{archive} n’est ni un fichier, ni le nom d’une sauvegarde de BACKUP_URL.")
