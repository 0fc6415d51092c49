"""Saves a whole installation, loses all of it, puts it back: how long each takes, and in how much memory.

    python -m devtools.bench_restore        (NOTES=100000 MEGABYTES=2000)

Notes are those of `devtools.mass`: ten interventions for one page of a journal, sealed. Files are documents of the
structures, rows and bytes as the application keeps them, of a content that nothing can compress; one of them weighs a
quarter of all. The commands are the project's own, each in a process of its own, on servers that really write to the
disk. What comes back is compared row by row and file by file.
"""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psutil
import psycopg
from psycopg import sql

from devtools.bench import Machine, demonstration
from devtools.mass import Table, fill
from devtools.servers import ROOT
from tests.s3_server import ACCESS_KEY, SECRET_KEY, s3_server

NOTES, MEGABYTES = int(os.environ.get("NOTES", 100_000)), int(os.environ.get("MEGABYTES", 2_000))
SEED = 1
USUAL = 1_000_000
# What is asked: everything back within a quarter of an hour, in the memory of a small server.
WITHIN, MEMORY = 15 * 60, 400 << 20
# What weighs less is not worth a word.
LIGHT = 8 << 20
LOST, BACK = "efc_lost", "efc_back"
EVERY = 0.05
Content = tuple[dict[str, tuple[int, str]], dict[str, str]]


@dataclass
class Step:
    """A command: how long it took, and the most memory that each of its processes held."""

    name: str
    seconds: float = 0.0
    peaks: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        heaviest = sorted(self.peaks.items(), key=lambda one: -one[1])
        held = ", ".join(f"{name} {peak >> 20} Mo" for name, peak in heaviest if peak > LIGHT)
        return f"{self.name:<44}{self.seconds:>8.1f} s   {held}"


@dataclass(frozen=True)
class Site:
    """One installation: its database, its files, where its backups go."""

    database: str
    var_dir: Path
    backup_url: str
    public: str

    @property
    def owner_url(self) -> str:
        return _at(os.environ["DATABASE_OWNER_URL"], self.database)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": _at(os.environ["DATABASE_URL"], self.database),
            "DATABASE_OWNER_URL": self.owner_url,
            "VAR_DIR": str(self.var_dir),
            "BACKUP_URL": self.backup_url,
            "BACKUP_RECIPIENTS": self.public,
            "BACKUP_ACCESS_KEY": ACCESS_KEY,
            "BACKUP_SECRET_KEY": SECRET_KEY,
        }

    def content(self) -> Content:
        """How many rows each table has and a digest of them all in any order; the digest of each file."""
        from efc_platform.backups.making import LEFT_OUT

        counting = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text FROM {} t"
        with psycopg.connect(self.owner_url) as own:
            tables = own.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
            rows = {
                name: own.execute(sql.SQL(counting).format(sql.Identifier(name))).fetchone() or (0, "")
                for (name,) in tables
                if name not in LEFT_OUT
            }
        files = self.var_dir / "files"
        return rows, {str(path.relative_to(files)): _digest(path) for path in files.glob("??/*")}

    def lose_everything(self) -> None:
        with _owner("postgres") as own:
            own.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.database)))
        shutil.rmtree(self.var_dir, ignore_errors=True)

    def begin_empty(self) -> None:
        with _owner("postgres") as own:
            own.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(self.database)))


def _at(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _owner(name: str) -> psycopg.Connection:
    return psycopg.connect(_at(os.environ["DATABASE_OWNER_URL"], name), autocommit=True)


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def furnish(site: Site) -> None:
    """The demonstration, the notes of a whole network, and documents as heavy as asked."""
    from django.db import connection
    from django.utils import timezone

    demonstrated = connection.settings_dict["NAME"]
    connection.close()
    with _owner("postgres") as own:
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        own.execute(words.format(sql.Identifier(site.database), sql.Identifier(demonstrated)))
    shutil.copytree(Path(os.environ["VAR_DIR"]) / "files", site.var_dir / "files")
    (site.var_dir / "static").mkdir()
    with _owner(site.database) as own:
        fill(own, others=NOTES * 10 // 11, today=timezone.localdate(), seed=SEED)
        _add_documents(own, site.var_dir / "files")


def _sizes() -> Iterator[int]:
    """The large one first, then files of a megabyte more or less."""
    chance, left = random.Random(f"{SEED} sizes"), MEGABYTES * USUAL  # noqa: S311 (found again from the seed)
    size = left // 4
    while left > 0:
        yield min(size, left)
        left -= size
        size = chance.randrange(USUAL // 20, 2 * USUAL)


def _add_documents(own: psycopg.Connection, files: Path) -> None:
    from django.utils import timezone

    from efc_platform.backstage.models import StoredFile
    from structures.models import StructureDocument

    chance, now = random.Random(f"{SEED} files"), timezone.now()  # noqa: S311
    stored = Table(StoredFile, "public_id", "name", "content_type", "size", "digest", "created_at")
    kept = Table(StructureDocument, "public_id", "structure_id", "title", "kind", "file_id", "added_by_id", "added_at")
    places = own.execute(
        "SELECT structure_id, person_id FROM structures_membership ORDER BY structure_id, person_id"
    ).fetchall()
    for table in (stored, kept):
        table.begin(own)
    for rank, size in enumerate(_sizes(), start=1):
        public_id = UUID(int=chance.getrandbits(128), version=4)
        path = files / public_id.hex[:2] / public_id.hex
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, size, chance)
        row = stored.add(public_id, f"document-{rank}.pdf", "application/pdf", size, _digest(path), now)
        structure, person = chance.choice(places)
        kept.add(UUID(int=chance.getrandbits(128), version=4), structure, f"Document {rank}", "pdf", row, person, now)
    with own.transaction():
        for table in (stored, kept):
            table.copy(own)
    for table in (stored, kept):
        own.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))").format(
                sql.Literal(table.name), sql.Identifier(table.name)
            )
        )


