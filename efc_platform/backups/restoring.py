"""Puts an archive back: everything is read and held against its manifest first, then the database changes at once."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import PIPE
from typing import IO, cast

import pyrage
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from efc_platform.backups import BackupRefused
from efc_platform.backups.archive import Manifest, unpacked
from efc_platform.backups.keys import fingerprints, opened
from efc_platform.backups.leftovers import abandoned, held
from efc_platform.backups.programs import Base, run_python, running
from efc_platform.backups.stores import STORE_ERRORS, Store
from efc_platform.backups.streams import CHUNK
from efc_platform.shared.files import stored_files

# Where what was there waits until the archive is back. Dropping it in the same transaction would take more locks than
# a server has.
_ASIDE = "avant_restauration"
_STAGED = ".restoring-"
# Settings that pg_restore makes first and that a server older than the number does not know: one that does not have a
# setting has nothing to switch off either.
_NEWER = {b"SET transaction_timeout = 0;\n": 170_000}
# How the lines before the first object begin: a blank one, a comment, an order to psql, the settings.
_PROLOGUE = (b"\n", b"--", b"\\", b"SET ", b"SELECT pg_catalog.set_config(")


@contextmanager
def staged(
    store: Store, name: str, known: Sequence[pyrage.x25519.Identity], beside: Path
) -> Iterator[tuple[Path, Manifest]]:
    """The archive laid out in a closed folder under `beside`, read to its end and compared; gone after the block."""
    try:
        beside.mkdir(parents=True, exist_ok=True)
        # In clear: what a killed restoration left must not stay.
        for left in abandoned(beside.glob(f"{_STAGED}*")):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=_STAGED, dir=beside))
    except OSError as problem:
        raise BackupRefused(f"Le dossier {beside} n’est pas accessible en écriture.") from problem
    try:
        with held(folder):
            yield folder, _laid_out(store, name, known, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _laid_out(store: Store, name: str, known: Sequence[pyrage.x25519.Identity], folder: Path) -> Manifest:
    try:
        return unpacked(opened(store.read(name), known), folder)
    except STORE_ERRORS as problem:
        raise BackupRefused(f"La sauvegarde ne se lit pas ({type(problem).__name__} : {problem}).") from problem


def check_known(manifest: Manifest) -> None:
    """BackupRefused for an archive of a newer application: it holds what this one would not know how to read."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    # Those that one replaces are applied with it, and no file is left of them.
    replaced = {".".join(one) for migration in loader.disk_migrations.values() for one in migration.replaces}
    known = {".".join(one) for one in loader.disk_migrations} | replaced
    if unknown := sorted(set(manifest.migrations) - known):
        release = f" ({manifest.release})" if manifest.release else ""
        raise BackupRefused(
            f"Cette sauvegarde vient d’une version plus récente de l’application{release} : elle connaît {unknown[0]}. "
            "Installez cette version-là, puis recommencez."
        )


def missing_keys(manifest: Manifest) -> list[str]:
    """The keys of the archive that this installation does not hold under the same name, each with its fingerprint.
    They seal journals, drafts and second factors."""
    here = fingerprints()["journal"]
    return [f"{key_id} ({mark})" for key_id, mark in manifest.keys["journal"].items() if here.get(key_id) != mark]


def holds_tables(base: Base) -> bool:
    with base.connected() as own:
        row = own.execute("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')").fetchone()
    return bool(row and row[0])


def check_nobody_is_at_work(base: Base) -> None:
    """BackupRefused while the application has sessions on that database: what somebody writes meanwhile would be lost,
    and files would come and go under a database that no longer knows them."""
    with base.connected() as own:
        role = settings.APPLICATION_ROLE or own.info.user
        row = own.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND usename = %s AND pid <> pg_backend_pid()",
            [role],
        ).fetchone()
    if number := row[0] if row else 0:
        open_ones = (
            f"{number} connexions de {role} sont ouvertes" if number > 1 else f"une connexion de {role} est ouverte"
        )
        raise BackupRefused(
            f"La plateforme est en marche : {open_ones} sur cette base. Rien n’a été touché. Arrêtez d’abord les trois "
            "processus (« systemctl stop trajectoires.socket trajectoires trajectoires-worker trajectoires-clock », ou "
            "« docker compose stop web worker scheduler »), puis recommencez."
        )


