"""A backup, a restoration or a trial killed in the middle leaves nothing that could be taken for one, and nothing at
all once the next has passed; an archive of an older application becomes one of today; a trial in a given database."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings as ours
from django.db import connection

from efc_platform.backstage.operations import store_file
from tests.database_roles import as_owner
from tests.drills.installation import until
from tests.drills.saved_sites import Site, at
from tests.s3_server import s3_server

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
# Enough of them for a backup to last a while, each the size of one part of an upload.
HEAVY, EACH = 6, 16 << 20


@pytest.fixture
def heavy(source) -> Site:
    """The same with files that take time to read and to seal."""
    for number in range(HEAVY):
        store_file(name=f"{number}.pdf", content_type="application/pdf", content=bytes([number]) * EACH)
    return source


def reads_a_heavy_file(process: psutil.Process, under: Path) -> bool:
    """In the middle: some were read already, others not yet."""
    held = [Path(one.path) for one in process.open_files() if one.path.startswith(str(under))]
    return any(path.is_file() and path.stat().st_size == EACH and path.read_bytes()[0] == HEAVY // 2 for path in held)


def has_started(process: psutil.Process, program: str) -> bool:
    """Those that end while one asks their name are not at work."""
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if child.name() == program:
                return True
    return False


def killed_when(condition: Callable[[psutil.Process], object], site: Site, *command: str) -> None:
    """kill -9 of the command at that moment, frozen first so that it is still true when the blow falls."""
    started = subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ours.BASE_DIR,
        env=site.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    process = psutil.Process(started.pid)
    try:
        until(lambda: condition(process), seconds=60, what=f"{command[0]} in the middle", every=0.001)
        started.send_signal(signal.SIGSTOP)
        assert condition(process), "it went past the middle before it froze"
    finally:
        started.kill()
        started.wait()


def archives(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_backup_killed_in_the_middle_is_no_archive_and_leaves_nothing_to_the_next(heavy, tmp_path):
    folder, before = tmp_path / "sauvegardes", leftovers()
    killed_when(lambda one: reads_a_heavy_file(one, heavy.var_dir), heavy, "backup")
    [draft] = archives(folder)
    assert (draft[0], draft.endswith(".part")) == (".", True)
    assert "aucune sauvegarde depuis" in heavy.refused("backups")
    name = heavy.done("backup").split(" : ")[0]
    assert archives(folder) == [name]
    assert name in heavy.run("backups").stdout
    assert leftovers() == before


def test_backup_killed_on_its_way_to_a_bucket_is_no_archive(heavy, key, tmp_path):
    with s3_server(tmp_path / "s3") as url:
        site = replace(heavy, backup_url=url)
        killed_when(lambda one: reads_a_heavy_file(one, heavy.var_dir), site, "backup")
        assert "aucune sauvegarde depuis" in site.refused("backups")
        name = site.done("backup").split(" : ")[0]
        site.done("restore_backup", name, "--identity", key, "--replace", "j-efface-tout-ce-qui-est-dans-la-base")
        served = {path.name for path in (tmp_path / "s3" / "served").glob("**/*") if path.is_file()}
    # The parts of an upload that nobody ended are no object: a rule of the bucket takes them away.
    assert {one for one in served if not one.startswith(".rclone_temp_multipart")} == {name}


def leftovers() -> set[str]:
    """What ours leave in the folder where everybody puts what lasts a moment."""
    here = Path(tempfile.gettempdir())
    return {path.name for pattern in (".restoring-*", "efc-scratch-*") for path in here.glob(pattern)}


def test_restoration_killed_in_the_middle_leaves_the_database_empty_and_no_clear_text_after_the_next(
    heavy, target, key, tmp_path
):
    heavy.done("backup")
    [archive] = (tmp_path / "sauvegardes").glob("*.age")
    restoring = ["restore_backup", str(archive), "--identity", key, "--yes"]

    killed_when(lambda one: has_started(one, "pg_restore"), target, *restoring)
    assert target.rows() == {}
    assert list((target.var_dir / "files").glob(".restoring-*"))
    target.done(*restoring)
    assert (target.rows(), target.files()) == (heavy.rows(), heavy.files())
    assert not list((target.var_dir / "files").glob(".restoring-*"))


def test_trial_killed_in_the_middle_leaves_no_server_and_no_clear_text_after_the_next(source, key, archive):
    before = leftovers()

    def new() -> set[str]:
        return {name for name in leftovers() - before if name.startswith("efc-scratch-")}

    def numbers() -> list[int]:
        files = [Path(tempfile.gettempdir()) / name / "data" / "postmaster.pid" for name in new()]
        return [int(path.read_text().split()[0]) for path in files if path.exists() and path.read_text().split()]

    def has_its_server(process: psutil.Process) -> bool:
        """Not only the passing one that initdb starts, whose number is written with a minus."""
        return any(number > 0 for number in numbers()) and has_started(process, "psql")

    killed_when(has_its_server, source, "verify_backup", str(archive), "--identity", key)
    [number] = numbers()
    assert psutil.pid_exists(number)
    source.done("verify_backup", str(archive), "--identity", key)
    assert not psutil.pid_exists(number)
    assert leftovers() == before


@pytest.fixture
def older(source, tmp_path):
    """The same installation as it was some versions ago."""
    name = f"{source.database}_older"
    with as_owner() as own:
        own.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    connection.close()
    with psycopg.connect(at(source.owner_url, "postgres"), autocommit=True) as own:
        own.execute(f"CREATE DATABASE {name} TEMPLATE {source.database}")
    site = Site(name, source.var_dir, f"file://{tmp_path}/anciennes")
    site.done("migrate", "trajectories", "0010")
    yield site
    with as_owner() as own:
        own.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_archive_of_an_older_application_is_restored_and_becomes_one_of_today(older, source, target, key, tmp_path):
    name = older.done("backup").split(" : ")[0]
    archive = str(tmp_path / "anciennes" / name)
    assert "quelqu’un est entré" in older.done("verify_backup", archive, "--identity", key)
    target.done("restore_backup", archive, "--identity", key, "--yes")
    then, now, today = older.rows(), target.rows(), source.rows()
    assert then.keys() < today.keys() == now.keys()
    kept = {table: len(rows) for table, rows in then.items() if table != "django_migrations"}
    assert {table: len(now[table]) for table in kept} == kept
    assert now["trajectories_intervention"] == today["trajectories_intervention"]
    assert len(now["django_migrations"]) == len(today["django_migrations"])
    assert target.files() == source.files()


def test_trial_in_a_given_database_leaves_it_empty_and_refuses_one_that_is_not(source, target, key, archive):
    verifying = ["verify_backup", str(archive), "--identity", key]
    assert "quelqu’un est entré" in source.done(*verifying, SCRATCH_DATABASE_URL=target.owner_url)
    assert target.rows() == {}
    with psycopg.connect(target.owner_url, autocommit=True) as own:
        own.execute("CREATE TABLE somebody_s (word text)")
    assert "n’est pas vide" in source.refused(*verifying, SCRATCH_DATABASE_URL=target.owner_url)
    assert target.rows() == {"somebody_s": []}