def _write(path: Path, size: int, chance: random.Random) -> None:
    with path.open("wb") as out:
        while size:
            size -= out.write(chance.randbytes(min(size, USUAL)))


@contextmanager
def _watched(process: "subprocess.Popen[str]", peaks: dict[str, int]) -> Iterator[None]:
    """Notes, many times a second, the most that each process of this family has held so far."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(EVERY):
            try:
                family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            for one in family:
                try:
                    name, held = _name_of(one), _most_held(one)
                except (psutil.Error, OSError):
                    continue
                peaks[name] = max(peaks.get(name, 0), held)

    watching = threading.Thread(target=look, daemon=True)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _name_of(process: psutil.Process) -> str:
    """The program; of ours, what was asked of it."""
    words = process.cmdline()
    if "manage.py" in words:
        return words[words.index("manage.py") + 1]
    return words[words.index("-m") + 1].rpartition(".")[2] if "-m" in words[:3] else process.name()


def _most_held(process: psutil.Process) -> int:
    """As the kernel remembers it (Linux); what is held now elsewhere."""
    status = Path(f"/proc/{process.pid}/status")
    for line in status.read_text().splitlines() if status.exists() else ():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) << 10
    return int(process.memory_info().rss)


class Bench:
    """The steps that were measured, said as they end."""

    def __init__(self, home: Path) -> None:
        self.home, self.steps = home, list[Step]()

    def run(self, name: str, *command: str, environment: Mapping[str, str]) -> str:
        step, arguments = Step(name), [sys.executable, "manage.py", *command]
        began = time.perf_counter()
        process = subprocess.Popen(
            arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        with _watched(process, step.peaks):
            said, problems = process.communicate()
        step.seconds = time.perf_counter() - began
        if process.returncode:
            raise SystemExit(f"{name} : {problems.strip() or said.strip()}")
        self.steps.append(step)
        print(step, flush=True)
        return said

    def restore(self, name: str, archive: str, site: Site, before: Content) -> None:
        """From an empty database, and no file at all."""
        site.begin_empty()
        key = str(self.home / "cle.txt")
        self.run(name, "restore_backup", archive, "--identity", key, "--yes", environment=site.environment)
        after = site.content()
        if after != before:
            raise SystemExit(f"{name} : ce qui est revenu n’est pas ce qui était là.")
        print(f"    revenu à l’identique : {sum(rows for rows, _digest in after[0].values())} lignes", end="")
        print(f" dans {len(after[0])} tables, {len(after[1])} fichiers", flush=True)
        site.lose_everything()

    def measure(self, site: Site, bucket: str) -> None:
        key = str(self.home / "cle.txt")
        apart, back = replace(site, backup_url=bucket), replace(site, database=BACK, var_dir=self.home / "back")
        folder = self.run("backup, dans un dossier", "backup", environment=site.environment).split(" : ")[0]
        remote = self.run("backup, dans un stockage S3", "backup", environment=apart.environment).split(" : ")[0]
        weight = (self.home / "sauvegardes" / folder).stat().st_size
        print(f"    archive : {weight / 1e6:.0f} Mo", flush=True)
        said = self.run("verify_backup", "verify_backup", folder, "--identity", key, environment=site.environment)
        print(f"    {said.strip().splitlines()[-2]}", flush=True)
        before = site.content()
        site.lose_everything()
        self.restore("restore_backup, depuis le dossier", folder, back, before)
        self.restore("restore_backup, depuis S3", remote, replace(back, backup_url=bucket), before)


def main() -> int:
    with demonstration(durable=True):
        from efc_platform.backups.keys import new_key

        machine, home = Machine(), Path(os.environ["VAR_DIR"]) / "bench"
        home.mkdir()
        private, public = new_key()
        (home / "cle.txt").write_text(private)
        site = Site(LOST, home / "lost", f"file://{home}/sauvegardes", public)
        began = time.perf_counter()
        furnish(site)
        with _owner(LOST) as own:
            (weight,) = own.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
            count = "SELECT (SELECT count(*) FROM trajectories_{}), (SELECT count(*) FROM trajectories_journalentry)"
            shares, pages = own.execute(count.format("interventionshare")).fetchone() or (0, 0)  # type: ignore[arg-type]
        print(f"{shares} textes d’intervention, {pages} pages de journal, une base de {weight / 1e6:.0f} Mo,")
        print(f"{MEGABYTES} Mo de fichiers ; préparés en {time.perf_counter() - began:.0f} s", flush=True)
        bench = Bench(home)
        with s3_server(home / "s3") as bucket:
            bench.measure(site, bucket)
    print(f"d’autres programmes ont pris {machine.share_of_others:.0%} des processeurs")
    return 1 if too_much(bench.steps) else 0


def too_much(steps: list[Step]) -> bool:
    """Whether a restoration lasted too long, or a process held more than a small server has."""
    late = [one for one in steps if one.name.startswith("restore") and one.seconds > WITHIN]
    heavy = [one for one in steps if max(one.peaks.values(), default=0) > MEMORY]
    for one in late:
        print(f"! {one.name} : plus de {WITHIN // 60} minutes")
    for one in heavy:
        print(f"! {one.name} : plus de {MEMORY >> 20} Mo dans un processus")
    return bool(late or heavy)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
