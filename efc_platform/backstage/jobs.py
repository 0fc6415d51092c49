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
    """`run` does the work and records it (calling `finish`); `give_up` tells whom it concerns that it failed."""

    queue: str
    run: Callable[[Job], None]
    give_up: Callable[[Job], None]


log = logging.getLogger(__name__)
RUNNERS: Registry[Runner] = Registry("job runner")


def ring(job_id: int, kind: str) -> None:
    """Rings for a row; when the broker is away the sweep will find it."""
    try:
        current_app.send_task("efc_platform.backstage.tasks.run_job", [job_id], queue=RUNNERS[kind].queue)
    except (OperationalError, OSError) as problem:
        log.warning("broker away, job %s waits for the sweep: %s", job_id, problem)
