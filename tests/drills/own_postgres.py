"""A PostgreSQL of the drill's own, to be stopped, killed or filled up while the other tests' goes on.

`own_postgres` comes before `drilled` among the arguments of a test: it is a durable cluster that holds what the test
database holds, and until the test ends Django, the processes of `drilled` and `as_owner()` all work in it.

    def test_…(own_postgres, drilled, cast):
        own_postgres.stop("immediate")      # pg_ctl stop -m immediate
        own_postgres.start()                # on the same port, as a supervisor does

To choose where it lies (a small disk), use the context manager `postgres_of_its_own(var_dir)` in a fixture of yours,
which must come before `drilled` too.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from devtools.postgres import as_owner, remove_cluster, start_postgres
from devtools.processes import Child
from efc_platform.backups.programs import Base, running
from tests.drills.installation import until

_COPY = ["--format=custom", "--no-owner", "--no-password"]


@dataclass
class OwnPostgres:
    """`url` is the application's; `superuser` may end what it likes."""

    url: str
    cluster: Path
    child: Child

    @property
    def owner_url(self) -> str:
        return as_owner(self.url)

    @property
    def superuser(self) -> str:
        given = urlsplit(self.url)
        return f"postgres://postgres:{given.password}@{given.hostname}:{given.port}/{given.path.lstrip('/')}"

    def stop(self, mode: str = "fast") -> None:
        """As pg_ctl stops it: `fast` ends sessions and writes all down, `immediate` is a crash."""
        programs = Path(self.child.argv[0]).parent
        command = [str(programs / "pg_ctl"), "stop", "--silent", "-m", mode, "-D", str(self.cluster)]
        # What it says is read no further: its own log is the server's.
        account = self.child.account.options if self.child.account else {}
        subprocess.run(command, cwd="/", check=True, capture_output=True, **account)
        self.child.wait()

    def start(self) -> None:
        """As a supervisor does, on the same port; back once it lets somebody in, recovery included."""
        self.child.start()
        until(self.answers, seconds=60, what="PostgreSQL answers", more=self.child.last_words)

    def answers(self) -> bool:
        with suppress(psycopg.OperationalError), closing(psycopg.connect(self.url, connect_timeout=2)):
            return True
        return False


@contextmanager
def postgres_of_its_own(var_dir: Path) -> Iterator[OwnPostgres]:
    """A durable cluster under `var_dir`, in which Django and every process of the drill work for the length of the
    block; the test's own transactions must be over."""
    url, child = start_postgres(var_dir)
    own = OwnPostgres(url, (var_dir / "postgres").resolve(), child)
    try:
        _copy_test_database(own)
        with _working_in(own):
            yield own
    finally:
        child.stop()
        remove_cluster(var_dir)


def _copy_test_database(own: OwnPostgres) -> None:
    """Tables, triggers and rights included: the roles have the same names in both."""
    source = Base.of({**settings.DATABASES["default"], **connection.settings_dict, **_owner()})
    target = Base.of(_known(own.owner_url))
    with tempfile.NamedTemporaryFile(suffix=".dump") as dump:
        copying = [*_COPY, f"--file={dump.name}", f"--dbname={source.conninfo}"]
        with running("pg_dump", copying, environment=source.environment, what="pg_dump"):
            pass
        restoring = ["--no-owner", "--no-password", "--exit-on-error", f"--dbname={target.conninfo}", dump.name]
        with running("pg_restore", restoring, environment=target.environment, what="pg_restore"):
            pass


def _known(url: str) -> dict[str, str]:
    given = urlsplit(url)
    return {
        "HOST": given.hostname or "",
        "PORT": str(given.port or ""),
        "USER": given.username or "",
        "PASSWORD": given.password or "",
        "NAME": given.path.lstrip("/"),
    }


def _owner() -> dict[str, str]:
    given = _known(os.environ["DATABASE_OWNER_URL"])
    return {"USER": given["USER"], "PASSWORD": given["PASSWORD"]}


@contextmanager
def _working_in(own: OwnPostgres) -> Iterator[None]:
    before = dict(connection.settings_dict)
    connection.close()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", own.url)
        environment.setenv("DATABASE_OWNER_URL", own.owner_url)
        connection.settings_dict.update(_known(own.url))
        try:
            yield
        finally:
            # It may be stopped by now, and a connection that broke is closed all the same.
            with suppress(psycopg.Error):
                connection.close()
            connection.settings_dict.clear()
            connection.settings_dict.update(before)


@pytest.fixture
def own_postgres(db: None) -> Iterator[OwnPostgres]:
    var_dir = Path(tempfile.mkdtemp(prefix="efc-own-"))
    # mkdtemp closes it to every other account, the one of PostgreSQL included.
    var_dir.chmod(0o711)
    with postgres_of_its_own(var_dir) as own:
        yield own
    shutil.rmtree(var_dir)
