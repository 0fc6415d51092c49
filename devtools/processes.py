"""A process started by the launcher: its log, its end, and how long to wait until it answers."""

import contextlib
import ctypes
import importlib.metadata
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
LOG_LIMIT = 5_000_000


class Refusal(Exception):
    """Why the servers cannot run, as one French sentence for the person who started them."""


@dataclass(frozen=True)
class Account:
    """The system account that runs PostgreSQL."""

    uid: int
    gid: int

    @property
    def options(self) -> dict[str, Any]:
        """What subprocess needs to become this account."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, *command: str) -> bool:
        try:
            return subprocess.run(command, cwd="/", capture_output=True, **self.options).returncode == 0
        except PermissionError:
            return False


# Loaded before any fork: the child may do no more than call it.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def _die_with_parent(parent: int, sig: int) -> None:
    """Run in the child: even kill -9 of the launcher leaves no orphan behind (Linux only)."""
    if _prctl:
        _prctl(1, sig)
        if os.getppid() != parent:
            os._exit(1)


@dataclass
class Child:
    """A process in a session of its own, so that Ctrl-C reaches the launcher alone, which stops all in order."""

    name: str
    argv: list[str]
    log: Path | None = None
    env: Mapping[str, str] | None = None
    account: Account | None = None
    cwd: Path = ROOT
    stdin: bytes = b""
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 5.0
    # What the kernel sends if the launcher vanishes.
    orphan_signal: signal.Signals | None = None
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    _logged_before: int = field(default=0, init=False)

    def start(self) -> None:
        parent, sig = os.getpid(), int(self.orphan_signal or self.stop_signal)
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(_open_log(self.log)) if self.log else None
            self._logged_before = output.tell() if output else 0
            # A file rather than a pipe: nothing to feed, nothing to block on.
            stdin = stack.enter_context(tempfile.TemporaryFile())
            stdin.write(self.stdin)
            stdin.seek(0)
            self.process = subprocess.Popen(
                self.argv,
                cwd=self.cwd,
                env=self.env,
                stdin=stdin,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
                preexec_fn=lambda: _die_with_parent(parent, sig),
                **(self.account.options if self.account else {}),
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait(self) -> int:
        return self.process.wait() if self.process else 0

    def ends_within(self, seconds: float) -> bool:
        if self.process is None:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return not self.is_running

    def stop(self) -> None:
        """Ask, wait as long as its patience, then kill what is left of its session."""
        if self.process is None:
            return
        if self.is_running:
            self.process.send_signal(self.stop_signal)
            self.ends_within(self.patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def last_words(self) -> str:
        """The end of a French sentence about its failure: what its log says, or a full stop."""
        if not self.log or not self.log.exists():
            return "."
        lines = self.log.read_bytes()[self._logged_before :].decode(errors="replace").splitlines()[-15:]
        return "\n".join([f" ; la fin de {self.log} dit pourquoi :", *lines])


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".1.log"))
    return path.open("ab")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(child_on: Callable[[int], Child], answers: Callable[[int], None]) -> tuple[Child, int]:
    """Start it on a free port; another process may take that port first, hence a few tries."""
    for _attempt in range(3):
        port = free_port()
        child = child_on(port)
        child.start()
        try:
            if _answers_in_time(child, port, answers):
                return child, port
        except BaseException:
            child.stop()
            raise
        child.stop()
        if "in use" not in child.last_words():
            break
    raise Refusal(f"Le serveur « {child.name} » ne démarre pas{child.last_words()}")


def _answers_in_time(child: Child, port: int, answers: Callable[[int], None]) -> bool:
    deadline = time.monotonic() + 60
    while child.is_running and time.monotonic() < deadline:
        try:
            answers(port)
        except OSError:
            child.ends_within(0.05)
        else:
            return True
    return False


def await_leftover(pid_file: Path, program: str) -> None:
    """Let the server of a launcher that was just killed finish writing, and refuse to share its data."""
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
        leftover = psutil.Process(int(pid_file.read_text().split()[0]))
        if program in leftover.name() and leftover.status() != psutil.STATUS_ZOMBIE:
            _await_end(leftover)
    # Its number may since have gone to another process, which PostgreSQL would take for itself.
    pid_file.unlink(missing_ok=True)


def _await_end(leftover: psutil.Process) -> None:
    try:
        leftover.wait(10)
    except psutil.TimeoutExpired:
        raise Refusal(
            f"Un ancien {leftover.name()} tourne encore sur ces données : arrêtez-le par kill -INT {leftover.pid}."
        ) from None


def package_directory(name: str) -> Path:
    """Where a package lies, without importing it: the wheels of the servers do much at import."""
    return Path(str(importlib.metadata.distribution(name).locate_file(name)))
