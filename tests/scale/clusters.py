"""A durable PostgreSQL with the database of the test in it, and another that follows it by streaming replication."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings as ours
from django.db import connection, connections

from devtools.postgres import as_owner, start_postgres
from devtools.processes import Child, listening
from efc_platform.backups.making import dumped_to, moment_of
from efc_platform.backups.programs import Base
from efc_platform.backups.restoring import restore_base
from efc_platform.backups.scratch import base_at


@dataclass
class Cluster:
    """A server: where it answers, and its process."""

    url: str
    child: Child

    @property
    def owner_url(self) -> str:
        return as_owner(self.url)

    @property
    def superuser_url(self) -> str:
        return self.url.replace("//efc_app:", "//postgres:", 1)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DATABASE_URL": self.url, "DATABASE_OWNER_URL": self.owner_url}

    def connected(self, url: str = "") -> psycopg.Connection:
        return psycopg.connect(url or self.superuser_url, autocommit=True)

    def kill(self) -> None:
        """kill -9 of the server and of all that it had started, at once: the machine is gone."""
        os.killpg(self.child.process.pid, signal.SIGKILL)
        self.child.process.wait()


@contextmanager
def primary() -> Iterator[Cluster]:
    """Empty but for its roles and a database without a table; it really writes to the disk."""
    home = Path(tempfile.mkdtemp(prefix="efc-scale-"))
    home.chmod(0o711)
    try:
        url, child = start_postgres(home, True)
        try:
            yield Cluster(url, child)
        finally:
            child.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def replica_of(first: Cluster) -> Iterator[Cluster]:
    """Made by pg_basebackup and kept up by what the primary streams."""
    programs = Path(first.child.argv[0]).parent
    home = Path(tempfile.mkdtemp(prefix="efc-scale-"))
    home.chmod(0o711)
    folder, known = home / "replica", urlsplit(first.superuser_url)
    folder.mkdir(0o700)
    account = first.child.account
    os.chown(folder, account.uid, account.gid)
    try:
        subprocess.run(
            [
                *(str(programs / "pg_basebackup"), "--pgdata", str(folder), "--write-recovery-conf"),
                *("--wal-method=stream", "--checkpoint=fast"),
                f"--dbname=host=127.0.0.1 port={known.port} user=postgres application_name=replica",
            ],
            env={"PATH": "/usr/bin:/bin", "PGPASSWORD": known.password or ""},
            cwd="/",
            check=True,
            capture_output=True,
            **account.options,
        )

        def server(port: int) -> Child:
            argv = list(first.child.argv)
            argv[argv.index("-D") + 1] = str(folder)
            argv[argv.index(f"port={known.port}")] = f"port={port}"
            log = home / "replica.log"
            return Child("réplique", argv, log, account=account, cwd=Path("/"), stop_signal=signal.SIGINT, patience=10)

        child, port = listening(server, lambda port: answers(first, port))
        try:
            yield Cluster(first.url.replace(f":{known.port}/", f":{port}/"), child)
        finally:
            child.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def answers(first: Cluster, port: int) -> None:
    known = urlsplit(first.superuser_url)
    try:
        psycopg.connect(urlunsplit(known._replace(netloc=f"postgres:{known.password}@127.0.0.1:{port}"))).close()
    except psycopg.OperationalError as problem:
        raise ConnectionError(str(problem)) from problem


def give_it_the_database(cluster: Cluster, folder: Path) -> None:
    """All that the test wrote, and the rights of the application's role, as a restoration gives them."""
    dump = folder / "base.dump"
    with moment_of(Base.of(connection.settings_dict)) as moment:
        dumped_to(dump, moment)
    restore_base(dump, base_at(cluster.owner_url))
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"]
    subprocess.run(command, cwd=ours.BASE_DIR, env=cluster.environment, check=True)


@contextmanager
def reading_from(cluster: Cluster) -> Iterator[None]:
    """Our own pages ask this server meanwhile."""
    usual, known = connections["default"], urlsplit(cluster.url)
    other = usual.copy("default")
    other.settings_dict.update(
        HOST=known.hostname, PORT=known.port, USER=known.username, PASSWORD=known.password, NAME=known.path[1:]
    )
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = usual


class Scribe:
    """Writes one number after the other, each in a transaction of its own, and remembers the last that was accepted."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster, self._over = cluster, Event()
        self.accepted = 0
        with cluster.connected(cluster.owner_url) as own:
            own.execute("CREATE TABLE IF NOT EXISTS said (number integer PRIMARY KEY)")
        self._thread = Thread(target=self._write, daemon=True)
        self._thread.start()

    def _write(self) -> None:
        try:
            with self._cluster.connected(self._cluster.owner_url) as own:
                while not self._over.is_set():
                    own.execute("INSERT INTO said VALUES (%s)", [self.accepted + 1])
                    self.accepted += 1
        except psycopg.Error:
            # Its server was killed.
            return

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
