"""Writes on jobs and stored files: claim, finish, give up, keep a file."""

import hashlib
import os
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from efc_platform.backstage.jobs import ring
from efc_platform.backstage.models import Job, JobState, StoredFile


def enqueue(*, kind: str, key: str, payload: dict[str, Any], not_before=None) -> Job:
    """Writes down a piece of work and rings for it once the transaction holds.

    The key names what is produced: asking twice for the same gives the same job. A broker that does
    not answer costs nothing: the sweep finds the row.
    """
    job, created = Job.objects.get_or_create(
        key=key, defaults={"kind": kind, "payload": payload, "not_before": not_before}
    )
    if created:
        ring_for(job)
    return job


def ring_for(job: Job) -> None:
    """Tells the workers, after commit, that a row waits; a deaf broker is no error."""
    transaction.on_commit(lambda: ring(job.pk, job.kind), robust=True)


def claim(*, job_id: int) -> Job | None:
    """Takes a due job under a lease, for one worker only; None when another holds it or it is done.

    A job whose worker died three times is given up: a poisoned one must not loop for ever.
    """
    with transaction.atomic():
        job = Job.objects.due().select_for_update(skip_locked=True).filter(pk=job_id).first()
        if job is None:
            return None
        if job.attempts >= Job.MAX_ATTEMPTS:
            _close(job, JobState.FAILED, error=job.error or "Le traitement s’est arrêté trois fois sans aboutir.")
            return job
        job.state, job.attempts = JobState.RUNNING, job.attempts + 1
        job.lease_until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        job.save(update_fields=["state", "attempts", "lease_until"])
        return job


def still_holds(*, job: Job) -> bool:
    """Locks the row and tells whether this attempt still owns it; called inside the transaction that
    records the result, so that a worker overtaken by another writes nothing."""
    owned = Job.objects.select_for_update().filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    return owned.exists()


def finish(*, job: Job) -> None:
    """The result is recorded: the job is ready. Called in the transaction that wrote the result."""
    _close(job, JobState.READY, error="")


def retry_or_fail(*, job: Job, error: str) -> bool:
    """After an attempt that raised: back to the queue a little later, or failed for good (True)."""
    with transaction.atomic():
        if not still_holds(job=job):
            return False
        if job.attempts >= Job.MAX_ATTEMPTS:
            _close(job, JobState.FAILED, error=error)
            return True
        job.state, job.error, job.lease_until = JobState.QUEUED, error, None
        job.not_before = timezone.now() + timedelta(seconds=10 * job.attempts)
        job.save(update_fields=["state", "error", "lease_until", "not_before"])
        return False


def give_up(*, job: Job, error: str) -> None:
    """No further attempt would help: the job has failed, with the reason the person reads."""
    with transaction.atomic():
        if still_holds(job=job):
            _close(job, JobState.FAILED, error=error)


def requeue(*, job: Job) -> None:
    """A person asks again for what failed: three new attempts."""
    requeued = Job.objects.filter(pk=job.pk, state=JobState.FAILED)
    if requeued.update(
        state=JobState.QUEUED, attempts=0, error="", lease_until=None, not_before=None, finished_at=None
    ):
        ring_for(job)


def _close(job: Job, state: JobState, *, error: str) -> None:
    job.state, job.error, job.lease_until, job.finished_at = state, error, None, timezone.now()
    job.save(update_fields=["state", "error", "lease_until", "finished_at"])


def store_file(*, name: str, content_type: str, content: bytes) -> StoredFile:
    """Writes the bytes to a temporary name, makes them durable, renames, then records the row: a crash
    leaves at worst a file without a row, never a row without its file."""
    stored = StoredFile(
        name=name, content_type=content_type, size=len(content), digest=hashlib.sha256(content).hexdigest()
    )
    path = stored.path
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    temporary.rename(path)
    stored.save()
    return stored


def drop_file(*, stored: StoredFile) -> None:
    """Takes a file away, row first: nobody is left holding a name that leads nowhere."""
    path = stored.path
    stored.delete()
    path.unlink(missing_ok=True)
