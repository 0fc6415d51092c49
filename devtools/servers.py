"""PostgreSQL and the broker from their wheels, for the demonstration, development and tests.

    python -m devtools.servers run [--temporary] -- COMMAND…

starts both, gives COMMAND their DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL, stops them and returns its code.
An address that is already in the environment is used as it is, and that server is not started.
"""

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from devtools.broker import start_broker
from devtools.postgres import as_owner, remove_cluster, start_postgres
from devtools.processes import ROOT, Child, Refusal


@dataclass(frozen=True)
class Servers:
    """Where the two servers answer, and the processes started for it (none for an address that was given)."""

    database_url: str
    redis_url: str
    # Empty when the database was given from outside without it: one role does everything there.
    database_owner_url: str = ""
    children: tuple[Child, ...] = ()

    @property
    def environment(self) -> dict[str, str]:
        owner = {"DATABASE_OWNER_URL": self.database_owner_url} if self.database_owner_url else {}
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url, **owner}


@contextlib.contextmanager
def held(var_dir: Path) -> Iterator[None]:
    """One launcher at a time on `var_dir`: the kernel drops the lock however its holder ends."""
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        lock = (var_dir / ".lock").open("a+")
    except OSError as error:
        raise Refusal(
            f"Le dossier {var_dir} n’est pas accessible en écriture : choisissez-en un autre avec VAR_DIR=…"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refusal(
                f"Trajectoires EFC tourne déjà sur {var_dir} (processus {lock.read().strip() or 'inconnu'}) : "
                "arrêtez-le par Ctrl-C, ou donnez un autre dossier avec VAR_DIR=…"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextlib.contextmanager
def local_servers(var_dir: Path, *, durable: bool = True) -> Iterator[Servers]:
    """Both servers on the data of `var_dir`, for as long as the block runs; `durable=False` trades safety for speed."""
    with held(var_dir), started_servers(var_dir, durable=durable) as servers:
        yield servers


@contextlib.contextmanager
def started_servers(var_dir: Path, *, durable: bool = True) -> Iterator[Servers]:
    """The same for who already holds `var_dir`."""
    with contextlib.ExitStack() as stack:
        started: list[Child] = []

        def started_by(start: Callable[[Path, bool], tuple[str, Child]]) -> str:
            url, child = start(var_dir.resolve(), durable)
            stack.callback(child.stop)
            started.append(child)
            return url

        given = os.environ.get("DATABASE_URL")
        database_url = given or started_by(start_postgres)
        owner_url = os.environ.get("DATABASE_OWNER_URL", "") if given else as_owner(database_url)
        redis_url = os.environ.get("REDIS_URL") or started_by(start_broker)
        yield Servers(database_url, redis_url, owner_url, tuple(started))


@contextlib.contextmanager
def temporary_servers(*, durable: bool = False) -> Iterator[tuple[Servers, Path]]:
    """Fast servers, unless asked as safe as real ones, on data that is gone afterwards; and the VAR_DIR they used."""
    var_dir = Path(tempfile.mkdtemp(prefix="efc-"))
    # mkdtemp closes it to every other account, the one of PostgreSQL included.
    var_dir.chmod(0o711)
    try:
        with local_servers(var_dir, durable=durable) as servers:
            yield servers, var_dir
    finally:
        remove_cluster(var_dir)
        shutil.rmtree(var_dir, ignore_errors=True)


def run(command: list[str], *, temporary: bool) -> int:
    """Run `command` beside the servers; it hears Ctrl-C itself, other endings are passed on to it."""
    ending = Ending()
    with contextlib.ExitStack() as stack:
        if temporary:
            servers, var_dir = stack.enter_context(temporary_servers())
        else:
            var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
            servers = stack.enter_context(local_servers(var_dir))
        code = ending.code_of(command, {**os.environ, **servers.environment, "VAR_DIR": str(var_dir)})
    return code if code >= 0 else 128 - code


class Ending:
    """What was asked of the launcher: remembered before the command runs, then passed on to it."""

    def __init__(self) -> None:
        self.asked: int | None = None
        self.process: subprocess.Popen[bytes] | None = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, number: int, _frame: FrameType | None) -> None:
        self.asked = number
        if self.process and number != signal.SIGINT:
            self.process.send_signal(number)

    def code_of(self, command: list[str], environment: dict[str, str]) -> int:
        if self.asked:
            return -self.asked
        self.process = subprocess.Popen(command, env=environment)
        if self.asked:
            self.process.send_signal(self.asked)
        return self.process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["run"])
    parser.add_argument("--temporary", action="store_true", help="non-durable servers, erased afterwards")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    try:
        return run(arguments.command, temporary=arguments.temporary)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
