"""Which code does which kind of job (higher apps register their runners here), and the doorbell that
calls a worker to it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from celery import current_app
from kombu.exceptions import OperationalError

from efc_platform.backstage.models import Job
from efc_platform.shared.registry import Registry


@dataclass(frozen=True)
class Runner:
    """`label` is what the work is called for whoever watches over the platform; `run` does it and records it
    (calling `finish`); `give_up` tells whom it concerns that it failed; `pauses` are the seconds before each new
    attempt, and so say how many there are."""

    label: str
    queue: str
    run: Callable[[Job], None]
    give_up: Callable[[Job], None]
    pauses: tuple[int, ...] = (10, 20)

    @property
    def max_attempts(self) -> int:
        return len(self.pauses) + 1


log = logging.getLogger(__name__)
RUNNERS: Registry[Runner] = Registry("job runner")


def ring(job_id: int, kind: str) -> bool:
    """Rings for a row, and tells whether the broker took it; when it is away the sweep will find the row."""
    try:
        current_app.send_task("efc_platform.backstage.tasks.run_job", [job_id], queue=RUNNERS[kind].queue)
    except (OperationalError, OSError) as problem:
        log.warning("broker away, job %s waits for the sweep: %s", job_id, problem)
        return False
    return True


def bells_waiting(queue: str) -> int:
    """How many bells no worker has heard yet."""
    with current_app.pool.acquire(block=True) as connection:
        return connection.default_channel.queue_declare(queue=queue).message_count
