"""The processes of one installation on the test's database: broker, workers, clock and site, real and killable."""

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import psutil
from django.db import connection

from devtools.broker import start_broker
from devtools.processes import ROOT, Child, free_port
from efc_platform.backstage.models import JobState
from tests.drills.visitor import answers
from trajectories.models import ProgressReport

LEASE_SECONDS = 3
SWEEP_SECONDS = 2
T = TypeVar("T")
_GUNICORN = [
    "gunicorn",
    "efc_platform.wsgi:application",
    "--worker-class",
    "gthread",
    "--workers",
    "2",
    "--threads",
    "4",
]
_GUNICORN += ["--graceful-timeout", "30", "--no-control-socket"]


def until(
    condition: Callable[[], T], *, seconds: float, what: str, every: float = 0.05, more: Callable[[], str] = str
) -> T:
    """What the condition gives once it is true; fails when that takes longer than it may, saying what and `more`."""
    pause, deadline = Event(), monotonic() + seconds
    while not (result := condition()):
        if monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}{more()}")
        pause.wait(every)
    return result


class Installation:
    """Starts what a drill asks for, on data under `var_dir`."""

    def __init__(self, var_dir: Path, stack: contextlib.ExitStack) -> None:
        self.var_dir, self._stack = var_dir, stack
        self.redis_url, self.broker = start_broker(var_dir)
        stack.callback(self.broker.stop)
        self.port = free_port()
        # What else its processes are told, for a drill that wants it otherwise.
        self.settings: dict[str, str] = {}

    @property
    def environment(self) -> dict[str, str]:
        given = urlsplit(os.environ["DATABASE_URL"])
        return {
            **os.environ,
            "DATABASE_URL": urlunsplit(given._replace(path=f"/{connection.settings_dict['NAME']}")),
            "REDIS_URL": self.redis_url,
            "VAR_DIR": str(self.var_dir),
            "EMAIL_URL": "filemail://",
            "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            "JOB_SWEEP_SECONDS": str(SWEEP_SECONDS),
            # One person asks for all of a drill.
            "REPORTS_AT_ONCE": "1000",
            **self.settings,
        }

    def worker(self, name: str = "worker", *, queues: str = "default,pdf,mail", slots: int = 1) -> Child:
        worker = self.begin_worker(name, queues=queues, slots=slots)
        self.await_worker(worker)
        return worker

    def begin_worker(self, name: str, *, queues: str, slots: int = 1) -> Child:
        """Started, not awaited yet."""
        options = ["-Q", queues, "--concurrency", str(slots), "-n", f"{name}@drill", "--loglevel", "INFO"]
        return self._started(name, "celery", "-q", "-A", "efc_platform", "worker", *options)

    def await_worker(self, worker: Child) -> None:
        until(lambda: "ready." in worker.last_words(), seconds=60, what="worker ready", more=worker.last_words)

    def clock(self) -> Child:
        schedule = str(self.var_dir / "beat-schedule")
        return self._started("beat", "celery", "-q", "-A", "efc_platform", "beat", "-s", schedule, "--pidfile=")

    def site(self) -> Child:
        return self._await_site(self._started("web", *_GUNICORN, "--bind", f"127.0.0.1:{self.port}"))

    def site_of(self, code: Path) -> int:
        """The port of another site of the same installation, which runs another version of the code."""
        port = free_port()
        child = self._started("web-next", *_GUNICORN, "--bind", f"127.0.0.1:{port}", cwd=code)
        until(lambda: answers(port), seconds=60, what="the other site answers", more=child.last_words)
        return port

    def kept_site(self) -> Child:
        """Behind something that keeps its socket and starts it again; the site itself is the child of this child."""
        keeper = ["tests.drills.kept_socket", str(self.port), sys.executable, "-m"]
        return self._await_site(self._started("web", *keeper, *_GUNICORN))

    def _await_site(self, site: Child) -> Child:
        until(lambda: answers(self.port), seconds=60, what="site answers", more=site.last_words)
        return site

    def _started(self, name: str, *arguments: str, cwd: Path = ROOT) -> Child:
        log = self.var_dir / "log" / f"{name}.log"
        argv = [sys.executable, "-m", *arguments]
        # Nothing of it is kept: no politeness at the end.
        child = Child(name, argv, log, self.environment, cwd=cwd, stop_signal=signal.SIGKILL)
        self._stack.callback(child.stop)
        child.start()
        return child

    def kill_broker(self, *, and_empty: bool = False) -> None:
        kill(self.broker)
        if and_empty:
            shutil.rmtree(self.var_dir / "broker")
            (self.var_dir / "broker").mkdir()

    def start_broker(self) -> None:
        """On the same address, as a supervisor does."""
        self.broker.start()


@contextlib.contextmanager
def installation(var_dir: Path) -> Iterator[Installation]:
    with contextlib.ExitStack() as stack:
        yield Installation(var_dir, stack)


def kill(child: Child) -> None:
    """kill -9 of one process; what it had started is left to itself."""
    child.process.kill()
    child.process.wait()


def slots(worker: Child) -> list[psutil.Process]:
    """The processes in which a worker does its work."""
    return psutil.Process(worker.process.pid).children()


def frozen_in_the_middle(report: ProgressReport, worker: Child, *, attempt: int = 1) -> list[psutil.Process]:
    """The processes of the worker, stopped by the kernel while one of them prints this report."""
    until(lambda: is_running(report, attempt), seconds=60, what="report begun", every=0.002)
    processes = slots(worker)
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    for process in processes:
        until(lambda process=process: process.status() == psutil.STATUS_STOPPED, seconds=5, what="frozen", every=0.001)
    assert is_running(report, attempt)
    return processes


def is_running(report: ProgressReport, attempt: int) -> bool:
    report.job.refresh_from_db()
    return (report.job.state, report.job.attempts) == (JobState.RUNNING, attempt)
