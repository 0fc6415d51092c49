"""Tries an archive out: restored beside the real installation, held against its manifest, and lived in for a moment."""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TypeVar

import pyrage
from django.conf import settings
from django.utils import timezone
from psycopg import sql

from efc_platform.backstage.models import StoredFile
from efc_platform.backups import BackupRefused
from efc_platform.backups.archive import Manifest
from efc_platform.backups.programs import Base, run_python
from efc_platform.backups.restoring import check_known, missing_keys, restore_base, staged
from efc_platform.backups.rotation import MARK
from efc_platform.backups.scratch import base_at, scratch_database
from efc_platform.backups.stores import Store

T = TypeVar("T")


@dataclass
class Verification:
    """What was found; an archive is good when there is no problem."""

    rows: int = 0
    files: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    tried: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def timed(self, name: str, work: Callable[[], T]) -> T:
        began = monotonic()
        try:
            return work()
        finally:
            self.seconds[name] = round(monotonic() - began, 1)


def verify(store: Store, name: str, known: Sequence[pyrage.x25519.Identity]) -> Verification:
    """Everything short of doing it for real. BackupRefused when the archive does not even open or restore."""
    found, began = Verification(), monotonic()
    with staged(store, name, known, Path(tempfile.gettempdir())) as (folder, manifest):
        found.seconds["lecture"] = round(monotonic() - began, 1)
        check_known(manifest)
        found.rows, found.files = sum(manifest.tables.values()), len(manifest.files)
        with scratch_database() as url:
            base = base_at(url)
            found.timed("restauration", lambda: restore_base(folder / "base.dump", base))
            found.problems += _counts_that_differ(base, manifest)
            # A copy for trials has the rows of its files, and none of them.
            found.problems += [] if manifest.scrubbed else _files_that_differ(base, manifest)
            found.timed("mise à jour", lambda: _command(["manage.py", "migrate", "--no-input"], url, folder))
            found.timed("essais", lambda: _try_out(found, url, folder))
    found.problems += [f"la clé {key} n’est pas dans JOURNAL_KEYS" for key in missing_keys(manifest)]
    return found


def keep_mark(store: Store, name: str, found: Verification) -> None:
    """Beside the archive, wherever it is: rotation and monitors read it there."""
    said = {"verified_at": timezone.now().isoformat(), "rows": found.rows, "files": found.files, **found.seconds}
    store.write(f"{name}{MARK}", [json.dumps(said, ensure_ascii=False).encode()])


def _counts_that_differ(base: Base, manifest: Manifest) -> list[str]:
    problems = []
    with base.connected() as own:
        for table, said in manifest.tables.items():
            row = own.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
            if not row or row[0] != said:
                problems.append(f"{table}, nombre de lignes : {row and row[0]} au lieu de {said}")
    return problems


def _files_that_differ(base: Base, manifest: Manifest) -> list[str]:
    """Each row has its file, and the file is what the row says; those erased, lost or damaged are known already."""
    problems = [f"le fichier {name} manquait déjà sur le serveur" for name in manifest.lost]
    problems += [f"le fichier {name} était déjà abîmé sur le serveur" for name in manifest.damaged]
    known = {*manifest.erased, *manifest.lost, *manifest.damaged}
    query = sql.SQL("SELECT replace(public_id::text, '-', ''), digest FROM {} ORDER BY id")
    with base.connected() as own:
        rows = own.execute(query.format(sql.Identifier(StoredFile._meta.db_table))).fetchall()
    for bare, digest in rows:
        name = f"{bare[:2]}/{bare}"
        if name not in known and manifest.files.get(name, {}).get("sha256") != digest:
            problems.append(f"le fichier {name} n’est pas celui de sa ligne")
    return problems


def _command(arguments: list[str], url: str, folder: Path) -> str:
    """On the restored copy, with our own keys; no bell of it reaches our workers, no mail our people."""
    static = folder / "static"
    if not static.is_symlink():
        static.symlink_to(settings.STATIC_ROOT)
    given = {
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": url,
        # What the trials print goes to the copy, whatever holds our own files.
        "VAR_DIR": str(folder),
        "FILES_URL": "",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    outcome = run_python(arguments, {**given, "EMAIL_URL": "dummymail://"})
    if outcome.returncode:
        raise BackupRefused(
            f"{arguments[-1]} échoue sur la copie : {' '.join(outcome.stderr.strip().splitlines()[-1:])}"
        )
    return outcome.stdout


def _try_out(found: Verification, url: str, folder: Path) -> None:
    said = json.loads(_command(["-m", "efc_platform.backups.probe"], url, folder).strip().splitlines()[-1])
    for name, outcome in said.items():
        if "done" in outcome:
            found.tried[name] = outcome["done"]
        else:
            found.problems.append(f"{name} : {outcome['failed']}")
