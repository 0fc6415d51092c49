"""Installations of which backups are made, and others where they come back: commands in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings as ours
from django.db import connection

from efc_platform.backstage.operations import store_file
from efc_platform.backups.keys import new_key
from efc_platform.backups.making import LEFT_OUT
from tests.database_roles import as_owner
from tests.factories.world import furnish
from tests.s3_server import ACCESS_KEY, SECRET_KEY
from trajectories.models import JournalEntry

PRIVATE, PUBLIC = new_key()


def at(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@dataclass(frozen=True)
class Site:
    """One installation: its database, its files, and commands run in it."""

    database: str
    var_dir: Path
    backup_url: str = ""

    @property
    def owner_url(self) -> str:
        return at(os.environ["DATABASE_OWNER_URL"], self.database)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": at(os.environ["DATABASE_URL"], self.database),
            "DATABASE_OWNER_URL": self.owner_url,
            "VAR_DIR": str(self.var_dir),
            "BACKUP_URL": self.backup_url,
            "BACKUP_RECIPIENTS": PUBLIC,
            "BACKUP_ACCESS_KEY": ACCESS_KEY,
            "BACKUP_SECRET_KEY": SECRET_KEY,
        }

    def run(self, *command: str, **more: str) -> "subprocess.CompletedProcess[str]":
        arguments, environment = [sys.executable, "manage.py", *command], {**self.environment, **more}
        return subprocess.run(arguments, cwd=ours.BASE_DIR, env=environment, capture_output=True, text=True)

    def done(self, *command: str, **more: str) -> str:
        outcome = self.run(*command, **more)
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout

    def refused(self, *command: str, **more: str) -> str:
        outcome = self.run(*command, **more)
        assert outcome.returncode == 1, outcome.stdout
        assert "Traceback" not in outcome.stderr
        return outcome.stderr

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table that is kept, as PostgreSQL writes it."""
        with psycopg.connect(self.owner_url) as own:
            tables = own.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
            kept = [name for (name,) in tables if name not in LEFT_OUT]
            return {name: sorted(row for (row,) in own.execute(f"SELECT t::text FROM {name} t")) for name in kept}

    def files(self) -> dict[str, bytes]:
        found = (path for path in (self.var_dir / "files").glob("**/*") if path.is_file())
        return {str(path.relative_to(self.var_dir)): path.read_bytes() for path in found}


@pytest.fixture
def source(cast, settings, tmp_path) -> Site:
    """Somebody's whole world, with files on the disk and sealed journals."""
    settings.FILES_DIR = tmp_path / "source" / "files"
    furnish(
        cast.trajectory_a,
        practitioner=cast.practitioner.person,
        drafted_by=cast.practitioner.person,
        journal_of=cast.practitioner,
        leader=cast.leader,
    )
    for number in range(5):
        store_file(name=f"{number}.pdf", content_type="application/pdf", content=bytes([number]) * 300_000)
    assert JournalEntry.objects.exists()
    return Site(str(connection.settings_dict["NAME"]), tmp_path / "source", f"file://{tmp_path}/sauvegardes")


@pytest.fixture
def target(source, tmp_path) -> Iterator[Site]:
    """Another machine, where nothing is."""
    name = f"{source.database}_restored"
    with as_owner() as own:
        own.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        own.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield Site(name, tmp_path / "target", source.backup_url)
    with as_owner() as own:
        own.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def key(tmp_path) -> str:
    (tmp_path / "cle.txt").write_text(f"# la clé des sauvegardes\n{PRIVATE}\n")
    return str(tmp_path / "cle.txt")


@pytest.fixture
def archive(source, tmp_path) -> Path:
    source.done("backup")
    [found] = (tmp_path / "sauvegardes").glob("*.age")
    return found
