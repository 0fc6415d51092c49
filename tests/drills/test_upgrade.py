"""The next version comes: its migrations run, and both codes work on the same schema, while people write."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import psycopg
import pytest
from django.conf import settings

from efc_platform.management.commands.migrate import LOCK_SECONDS
from tests.drills import people as at_work
from tests.drills.installation import Installation
from tests.drills.own_postgres import OwnPostgres
from tests.drills.people import People, people_at_work

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
CODE = ["accounts", "community", "efc_platform", "structures", "trainings", "trajectories", "templates", "static"]
# What the new code writes in its new column, and what the database writes there for the old one.
NEW, OLD = "nouveau code", "ancien code"
FIELD = f"""    weather = models.CharField("temps qu’il faisait", max_length=20, default="{NEW}", db_default="{OLD}")
"""
WAITING = """
SELECT coalesce(extract(epoch FROM max(clock_timestamp() - waitstart)), 0)
FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND usename = %s
"""
INDEX = '''"""The second migration of the next version: an index, built beside the table in use."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("trajectories", "{before}")]
    operations = [AddIndexConcurrently("intervention", models.Index(fields=["weather"], name="by_weather"))]
'''


@pytest.fixture
def next_version(drilled: Installation) -> Path:
    """This code with one more column, which the history follows, and an index on it: two migrations."""
    code = drilled.var_dir / "next"
    for name in CODE:
        shutil.copytree(Path(settings.BASE_DIR) / name, code / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(Path(settings.BASE_DIR) / "manage.py", code)
    model = code / "trajectories/models/interventions.py"
    said, found = re.subn(r"(?m)^    title = models\.CharField\(.*\n", lambda line: line[0] + FIELD, model.read_text())
    assert found == 1
    model.write_text(said)
    manage(drilled, code, "makemigrations", "trajectories", "--name", "weather")
    [made] = (code / "trajectories/migrations").glob("*_weather.py")
    (made.parent / "0099_by_weather.py").write_text(INDEX.format(before=made.stem))
    model.write_text(
        said.replace(
            "        indexes = [", '        indexes = [models.Index(fields=["weather"], name="by_weather"), ', 1
        )
    )
    return code


def manage(drilled: Installation, code: Path, *command: str) -> None:
    outcome = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=code, env=drilled.environment, capture_output=True, text=True
    )
    assert outcome.returncode == 0, outcome.stderr


@contextmanager
def migrating(drilled: Installation, code: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "manage.py", "migrate", "--no-input"]
    with subprocess.Popen(
        command, cwd=code, env=drilled.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        said, failed = process.communicate(timeout=120)
        assert process.returncode == 0, said + failed


@pytest.mark.fault("D21", "nouvelle version, migrée et relevée pendant que l’on écrit")
def test_next_version_comes_while_people_write(own_postgres, drilled, cast, toll, next_version):
    drilled.site()
    team = [cast.practitioner] * 3
    with (
        longest_wait(own_postgres) as waited,
        people_at_work(drilled.port, team, cast.trajectory_a, called="Avant") as before,
    ):
        before.go_on()
        # Somebody reads the table at length: what waits behind it must not make everybody wait.
        with psycopg.connect(own_postgres.owner_url) as reader:
            reader.execute("SELECT count(*) FROM trajectories_intervention")
            with migrating(drilled, next_version) as migration:
                assert "nouvel essai" in migration.stderr.readline()
                before.go_on()
                reader.rollback()
        before.go_on()
        port = drilled.site_of(next_version)
        # The relief, then the regret: both codes write in the same tables.
        with people_at_work(port, team, cast.trajectory_a, called="Après") as after:
            after.go_on()
            before.go_on()
    everybody = People([*before.writers, *after.writers])
    assert everybody.failures() == []
    toll.seconds, toll.within = max(waited), LOCK_SECONDS + 1
    assert 0 < toll.seconds <= toll.within
    assert written_by(own_postgres.owner_url) == {NEW: len(after.noted), OLD: len(before.noted)}
    at_work.settle(toll, everybody, drilled.var_dir)


@contextmanager
def longest_wait(own: OwnPostgres) -> Iterator[list[float]]:
    """For how long somebody who writes waited for a table, as the server sees it fifty times a second."""
    waited, over = [0.0], Event()

    def look() -> None:
        with psycopg.connect(own.superuser, autocommit=True) as superuser:
            while not over.wait(0.02):
                found = superuser.execute(WAITING, ["efc_app"]).fetchone()
                waited.append(float(found[0]))

    with ThreadPoolExecutor(1) as watcher:
        looking = watcher.submit(look)
        try:
            yield waited
        finally:
            over.set()
            looking.result()


def written_by(url: str) -> dict[str, int]:
    with psycopg.connect(url) as own:
        valid = own.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_weather'::regclass").fetchone()
        assert valid == (True,)
        words = "SELECT weather, count(*) FROM trajectories_intervention WHERE title <> '' GROUP BY weather"
        return dict(own.execute(words).fetchall())
