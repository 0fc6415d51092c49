"""The servers keep data from one start to the next, never meet another checkout's, and leave nothing behind."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import psycopg
import pytest
import redis

from devtools.processes import ROOT, Refusal
from devtools.servers import Servers, local_servers

WAITING = "import os, signal; print(os.getpid(), flush=True); signal.pause()"
RUN = [sys.executable, "-m", "devtools.servers", "run"]


def query(servers: Servers, statement: str):
    with psycopg.connect(servers.database_owner_url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None


def broker(servers: Servers):
    return contextlib.closing(redis.from_url(servers.redis_url))


def started_processes(parent: int) -> list[psutil.Process]:
    return psutil.Process(parent).children(recursive=True)


def still_alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return psutil.wait_procs(processes, timeout=15)[1]


class Running(NamedTuple):
    launcher: "subprocess.Popen[bytes]"
    command: psutil.Process

    def servers(self) -> list[psutil.Process]:
        return [process for process in started_processes(self.launcher.pid) if process != self.command]


@pytest.fixture
def running(var_dir: Path) -> Iterator[Running]:
    environment = {**os.environ, "VAR_DIR": str(var_dir)}
    with subprocess.Popen(
        [*RUN, "--", sys.executable, "-c", WAITING], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    ) as launcher:
        command = psutil.Process(int(launcher.stdout.readline()))
        yield Running(launcher, command)
        launcher.terminate()
        with contextlib.suppress(psutil.NoSuchProcess):
            command.kill()


def test_data_survives_a_stop_and_a_start(var_dir):
    with local_servers(var_dir) as servers, broker(servers) as client:
        query(servers, "CREATE TABLE kept AS SELECT 'écrit avant l’arrêt' AS said")
        client.rpush("kept", "first")
    with local_servers(var_dir) as servers, broker(servers) as client:
        assert query(servers, "SELECT said FROM kept") == "écrit avant l’arrêt"
        assert client.lrange("kept", 0, -1) == [b"first"]


def test_owner_of_the_database_is_not_superuser_but_makes_test_databases(var_dir):
    with local_servers(var_dir) as servers:
        assert query(servers, "SELECT current_user") == "efc"
        assert query(servers, "SELECT rolsuper FROM pg_roles WHERE rolname = 'efc'") is False
        assert query(servers, "SELECT rolcreatedb FROM pg_roles WHERE rolname = 'efc'") is True


def test_full_text_search_splits_at_the_typographic_apostrophe(var_dir):
    with local_servers(var_dir) as servers:
        assert query(servers, "SELECT to_tsvector('french', 'l’économie')::text") == "'économ':2"


def test_broker_writes_its_queue_and_forgets_nothing_for_lack_of_memory(var_dir):
    with local_servers(var_dir) as servers, broker(servers) as client:
        assert client.config_get("appendonly", "maxmemory-policy") == {
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
        }


def test_two_checkouts_run_side_by_side(var_dir, fresh_var_dir):
    with local_servers(var_dir) as ours, local_servers(fresh_var_dir, durable=False) as others:
        query(ours, "CREATE TABLE IF NOT EXISTS only_here ()")
        assert query(others, "SELECT to_regclass('only_here')") is None
        assert query(others, "SHOW fsync") == "off"


def test_same_directory_is_refused_to_a_second_launcher(var_dir):
    with (
        local_servers(var_dir),
        pytest.raises(Refusal, match=rf"^Trajectoires EFC tourne déjà sur {var_dir} \(processus {os.getpid()}\)"),
        local_servers(var_dir),
    ):
        pass


def test_given_addresses_are_used_and_nothing_is_started(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/efc")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    with local_servers(tmp_path) as servers:
        assert servers == Servers("postgres://elsewhere/efc", "redis://elsewhere/0")


def test_an_error_inside_stops_both_servers(var_dir):
    before = started_processes(os.getpid())
    started: list[psutil.Process] = []

    def fail_beside_the_servers() -> None:
        with local_servers(var_dir):
            started.extend(process for process in started_processes(os.getpid()) if process not in before)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_beside_the_servers()
    assert len(started) > 2
    assert still_alive(started) == []


def test_broker_with_an_unreadable_queue_begins_an_empty_one(var_dir):
    with local_servers(var_dir) as servers, broker(servers) as client:
        client.set("lost", "yes")
    for file in (var_dir / "broker" / "appendonlydir").glob("*.incr.aof"):
        file.write_bytes(b"not a command\r\n" * 20)
    with local_servers(var_dir) as servers, broker(servers) as client:
        assert client.get("lost") is None
    assert len(list(var_dir.glob("broker-*"))) == 1


def test_data_of_another_postgres_version_is_named(fresh_var_dir):
    with local_servers(fresh_var_dir, durable=False):
        pass
    (fresh_var_dir / "postgres").resolve().joinpath("PG_VERSION").write_text("15\n")
    with pytest.raises(Refusal, match=r"créées par PostgreSQL 15, et la version installée est PostgreSQL 18"):
        local_servers(fresh_var_dir).__enter__()


def test_command_gets_the_addresses_and_gives_its_code(tmp_path):
    script = "import os, sys; sys.exit(7 if os.environ['DATABASE_URL'] and os.environ['REDIS_URL'] else 1)"
    outcome = subprocess.run([*RUN, "--temporary", "--", sys.executable, "-c", script], cwd=ROOT, timeout=60)
    assert outcome.returncode == 7


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP])
def test_command_and_servers_end_together(running, ending):
    servers = running.servers()
    running.launcher.send_signal(ending)
    assert running.launcher.wait(20) == 128 + ending
    assert still_alive([running.command, *servers]) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_a_killed_launcher_leaves_no_server_and_the_next_one_starts(running, var_dir):
    servers = running.servers()
    running.launcher.kill()
    running.launcher.wait()
    with local_servers(var_dir) as restarted:
        assert query(restarted, "SELECT 1") == 1
    assert still_alive(servers) == []
