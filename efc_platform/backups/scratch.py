"""A database for a trial, gone afterwards: a server of its own, or the empty one that SCRATCH_DATABASE_URL names."""

import os
import pwd
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import environ
from django.conf import settings

from efc_platform.backups import BackupRefused
from efc_platform.backups.programs import Base, finished, program
from efc_platform.backups.restoring import empty, holds_tables

# PostgreSQL refuses to run as root; this account is on every system and owns nothing.
_UNPRIVILEGED = "nobody"
# Gone in a moment whatever happens: nothing of it has to survive a power cut.
_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=40"


@contextmanager
def scratch_database() -> Iterator[str]:
    """Its address, for the length of the block."""
    given = settings.SCRATCH_DATABASE_URL
    with _given(given) if given else own_server() as url:
        yield url


def base_at(url: str) -> Base:
    return Base.of(environ.Env.db_url_config(url))


@contextmanager
def _given(url: str) -> Iterator[str]:
    base = base_at(url)
    if holds_tables(base):
        raise BackupRefused(
            "La base de SCRATCH_DATABASE_URL n’est pas vide : donnez-en une qui ne serve qu’aux essais."
        )
    try:
        yield url
    finally:
        empty(base)


@contextmanager
def own_server() -> Iterator[str]:
    """A server of our own, where we may do everything."""
    home = Path(tempfile.mkdtemp(prefix="efc-scratch-"))
    try:
        account = _account(home)
        with _cluster(home, account) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _account(home: Path) -> dict[str, Any]:
    """What a process needs to be another than root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(_UNPRIVILEGED)
    os.chown(home, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def _cluster(home: Path, account: dict[str, Any]) -> Iterator[str]:
    """Listening on loopback, under a password of its own."""
    password, port, data = secrets.token_urlsafe(24), _free_port(), str(home / "data")
    (home / "password").write_text(password)
    (home / "password").chmod(0o600)
    if account:
        os.chown(home / "password", account["user"], account["group"])
    what = "Le serveur d’essai ne démarre pas (sans lui, SCRATCH_DATABASE_URL peut nommer une base vide)"
    new = ["-D", data, "--username=essai", f"--pwfile={home / 'password'}", "--auth=scram-sha-256", "--no-sync"]
    finished("initdb", [*new, "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"], what=what, account=account)
    options = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c port={port} {_FAST}"
    start = ["start", "-D", data, "-w", "-t", "60", "-l", str(home / "log"), "-o", options, "-p", program("postgres")]
    finished("pg_ctl", start, what=what, account=account)
    try:
        yield f"postgres://essai:{quote(password)}@127.0.0.1:{port}/postgres"
    finally:
        finished("pg_ctl", ["stop", "-D", data, "-m", "immediate"], what=what, account=account)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
