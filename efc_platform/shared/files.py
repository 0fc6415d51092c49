"""Where stored files are: a folder of this machine, or a bucket that several machines share.

Names are `ab/abcdef…`, the same in both: what moves from one to the other keeps them. A name is written once, whole or
not at all, and its content never changes. Every method raises OSError when the place fails.
"""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import obstore
from django.conf import settings
from django.core import checks
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from efc_platform.shared.buckets import bucket_at

# What a crash leaves of a file that was being written bears the suffix.
_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}(\.part)?")
# Which site a bucket is of.
_OWNER = "owner"
# What is read from a bucket waits here in memory, beyond it on the disk.
_IN_MEMORY = 1 << 20


class StorageAway(OSError):
    """The bucket of the files does not answer, or not with what is in it."""


class Files(Protocol):
    """A place of named contents."""

    def prepare(self) -> None:
        """Before a first file: OSError when none may be written there."""

    def write(self, name: str, content: bytes) -> None: ...

    def take(self, source: Path, name: str) -> None:
        """The content of a file of this machine, which may be moved."""

    def open(self, name: str) -> BinaryIO:
        """To be read, from its beginning or anywhere. FileNotFoundError when nothing bears the name."""

    def holds(self, name: str) -> bool: ...

    def delete(self, name: str) -> None:
        """Nothing happens when nothing bears the name."""

    def older_than(self, limit: datetime) -> Iterator[list[str]]:
        """The names written before, some at a time; what is none of ours is not among them."""


@dataclass(frozen=True)
class FolderOfFiles:
    """A folder of this machine, or mounted on it."""

    path: Path

    def prepare(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, content: bytes) -> None:
        path = self.path / name
        temporary = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            temporary.rename(path)
            make_durable(path.parent)
        except OSError:
            # Half a file would hold the little room that is left.
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise

    def take(self, source: Path, name: str) -> None:
        """From the same disk: it is only given its name."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb+") as content:
            os.fsync(content.fileno())
        source.replace(path)

    def open(self, name: str) -> BinaryIO:
        return (self.path / name).open("rb")

    def holds(self, name: str) -> bool:
        return (self.path / name).exists()

    def delete(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)

    def older_than(self, limit: datetime) -> Iterator[list[str]]:
        for folder in sorted(self.path.glob("[0-9a-f][0-9a-f]")):
            found = (f"{folder.name}/{path.name}" for path in folder.iterdir() if _written(path) < limit.timestamp())
            yield [name for name in found if _NAME.fullmatch(name)]


def _written(path: Path) -> float:
    return path.stat().st_mtime


def make_durable(folder: Path) -> None:
    """The name itself is on the disk, not only the bytes behind it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass
class BucketOfFiles:
    """An object store, which shows an object once it has all of it, on several disks.

    It is of the site that first wrote there. A trial site, made of a copy of the database and of the settings, may
    read there, and neither write nor erase: it would take for orphans all that came since the copy.
    """

    store: S3Store

    @cached_property
    def owner(self) -> str:
        """The address of its site: this one, when it was nobody's."""
        try:
            with _as_disks_fail():
                return bytes(obstore.get(self.store, _OWNER).bytes()).decode()
        except FileNotFoundError:
            with _as_disks_fail():
                obstore.put(self.store, _OWNER, settings.SITE_URL.encode())
        return str(settings.SITE_URL)

    def prepare(self) -> None:
        if self.owner != settings.SITE_URL:
            raise StorageAway(f"the bucket of FILES_URL is of {self.owner}")

    def write(self, name: str, content: bytes) -> None:
        self.prepare()
        with _as_disks_fail():
            obstore.put(self.store, name, content)

    def take(self, source: Path, name: str) -> None:
        self.prepare()
        with _as_disks_fail():
            obstore.put(self.store, name, source)

    def open(self, name: str) -> BinaryIO:
        """All of it is here before a first byte is given: what is cut on its way is no half document."""
        content = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
        try:
            with self._reading():
                for piece in obstore.get(self.store, name).stream():
                    content.write(piece)
        except BaseException:
            content.close()
            raise
        content.seek(0)
        return content

    def holds(self, name: str) -> bool:
        try:
            with self._reading():
                obstore.head(self.store, name)
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        self.prepare()
        with contextlib.suppress(FileNotFoundError), _as_disks_fail():
            obstore.delete(self.store, name)

    def older_than(self, limit: datetime) -> Iterator[list[str]]:
        with _as_disks_fail():
            for batch in obstore.list(self.store):
                old = [one["path"] for one in batch if one["last_modified"] < limit]
                yield [name for name in old if _NAME.fullmatch(name)]

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """A file is missing from a bucket that is the right one: where nobody ever wrote, nothing is known of it."""
        try:
            with _as_disks_fail():
                yield
        except FileNotFoundError as missing:
            try:
                with _as_disks_fail():
                    obstore.head(self.store, _OWNER)
            except FileNotFoundError:
                raise StorageAway("FILES_URL names a bucket or a folder in which no site wrote") from missing
            raise


@contextlib.contextmanager
def _as_disks_fail() -> Iterator[None]:
    """What a bucket raises, as a folder would."""
    try:
        yield
    except NotFoundError as problem:
        raise FileNotFoundError(str(problem)) from problem
    except BaseError as problem:
        raise StorageAway(str(problem)) from problem


def stored_files() -> Files:
    """The bucket of FILES_URL; without one, the folder of this installation."""
    if settings.FILES_URL:
        return _bucket(settings.FILES_URL, settings.FILES_ACCESS_KEY, settings.FILES_SECRET_KEY)
    return FolderOfFiles(settings.FILES_DIR)


@lru_cache
def _bucket(url: str, access_key: str, secret_key: str) -> BucketOfFiles:
    """Its connections are kept from one file to the next. A person waits: it gives up soon.

    Never asked anything before a process forks: its threads would not be there in the child.
    """
    return BucketOfFiles(
        bucket_at(
            url,
            access_key=access_key,
            secret_key=secret_key,
            timeouts={"connect_timeout": "3s", "timeout": "30s"},
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
        )
    )


@checks.register
def check_place_of_files(**_kwargs: object) -> list[checks.CheckMessage]:
    """Said by each command, `migrate` the first, rather than at the first document; the bucket is asked nothing."""
    try:
        stored_files()
    except (ValueError, BaseError) as problem:
        hint = "Écrivez FILES_URL=s3://seau/dossier?endpoint=https://…&region=…, ou rien : un dossier du serveur."
        return [checks.Error(f"FILES_URL ne se comprend pas : {problem}", hint=hint, id="efc_platform.E004")]
    return []
