"""The test database: its owner makes and empties it, the application's own role works in it, as in production."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    connection.settings_dict.update(credentials("DATABASE_OWNER_URL"))


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
