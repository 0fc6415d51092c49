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
from efc_platform.backups.leftovers import abandoned, held
from efc_platform.backups.programs import Base, finished, program
from efc_platform.backups.restoring import empty, holds_tables

# PostgreSQL refuses to run as root; this account is on every system and owns nothing.
_UNPRIVILEGED = "nobody"
_HOME = "efc-scratch-"
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
    _end_what_was_left()
    home = Path(tempfile.mkdtemp(prefix=_HOME))
    try:
        account = _account(home)
        with held(home), _cluster(home, account) as url:
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _end_what_was_left() -> None:
    """The server of a killed trial goes on, with people's data in clear: it is stopped, and erased."""
    for home in abandoned(Path(tempfile.gettempdir()).glob(f"{_HOME}*")):
        if _still_serves(home / "data"):
            owner = home.stat()
            _stop(str(home / "data"), _as(owner.st_uid, owner.st_gid) if os.geteuid() == 0 else {})
        shutil.rmtree(home, ignore_errors=True)


def _still_serves(data: Path) -> bool:
    """By what the kernel says of the process (Linux): its number may since have gone to another."""
    try:
        number = (data / "postmaster.pid").read_text().split()[0]
        return str(data).encode() in Path(f"/proc/{number}/cmdline").read_bytes()
    except (OSError, IndexError):
        return False


def _stop(data: str, account: dict[str, Any]) -> None:
    what = "Le serveur d’essai ne s’arrête pas"
    finished("pg_ctl", ["stop", "-D", data, "-m", "immediate"], what=what, account=account)


def _account(home: Path) -> dict[str, Any]:
    """What a process needs to be another than root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(_UNPRIVILEGED)
    os.chown(home, entry.pw_uid, entry.pw_gid)
    return _as(entry.pw_uid, entry.pw_gid)


def _as(user: int, group: int) -> dict[str, Any]:
    return {"user": user, "group": group, "extra_groups": []}


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
        _stop(data, account)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