def put_back(folder: Path, manifest: Manifest, base: Base, *, emptying: bool) -> None:
    """Files first, as they were written before their rows; then the database, in one transaction. A failure leaves
    the database as it was, and takes the files away again."""
    added: list[str] = []
    kept = stored_files()
    try:
        kept.prepare()
        for name in manifest.files:
            if not kept.holds(name):
                added.append(name)
            kept.take(folder / "files" / name, name)
        restore_base(folder / "base.dump", base, before=_setting_aside(base) if emptying else "")
    except BaseException as problem:
        for name in added:
            # The cause is what is to be said, not that its bucket is still away.
            with suppress(OSError):
                kept.delete(name)
        if isinstance(problem, OSError):
            raise BackupRefused(
                f"Les fichiers n’ont pas pu être remis en place ({type(problem).__name__} : {problem}) : la base est "
                "restée comme elle était."
            ) from problem
        raise
    if emptying:
        _drop_aside(base)


def _setting_aside(base: Base) -> str:
    """The statements that leave an empty schema, for the transaction that fills it. Extensions cannot be moved by who
    does not own each of their parts: they go, with the indexes that rest on them, and the archive makes them again."""
    _drop_aside(base)
    with base.connected() as own:
        extensions = own.execute(
            "SELECT extname FROM pg_extension WHERE extnamespace = 'public'::regnamespace ORDER BY extname"
        ).fetchall()
    words = ["SET LOCAL lock_timeout = '30s'", "SET LOCAL client_min_messages = warning"]
    words += [f'DROP EXTENSION "{name}" CASCADE' for (name,) in extensions]
    return ";\n".join([*words, f"ALTER SCHEMA public RENAME TO {_ASIDE}", "CREATE SCHEMA public", ""])


def empty(base: Base) -> None:
    """A database for trials is left as it was found: without a table."""
    with base.connected() as own, own.transaction():
        own.execute(_setting_aside(base).encode())
    _drop_aside(base)


def _drop_aside(base: Base) -> None:
    with base.connected() as own:
        tables = own.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", [_ASIDE]).fetchall()
        for (name,) in tables:
            own.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(_ASIDE, name)))
        own.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(_ASIDE)))


def restore_base(dump: Path, base: Base, *, before: str = "") -> None:
    """Everything or nothing: COMMIT is sent only once pg_restore has said all of it, and psql stops at any error."""
    to_psql = ["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"]
    to_psql += ["--output=/dev/null", f"--dbname={base.conninfo}"]
    what = "La base ne se restaure pas, elle est restée comme elle était"
    with base.connected() as own:
        server = own.info.server_version
    with running("psql", to_psql, environment=base.environment, what=what, stdin=PIPE) as psql:
        into = cast(IO[bytes], psql.stdin)
        into.write(b"BEGIN;\n" + before.encode())
        to_restore = ["--no-owner", "--no-privileges", "--exit-on-error", "--file=-", str(dump)]
        with running("pg_restore", to_restore, environment=base.environment, what=what, stdout=PIPE) as source:
            copy_statements(cast(IO[bytes], source.stdout), into, server=server)
        into.write(b"\nCOMMIT;\n")


def copy_statements(source: IO[bytes], into: IO[bytes], *, server: int) -> None:
    """What pg_restore says, to a server of that version (`server_version`): without the settings that it does not
    know, looked for before the first object alone. Nothing of what people wrote is looked at."""
    while line := source.readline(CHUNK):
        if server >= _NEWER.get(line, 0):
            into.write(line)
        if not line.startswith(_PROLOGUE):
            break
    shutil.copyfileobj(source, into, CHUNK)


def migrate() -> None:
    """What was added to the application since the archive, and the rights of its role, as at each installation."""
    owner = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL", "")
    outcome = run_python(["manage.py", "migrate", "--no-input"], {"DATABASE_OWNER_URL": owner})
    if outcome.returncode:
        raise BackupRefused(
            "Les données sont revenues, entières, mais la mise à jour de la base a échoué : lancez « manage.py "
            f"migrate » et lisez ce qu’il dit. {outcome.stderr.strip().splitlines()[-1:]}"
        )


def target() -> Base:
    """This installation's database, under the role that owns its tables."""
    return Base.of(settings.DATABASE_OWNER)
