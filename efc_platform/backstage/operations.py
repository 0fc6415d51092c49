"""Writes on jobs and stored files: claim, keep, finish, give up, store a file."""

import contextlib
import errno
import hashlib
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from efc_platform.backstage.jobs import RUNNERS, ring
from efc_platform.backstage.models import ClockTask, Job, JobState, KeptBackup, StoredFile
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.files import stored_files
from efc_platform.shared.request_id import request_id

log = logging.getLogger(__name__)
FEW_ORPHANS = 50


def enqueue(*, kind: str, key: str, payload: dict[str, Any], not_before=None) -> Job:
    """Writes down a piece of work and rings for it once the transaction holds.

    The key names what is produced: asking twice for the same gives the same job. A broker that does
    not answer costs nothing: the sweep finds the row.
    """
    job, created = Job.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "payload": payload, "not_before": not_before, "request_id": request_id()},
    )
    if created:
        ring_for(job)
    return job


def ring_for(job: Job) -> None:
    """Tells the workers, after commit, that a row waits; a deaf broker is no error."""
    transaction.on_commit(lambda: ring(job.pk, job.kind), robust=True)


def claim(*, job_id: int) -> Job | None:
    """Takes a due job under a lease, for one worker only; None when another holds it or it is over.

    A job whose worker died at each attempt is given up: a poisoned one must not loop for ever.
    """
    with transaction.atomic():
        job = Job.objects.due().select_for_update(skip_locked=True).filter(pk=job_id).first()
        if job is None:
            return None
        if job.attempts >= RUNNERS[job.kind].max_attempts:
            _fail(job, error=job.error or "Le travail s’est interrompu à chaque essai, sans aboutir.")
            return None
        job.state, job.attempts, job.lease_until = JobState.RUNNING, job.attempts + 1, _end_of_lease()
        job.save(update_fields=["state", "attempts", "lease_until"])
        return job


def _end_of_lease() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


@contextlib.contextmanager
def kept_lease(*, job: Job) -> Iterator[None]:
    """Renews the lease for as long as the block runs: it runs out for a dead worker, never for a slow one."""
    over = Event()
    renewal = Thread(target=_renew_lease, args=(job, over), daemon=True)
    renewal.start()
    try:
        yield
    finally:
        over.set()
        renewal.join()


def _renew_lease(job: Job, over: Event) -> None:
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    while not over.wait(settings.JOB_LEASE_SECONDS / 3):
        try:
            held.update(lease_until=_end_of_lease())
        except Error:
            # The next renewal opens another.
            connection.close()
    connection.close()


