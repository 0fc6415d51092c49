"""A worker that no longer hears the broker, though the broker is there, ends so that its supervisor starts another.

Seen with Celery after the broker came back: the process lives, is connected, and takes nothing (celery issues 8030,
8091, 10205). The work itself is safe in PostgreSQL; what is lost without this is the time until somebody notices.
"""

import logging
import os
import signal
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from celery import bootsteps
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
# Asked this often; this many times in a row without an answer, and it is deaf.
EVERY_SECONDS, PATIENCE = 30.0, 3
# From a polite end to one that asks nobody: a process that hangs hears no signal either.
GRACE_SECONDS = 60.0


class Hearing:
    """`answers`: whether the worker hears what it tells itself through the broker; `is_reachable`: whether the broker
    is there at all. A broker that is away is no deafness: the worker waits for it, and so does the work."""

    def __init__(self, answers: Callable[[], bool], is_reachable: Callable[[], bool], end: Callable[[], None]) -> None:
        self._answers, self._is_reachable, self._end = answers, is_reachable, end
        self._missed = 0

    def check(self) -> None:
        if not self._is_reachable() or self._answers():
            self._missed = 0
            return
        self._missed += 1
        log.warning("this worker did not hear itself through the broker, %s of %s", self._missed, PATIENCE)
        if self._missed >= PATIENCE:
            self._end()


class HearingStep(bootsteps.StartStopStep):
    """Listens for as long as the worker runs."""

    # Before the consumer, whose start lasts as long as the worker. To require it would close a circle, as it comes
    # last of all: Celery then starts one of the two, at random.
    requires = {"celery.worker.components:Pool"}

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._over = Event()

    def start(self, worker: Any) -> None:
        Thread(target=self._listen, args=(worker,), name="hearing", daemon=True).start()

    def stop(self, worker: Any) -> None:
        self._over.set()

    terminate = stop

    def _listen(self, worker: Any) -> None:
        hearing = Hearing(lambda: _answers(worker), lambda: _is_reachable(worker.app), self._end)
        while not self._over.wait(EVERY_SECONDS):
            hearing.check()

    def _end(self) -> None:
        log.critical("this worker is deaf: it ends, and its supervisor starts another")
        os.kill(os.getpid(), signal.SIGTERM)
        if not self._over.wait(GRACE_SECONDS):
            os._exit(1)


def _answers(worker: Any) -> bool:
    try:
        return bool(worker.app.control.ping(destination=[worker.hostname], timeout=5))
    except (OperationalError, OSError):
        return True


def _is_reachable(app: Any) -> bool:
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
    except (OperationalError, OSError):
        return False
    return True
