"""Celery's entry points: do one job, sweep the forgotten ones, clear lost files."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Task, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import task_postrun, task_prerun
from celery.states import SUCCESS
from django.conf import settings
from django.db import Error

from efc_platform.backstage import operations
from efc_platform.backstage.jobs import RUNNERS, bells_waiting, ring
from efc_platform.backstage.models import Job
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.request_id import as_request

log = logging.getLogger(__name__)
# Bells that may wait in a queue before the sweep adds none.
MANY = 200
_TOO_LONG = "Le travail demandait plus de temps qu’il n’en est accordé."


@shared_task
def run_job(job_id: int) -> None:
    """Does one job if it is still to be done; harmless when rung twice."""
    job = operations.claim(job_id=job_id)
    if job is None:
        return
    try:
        with as_request(job.request_id), operations.kept_lease(job=job):
            RUNNERS[job.kind].run(job)
    except SoftTimeLimitExceeded:
        # The same work would take the same time, from those who wait behind it: a person may ask for it again.
        log.exception("job %s was stopped after %s s", job.pk, settings.JOB_SECONDS)
        operations.give_up(job=job, error=_TOO_LONG)
    except Exception as problem:
        log.exception("job %s, attempt %s", job.pk, job.attempts)
        operations.retry_or_fail(job=job, error=_in_french(problem))


def _in_french(problem: Exception) -> str:
    """What the person reads; the trace is for the log."""
    if isinstance(problem, OperationRefused):
        return problem.message
    return f"Une erreur imprévue est survenue ({type(problem).__name__})."


@shared_task
def sweep_jobs() -> None:
    """Rings again for what the broker lost or a dead worker left; runs every few seconds.

    Also where bells still wait, or what lost its own would wait for as long as others go on asking; but not without
    end, as nobody may be there to hear them. A kind that nobody here knows waits for the release that does, without
    holding up the others.
    """
    waiting = set(Job.objects.due().filter(kind__in=RUNNERS.names).values_list("kind", flat=True).distinct())
    for queue in sorted({RUNNERS[kind].queue for kind in waiting}):
        if (room := MANY - bells_waiting(queue)) > 0:
            _ring_for_the_oldest([kind for kind in waiting if RUNNERS[kind].queue == queue], room)


def _ring_for_the_oldest(kinds: list[str], most: int) -> None:
    due = Job.objects.due().filter(kind__in=kinds).order_by("queued_at")
    for job_id, kind in due.values_list("pk", "kind")[:most]:
        if not ring(job_id, kind):
            return


@shared_task
def clear_orphan_files() -> None:
    operations.drop_orphan_files()


# What the clock asks for, by the name of its code.
_ASKED = {str(entry["task"]): name for name, entry in settings.CELERY_BEAT_SCHEDULE.items()}


@task_prerun.connect
def _note_began(task: Task, **_more: Any) -> None:
    if name := _ASKED.get(task.name):
        with _never_in_the_way():
            operations.note_clock(name=name)


@task_postrun.connect
def _note_ended(task: Task, state: str | None = None, retval: Any = None, **_more: Any) -> None:
    if name := _ASKED.get(task.name):
        with _never_in_the_way():
            problem = type(retval).__name__ if isinstance(retval, BaseException) else ""
            operations.note_clock_end(name=name, problem=problem or ("" if state == SUCCESS else str(state)))


@contextmanager
def _never_in_the_way() -> Iterator[None]:
    """What is noted of a task must not stop it."""
    try:
        yield
    except Error:
        log.exception("the clock's task could not be noted")