def tell_progress(*, job: Job, done: int, total: int) -> None:
    """So much of the work is done. Written beside the transaction that does it, for whoever waits to see it move."""
    beside = connection.copy()
    try:
        with beside.cursor() as cursor:
            cursor.execute(
                "UPDATE backstage_job SET progress = %s WHERE id = %s", [100 * done // max(total, 1), job.pk]
            )
    finally:
        beside.close()


def still_holds(*, job: Job) -> bool:
    """Locks the row and tells whether this attempt still owns it; called inside the transaction that
    records the result, so that a worker overtaken by another writes nothing."""
    owned = Job.objects.select_for_update().filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    return owned.exists()


def finish(*, job: Job) -> None:
    """The result is recorded: the job is ready. Called in the transaction that wrote the result."""
    _close(job, JobState.READY, error="")


def retry_or_fail(*, job: Job, error: str) -> None:
    """After an attempt that raised: back to the queue a little later, or failed for good."""
    runner = RUNNERS[job.kind]
    with transaction.atomic():
        if not still_holds(job=job):
            return
        if job.attempts >= runner.max_attempts:
            _fail(job, error=error)
            return
        job.state, job.error, job.lease_until = JobState.QUEUED, error, None
        job.not_before = timezone.now() + timedelta(seconds=runner.pauses[job.attempts - 1])
        job.save(update_fields=["state", "error", "lease_until", "not_before"])


def give_up(*, job: Job, error: str) -> None:
    """No further attempt would help: the job has failed, with the reason the person reads."""
    with transaction.atomic():
        if still_holds(job=job):
            _fail(job, error=error)


def requeue(*, job: Job) -> None:
    """A person asks again for what failed: as many new attempts, waiting since now."""
    requeued = Job.objects.filter(pk=job.pk, state=JobState.FAILED)
    if requeued.update(
        state=JobState.QUEUED,
        attempts=0,
        error="",
        lease_until=None,
        not_before=None,
        queued_at=timezone.now(),
        finished_at=None,
    ):
        ring_for(job)


def _fail(job: Job, *, error: str) -> None:
    """Failed, and whom it concerns is told, in one transaction: neither happens without the other."""
    _close(job, JobState.FAILED, error=error)
    try:
        with transaction.atomic():
            RUNNERS[job.kind].give_up(job)
    except Exception:
        # A fault in the telling must not give the job back to the queue for ever.
        log.exception("job %s failed and nobody could be told", job.pk)


def _close(job: Job, state: JobState, *, error: str) -> None:
    job.state, job.error, job.lease_until, job.finished_at = state, error, None, timezone.now()
    job.save(update_fields=["state", "error", "lease_until", "finished_at"])


def note_clock(*, name: str) -> None:
    """The clock asked, and a worker began."""
    ClockTask.objects.update_or_create(
        name=name, defaults={"began_at": timezone.now(), "ended_at": None, "problem": ""}
    )


def note_clock_end(*, name: str, problem: str = "") -> None:
    """It ended, well unless a problem is named."""
    ClockTask.objects.filter(name=name).update(ended_at=timezone.now(), problem=problem[:80])


def note_backups(*, found: Iterable[KeptBackup]) -> None:
    """What the store of backups holds now, in place of what it held: pages never wait for a store."""
    with transaction.atomic():
        KeptBackup.objects.all().delete()
        KeptBackup.objects.bulk_create(found)


def store_file(*, name: str, content_type: str, content: bytes) -> StoredFile:
    """Writes the bytes, and once they are kept for good records the row: a crash leaves at worst a file without a
    row, never a row without its file.

    OperationRefused when their place takes them not: a disk that is full, read-only, closed to this account, a bucket
    that does not answer.
    """
    stored = StoredFile(
        name=name, content_type=content_type, size=len(content), digest=hashlib.sha256(content).hexdigest()
    )
    try:
        stored_files().write(stored.place, content)
    except OSError as problem:
        log.exception("a file of %s bytes could not be written", len(content))
        raise OperationRefused(_why_unwritten(problem)) from problem
    stored.save()
    return stored


def _why_unwritten(problem: OSError) -> str:
    """What the person reads; which folder, and what the system says of it, is for the log."""
    what = "n’a plus de place pour" if problem.errno in {errno.ENOSPC, errno.EDQUOT} else "n’arrive pas à"
    return (
        f"Le serveur {what} garder ce fichier\u00a0: ce n’est pas de votre fait. Réessayez plus tard\u00a0; si "
        "cela dure, prévenez la coordination."
    )


def drop_file(*, file: StoredFile) -> None:
    """Forgets a file: its row now, its bytes once the transaction holds; those that would not go are taken
    away by the next `drop_orphan_files`. Called when no row points at it any more."""
    place = file.place
    file.delete()
    transaction.on_commit(lambda: stored_files().delete(place), robust=True)


def drop_orphan_files(*, older_than: timedelta = timedelta(days=7)) -> None:
    """Takes away what crashes left: files that no row names. Recent ones may still be on their way to a row.

    Crashes leave few. Where many are, the database is not that of these files (an older one, another site's): nothing
    is erased, and the log says so.
    """
    kept, orphans, known = stored_files(), list[str](), 0
    for names in kept.older_than(timezone.now() - older_than):
        bare = {name: Path(name).stem for name in names}
        found = StoredFile.objects.filter(public_id__in=bare.values()).values_list("public_id", flat=True)
        of_rows = {public_id.hex for public_id in found}
        known += len(of_rows)
        # A draft that nobody finished is no file, even of a row.
        orphans += [name for name in names if name.endswith(".part") or bare[name] not in of_rows]
    if len(orphans) > max(FEW_ORPHANS, known // 10):
        log.error(
            "%s files that no row names, for %s that rows do: is this their database? none erased", len(orphans), known
        )
        return
    for name in orphans:
        kept.delete(name)
