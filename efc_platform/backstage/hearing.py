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
from django.conf import settings
from kombu.exceptions import OperationalError
from redis import RedisError

log = logging.getLogger(__name__)
# So many times in a row without an answer, and it is deaf.
PATIENCE = 3
# From a polite end to one that asks nobody: a process that hangs hears no signal either. With the default period all of
# it takes a minute at most: forty-five seconds to be sure, fifteen to end.
GRACE_SECONDS = 15.0


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
        while not self._over.wait(settings.HEARING_SECONDS):
            try:
                hearing.check()
            except Exception:
                # Nobody else listens: whatever the broker's client invents, it goes on.
                log.exception("this worker could not make sure that it hears the broker")

    def _end(self) -> None:
        log.critical("this worker is deaf: it ends, and its supervisor starts another")
        os.kill(os.getpid(), signal.SIGTERM)
        if not self._over.wait(GRACE_SECONDS):
            os._exit(1)


def _answers(worker: Any) -> bool:
    """Asked through a connection made for it: one kept from before may have been forgotten on the way, and its silence
    would say nothing of what the worker hears."""
    try:
        with worker.app.connection_for_write() as connection:
            return bool(worker.app.control.ping(destination=[worker.hostname], timeout=5, connection=connection))
    except (OperationalError, OSError, RedisError):
        return True


def _is_reachable(app: Any) -> bool:
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=5)
    except (OperationalError, OSError, RedisError):
        return False
    return True
