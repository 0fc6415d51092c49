"""Makes an archive: one moment of the database, then the files that this moment names."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_END
from pathlib import Path
from subprocess import PIPE
from typing import IO, Any, BinaryIO, cast

import psycopg
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from psycopg import sql

from efc_platform.backstage.models import KeptBackup, StoredFile
from efc_platform.backups import BackupRefused, BackupUnderway
from efc_platform.backups.archive import Manifest, Writer
from efc_platform.backups.keys import fingerprints, recipients, sealed
from efc_platform.backups.programs import Base, running
from efc_platform.backups.rotation import name_at
from efc_platform.backups.stores import STORE_ERRORS, Store
from efc_platform.backups.streams import written_by
from efc_platform.shared.files import stored_files

log = logging.getLogger(__name__)
# What opens a door, or is made again by itself: a session of yesterday must not come back with the rest.
LEFT_OUT = ("django_session", settings.CACHES["default"]["LOCATION"], KeptBackup._meta.db_table)
# Two backups at once would only slow each other down.
_LOCK = 0x45464353
_DUMP_FAILS = "La base ne se sauvegarde pas"


@dataclass(frozen=True)
class Made:
    """What was written, and under which name."""

    name: str
    manifest: Manifest


@dataclass(frozen=True)
class Moment:
    """One moment of the database, for as long as its transaction lasts."""

    base: Base
    snapshot: str
    connection: psycopg.Connection

    def counts(self) -> dict[str, int]:
        """Rows by table, as the dump takes them."""
        names = self.connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
        ).fetchall()
        kept = [name for (name,) in names if name not in LEFT_OUT]
        return {name: self._one(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))) for name in kept}

    def files(self) -> list[tuple[str, str]]:
        """The name on disk of every stored file and its SHA-256, in order."""
        query = sql.SQL("SELECT replace(public_id::text, '-', ''), digest FROM {} ORDER BY id")
        rows = self.connection.execute(query.format(sql.Identifier(StoredFile._meta.db_table))).fetchall()
        return [(f"{name[:2]}/{name}", digest) for name, digest in rows]

    def _one(self, query: sql.Composed) -> Any:
        found = self.connection.execute(query).fetchone()
        return found[0] if found else None


@contextmanager
def moment_of(base: Base) -> Iterator[Moment]:
    with base.connected() as own, own.transaction():
        own.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        own.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        row = own.execute("SELECT pg_try_advisory_xact_lock(%s), pg_export_snapshot()", [_LOCK]).fetchone()
        if not row or not row[0]:
            raise BackupUnderway("Une autre sauvegarde est en cours sur cette base.")
        yield Moment(base, row[1], own)


def make_backup(store: Store, public_keys: Sequence[str]) -> Made:
    """Writes one archive to the store, whole or not at all. BackupRefused says why it could not be."""
    recipients(public_keys)
    with moment_of(Base.of(connection.settings_dict)) as moment:
        manifest = manifest_of(moment)
        name = name_at(timezone.now())
        pieces = written_by(lambda out: _write(out, moment, manifest))
        try:
            store.write(name, sealed(pieces, public_keys))
        except STORE_ERRORS as problem:
            raise BackupRefused(
                f"La sauvegarde n’a pas pu être rangée ({type(problem).__name__} : {problem})."
            ) from problem
    for word, files in (("lost", manifest.lost), ("damaged", manifest.damaged)):
        if files:
            log.error("backup %s: %s files are %s, the first is %s", name, len(files), word, files[0])
    return Made(name, manifest)


def manifest_of(moment: Moment) -> Manifest:
    return Manifest(
        made_at=timezone.now().isoformat(),
        release=settings.RELEASE,
        migrations=sorted(".".join(one) for one in MigrationRecorder(connection).applied_migrations()),
        postgres=moment.connection.info.server_version,
        tables=moment.counts(),
        keys=fingerprints(),
    )


def dumped(moment: Moment, writer: Writer) -> dict[str, Any]:
    """The database of that moment, as it comes out of pg_dump."""
    with running("pg_dump", _of(moment), environment=moment.base.environment, what=_DUMP_FAILS, stdout=PIPE) as dump:
        return writer.dump(cast(IO[bytes], dump.stdout))


def dumped_to(path: Path, moment: Moment) -> None:
    """The same in a file, for who restores it at once."""
    with (
        path.open("wb") as out,
        running("pg_dump", _of(moment), environment=moment.base.environment, what=_DUMP_FAILS, stdout=out),
    ):
        pass


def _of(moment: Moment) -> list[str]:
    """Who owns and who may is not in it: `migrate` says it again, whatever the roles."""
    arguments = ["--format=custom", "--no-owner", "--no-privileges", "--no-comments", "--no-password"]
    arguments += [f"--snapshot={moment.snapshot}", *(f"--exclude-table-data={name}" for name in LEFT_OUT)]
    return [*arguments, f"--dbname={moment.base.conninfo}"]


def _write(out: BinaryIO, moment: Moment, manifest: Manifest) -> None:
    writer = Writer(out)
    manifest.dump = dumped(moment, writer)
    missing, kept = [], stored_files()
    for name, digest in moment.files():
        try:
            with kept.open(name) as source:
                size = source.seek(0, SEEK_END)
                source.seek(0)
                said = writer.file(name, source, size)
        except FileNotFoundError:
            missing.append(name)
            continue
        manifest.files[name] = said
        if said["sha256"] != digest:
            manifest.damaged.append(name)
    for name in missing:
        (manifest.lost if _is_still_named(moment.base, name) else manifest.erased).append(name)
    writer.manifest(manifest)


def _is_still_named(base: Base, name: str) -> bool:
    """Whether a row still names it: a file that went with its row was erased by somebody, during the backup."""
    query = sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE public_id = %s)")
    with base.connected() as own:
        row = own.execute(query.format(sql.Identifier(StoredFile._meta.db_table)), [name[3:]]).fetchone()
    return bool(row and row[0])
