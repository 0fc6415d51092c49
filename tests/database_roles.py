"""The test database: its owner makes and empties it, the application's own role works in it, as in production."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from efc_platform.shared.database_roles import REWRITING
from trajectories.framework import load_framework


def credentials(name: str) -> dict[str, str]:
    """Those of the address that this variable holds, as Django's settings call them."""
    given = urlsplit(os.environ.get(name) or os.environ["DATABASE_URL"])
    return {"USER": given.username or "", "PASSWORD": given.password or ""}


@contextmanager
def as_owner() -> Iterator[psycopg.Connection]:
    """A connection of the owner to the test database, each statement of it on its own."""
    known, owner = connection.settings_dict, credentials("DATABASE_OWNER_URL")
    with psycopg.connect(
        host=known["HOST"],
        port=known["PORT"],
        dbname=known["NAME"],
        user=owner["USER"],
        password=owner["PASSWORD"],
        autocommit=True,
    ) as own:
        yield own


def _empty(statements: list[str]) -> None:
    """What Django does between two tests that commit: the application could not, history lets nobody empty it.

    The cache is a table without a model, which Django would leave: with it, the attempts that a test of limits
    counted would shut the next test out.
    """
    with as_owner() as own, own.transaction():
        own.execute(f"SET LOCAL {REWRITING} = on")
        for statement in [*statements, f"TRUNCATE {settings.CACHES['default']['LOCATION']}"]:
            own.execute(statement)


def migrated_by(run: int) -> str:
    """The database that the workers of this run copy, by the process that started them."""
    return f"migrated_{run}"


def _migrated_once(folder: Path) -> str:
    """Made by the worker that comes first, on which the others wait: to copy it takes a second, to migrate a minute."""
    name = migrated_by(os.getppid())
    made = folder / name
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            with as_owner_of_all() as own:
                own.execute(f"CREATE DATABASE {name}")
            command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"]
            there = {
                variable: urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))
                for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
                if variable in os.environ
            }
            subprocess.run(command, cwd=settings.BASE_DIR, env={**os.environ, **there}, check=True)
            made.touch()
    return name


@contextmanager
def as_owner_of_all() -> Iterator[psycopg.Connection]:
    """A connection to the database that was given, from which others are made and dropped."""
    with psycopg.connect(os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"], autocommit=True) as own:
        yield own


def forget_migrated() -> None:
    """Once the workers are gone, by the process that had started them."""
    with as_owner_of_all() as own:
        own.execute(f"DROP DATABASE IF EXISTS {migrated_by(os.getpid())}")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    connection.settings_dict.update(credentials("DATABASE_OWNER_URL"))
    # A machine that others use may stand still for ten seconds: here that is no stuck statement to give up.
    connection.settings_dict["OPTIONS"]["options"] += " -c statement_timeout=60000"
    if hasattr(request.config, "workerinput"):
        connection.settings_dict["TEST"]["TEMPLATE"] = _migrated_once(tmp_path_factory.getbasetemp().parent)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        connection.close()
    connection.settings_dict.update(credentials("DATABASE_URL"))
    connection.ops.execute_sql_flush = _empty
    with django_db_blocker.unblock():
        # Nearly every test begins with a trajectory, and each would write these three hundred rows again.
        load_framework()
    yield
    connection.close()
    connection.settings_dict.update(credentials("DATABASE_OWNER_URL"))
