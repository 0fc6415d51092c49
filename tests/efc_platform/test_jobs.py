"""A job is done once, by one worker at a time, whatever becomes of the workers."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event
from uuid import uuid4

import pytest
from celery import current_app
from django.conf import settings
from django.core import mail
from django.utils import timezone

from efc_platform.backstage import operations
from efc_platform.backstage.jobs import RUNNERS, Runner, ring
from efc_platform.backstage.mails import PAUSES, post
from efc_platform.backstage.models import Job, JobState, StoredFile
from efc_platform.backstage.tasks import MANY, run_job, sweep_jobs
from efc_platform.shared.errors import OperationRefused
from tests.stored import path_of

KIND = "essay"
# Its own: tests that run beside this one use the same broker.
QUEUE = f"essay-{os.getpid()}"
given_up: list[int] = []
work: list[Callable[[Job], None]] = []


def _run(job: Job) -> None:
    work[-1](job)


def _give_up(job: Job) -> None:
    given_up.append(job.pk)


RUNNERS.register(KIND, Runner(label="Essai", queue=QUEUE, run=_run, give_up=_give_up))


@pytest.fixture(autouse=True)
def nothing_done_yet() -> None:
    given_up.clear()
    work[:] = [lambda job: operations.finish(job=job)]


def queued(**options) -> Job:
    return operations.enqueue(kind=KIND, key=f"essay:{uuid4()}", payload={}, **options)


def refuse(job: Job) -> None:
    raise OperationRefused("Il manque une lecture.")


def lease_ran_out(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    return job


def now_due(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(not_before=None)


def test_a_claimed_job_is_nobody_elses(db):
    job = queued()
    assert operations.claim(job_id=job.pk).attempts == 1
    assert operations.claim(job_id=job.pk) is None


def test_same_key_is_the_same_job(db):
    first, second = (operations.enqueue(kind=KIND, key="essay:same", payload={}) for _ in range(2))
    assert first == second
    assert Job.objects.count() == 1


def test_a_job_rung_twice_is_done_once(db):
    job, done = queued(), []
    work.append(lambda job: (done.append(job.pk), operations.finish(job=job)))
    run_job(job.pk)
    run_job(job.pk)
    assert done == [job.pk]


def test_an_overtaken_worker_no_longer_holds_the_job(db):
    job = queued()
    slow = lease_ran_out(operations.claim(job_id=job.pk))
    successor = operations.claim(job_id=job.pk)
    assert [operations.still_holds(job=slow), operations.still_holds(job=successor)] == [False, True]
    operations.retry_or_fail(job=slow, error="trop tard")
    operations.give_up(job=slow, error="trop tard")
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.RUNNING, 2, "")


def test_a_refused_attempt_is_tried_again_later_then_given_up_once(db):
    job = queued()
    work.append(refuse)
    for _attempt in range(5):
        run_job(job.pk)
        now_due(job)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.FAILED, 3, "Il manque une lecture.")
    assert given_up == [job.pk]


def test_a_new_attempt_waits_a_little(db):
    job = queued()
    work.append(refuse)
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert timedelta(seconds=8) < job.not_before - timezone.now() <= timedelta(seconds=10)
    assert operations.claim(job_id=job.pk) is None


def test_a_job_whose_workers_die_is_given_up_after_three(db):
    job = queued()
    for _attempt in range(3):
        lease_ran_out(operations.claim(job_id=job.pk))
    assert operations.claim(job_id=job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert given_up == [job.pk]


def test_a_fault_in_the_telling_leaves_the_job_failed(db):
    RUNNERS.register("mute essay", MUTE)
    job = operations.enqueue(kind="mute essay", key="mute", payload={})
    operations.give_up(job=operations.claim(job_id=job.pk), error="Rien à faire.")
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Rien à faire.")


def _stumble(job: Job) -> None:
    raise ZeroDivisionError


MUTE = Runner(label="Essai", queue=QUEUE, run=_run, give_up=_stumble)


def test_asking_again_gives_new_attempts_and_is_not_late_at_once(db):
    job = queued()
    operations.give_up(job=operations.claim(job_id=job.pk), error="non")
    Job.objects.filter(pk=job.pk).update(queued_at=timezone.now() - timedelta(hours=1))
    operations.requeue(job=job)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.is_late) == (JobState.QUEUED, 0, False)


@pytest.mark.parametrize(
    ("state", "minutes", "is_late"),
    [
        ({"state": JobState.QUEUED}, 5, True),
        ({"state": JobState.QUEUED}, 0, False),
        ({"state": JobState.QUEUED, "not_before": timedelta(seconds=20)}, 5, False),
        ({"state": JobState.RUNNING, "lease_until": timedelta(seconds=20)}, 5, False),
        ({"state": JobState.RUNNING, "lease_until": timedelta(minutes=-3)}, 5, True),
        ({"state": JobState.READY}, 5, False),
    ],
)
def test_a_job_is_late_once_it_is_due_and_nobody_comes(state, minutes, is_late):
    now = timezone.now()
    moments = {name: now + value if isinstance(value, timedelta) else value for name, value in state.items()}
    assert Job(queued_at=now - timedelta(minutes=minutes), **moments).is_late is is_late


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_the_work_goes_on(settings):
    settings.JOB_LEASE_SECONDS = 0.3
    job = operations.claim(job_id=queued().pk)
    with operations.kept_lease(job=job):
        Event().wait(0.9)
        assert operations.claim(job_id=job.pk) is None


def test_a_mail_is_tried_for_about_a_day():
    assert sum(PAUSES) == pytest.approx(24 * 3600, rel=0.1)


def test_a_mail_leaves_once_under_one_identifier(db):
    job = post(key="once", to="a@essai.example", template="emails/report_failed.txt", context=MAIL_CONTEXT)
    run_job(job.pk)
    run_job(job.pk)
    assert [message.extra_headers["Message-ID"] for message in mail.outbox] == [f"<{job.public_id}@trajectoires-efc>"]


class _Named:
    first_name = name = display_name = "Alpha"


MAIL_CONTEXT = {
    "person": _Named,
    "structure": _Named,
    "period_start": timezone.now().date(),
    "period_end": timezone.now().date(),
    "reason": "Essai.",
    "url": "https://essai.example/",
}


RINGING = """
import time, django
django.setup()
import efc_platform.celery
from efc_platform.backstage.jobs import ring
began = time.monotonic()
print(ring(1, "mail"), time.monotonic() - began)
"""


def seconds_of_a_vain_ring(port: int) -> float:
    """Of a process of its own, with no connection from earlier."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "efc_platform.settings"}
    environment["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
    outcome = subprocess.run(
        [sys.executable, "-c", RINGING], env=environment, cwd=settings.BASE_DIR, capture_output=True, timeout=30
    )
    heard, seconds = outcome.stdout.split()
    assert heard == b"False"
    return float(seconds)


def test_a_stopped_broker_costs_less_than_a_second():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert seconds_of_a_vain_ring(port) < 1


def test_a_frozen_broker_does_not_hold_the_page():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert seconds_of_a_vain_ring(silent.getsockname()[1]) < 2


@pytest.fixture
def bells() -> Iterator[Callable[[], int]]:
    """How many bells wait in the broker for this test's kind."""
    with current_app.connection_for_write() as connection:
        client = connection.default_channel.client
        client.delete(QUEUE)
        yield lambda: client.llen(QUEUE)
        client.delete(QUEUE)


def test_the_sweep_rings_for_what_is_due_and_skips_a_kind_nobody_knows(db, bells):
    Job.objects.create(kind="of a later release", key="later")
    queued(not_before=timezone.now() + timedelta(hours=1))
    queued()
    lease_ran_out(operations.claim(job_id=queued().pk))
    operations.claim(job_id=queued().pk)
    sweep_jobs()
    assert bells() == 2


def test_what_lost_its_bell_is_rung_for_although_others_wait(db, bells):
    forgotten = queued()
    for _later in range(MANY - 1):
        ring(forgotten.pk + 1, KIND)
    lease_ran_out(operations.claim(job_id=forgotten.pk))
    sweep_jobs()
    assert bells() == MANY


def test_the_sweep_adds_no_bell_where_nobody_hears_them(db, bells):
    queued()
    for _waiting in range(MANY):
        ring(1, KIND)
    sweep_jobs()
    assert bells() == MANY


def stored(content: bytes = b"%PDF") -> StoredFile:
    return operations.store_file(name="bilan.pdf", content_type="application/pdf", content=content)


def test_a_stored_file_is_whole_and_leaves_no_draft(db, settings):
    kept = stored()
    assert kept.read() == b"%PDF"
    assert [path for path in settings.FILES_DIR.glob("*/*") if path.is_file()] == [path_of(kept)]


def test_files_that_no_row_names_are_taken_away_once_they_are_old(db, settings):
    kept, lost, recent = stored(), stored(), stored()
    draft = path_of(lost).with_suffix(".part")
    foreign = path_of(kept).with_name("README")
    for path in (draft, foreign):
        path.write_bytes(b"")
    StoredFile.objects.exclude(pk=kept.pk).delete()
    for path in (path_of(kept), path_of(lost), draft, foreign):
        os.utime(path, (0, 0))
    operations.drop_orphan_files()
    assert set(settings.FILES_DIR.glob("*/*")) == {path_of(kept), path_of(recent), foreign}
