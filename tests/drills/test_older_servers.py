"""An archive comes back into a PostgreSQL older than the programs that restore it: we promise 14 or newer."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from devtools.postgres import APPLICATION, OWNER
from efc_platform.backups.scratch import own_server
from tests.drills.saved_sites import at

# Where Debian puts the programs of each version.
OLDER = sorted(Path("/usr/lib/postgresql").glob("1[4-6]/bin/initdb"))
pytestmark = [
    pytest.mark.drill,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not OLDER, reason="no PostgreSQL 14, 15 or 16 on this machine (apt install postgresql-15)"),
]
PASSWORD = "essai"  # pragma: allowlist secret


@pytest.fixture
def older_server(settings) -> Iterator[str]:
    """The address of an older server, with the two roles of an installation."""
    settings.PG_PROGRAMS = str(OLDER[0].parent)
    with own_server() as url:
        with psycopg.connect(url, autocommit=True) as own:
            for role in (OWNER, APPLICATION):
                words = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
                own.execute(words.format(sql.Identifier(role), sql.Literal(PASSWORD)))
        yield url


def test_archive_comes_back_into_an_older_server(source, target, key, archive, older_server):
    rows, files = source.rows(), source.files()
    name, owner = sql.Identifier(target.database), sql.Identifier(OWNER)
    with psycopg.connect(older_server, autocommit=True) as own:
        assert own.info.server_version < 170_000
        own.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
    where = older_server.rsplit("@", 1)[1]
    application = f"postgres://{APPLICATION}:{PASSWORD}@{where}"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", application)
        environment.setenv("DATABASE_OWNER_URL", f"postgres://{OWNER}:{PASSWORD}@{where}")
        target.done("restore_backup", str(archive), "--identity", key, "--yes")
        assert (target.rows(), target.files()) == (rows, files)
    with psycopg.connect(at(application, target.database)) as own:
        assert own.execute("SELECT count(*) FROM structures_structure").fetchone() != (0,)
