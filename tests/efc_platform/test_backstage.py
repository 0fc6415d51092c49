"""Durable work seen whole: two workers at once, three failures and a mail, a mail server that is away."""

import hashlib
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as django_settings
from django.core import mail
from django.db import IntegrityError, connection
from django.utils import timezone
from kombu import pools

from efc_platform.backstage import operations
from efc_platform.backstage.jobs import RUNNERS, Runner, ring
from efc_platform.backstage.mails import PAUSES, post
from efc_platform.backstage.models import TRANSITIONS, Job, JobState, StoredFile
from efc_platform.backstage.tasks import run_job, sweep_jobs
from efc_platform.shared.errors import OperationRefused
from tests.stored import path_of
from trajectories.models import ProgressReport
from trajectories.operations import request_progress_report

MAIL = {"to": "a@essai.example", "subject": "Bonjour", "body": "Un mot.\n"}


def enqueue(kind: str = "mail", payload: dict | None = None, **options) -> Job:
    return operations.enqueue(kind=kind, key=f"essai:{uuid.uuid4()}", payload=payload or MAIL, **options)


def come_due(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(not_before=None)


@pytest.mark.django_db(transaction=True)
def test_job_rung_to_eight_workers_at_once_is_taken_by_one():
    job, together = enqueue(), threading.Barrier(8)
    taken: list[bool] = []

    def work() -> None:
        try:
            together.wait(timeout=20)
            taken.append(operations.claim(job_id=job.pk) is not None)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert sorted(taken) == [False] * 7 + [True]
    assert Job.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
def test_job_enqueued_eight_times_at_once_under_one_key_is_one():
    together = threading.Barrier(8)
    made: list[int] = []

    def ask() -> None:
        try:
            together.wait(timeout=20)
            made.append(operations.enqueue(kind="mail", key="essai:même", payload=MAIL).pk)
        finally:
            connection.close()

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(timeout=30)
    assert made == [Job.objects.get().pk] * 8


def test_job_asked_for_again_keeps_its_first_words(db):
    first = operations.enqueue(kind="mail", key="essai:une", payload=MAIL)
    again = operations.enqueue(kind="mail", key="essai:une", payload=MAIL | {"body": "Autre."})
    assert (again.pk, again.payload) == (first.pk, MAIL)


def test_job_rings_once_the_transaction_holds_and_not_before(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as bells:
        enqueue()
        assert bells == []
    assert len(bells) == 1


def test_running_job_has_a_lease_in_the_database_too(db):
    with pytest.raises(IntegrityError, match="running_job_has_a_lease"):
        Job.objects.filter(pk=enqueue().pk).update(state=JobState.RUNNING)


def test_job_goes_only_where_the_table_says(db):
    job = enqueue()
    states = [JobState.QUEUED]
    for step in (
        lambda: operations.claim(job_id=job.pk),
        lambda: operations.retry_or_fail(job=job, error="non"),
        lambda: come_due(job),
        lambda: operations.claim(job_id=job.pk),
        lambda: operations.give_up(job=job, error="non"),
        lambda: operations.requeue(job=job),
        lambda: operations.claim(job_id=job.pk),
        lambda: operations.finish(job=job),
        lambda: operations.requeue(job=job),
        lambda: operations.claim(job_id=job.pk),
    ):
        step()
        job.refresh_from_db()
        states.append(JobState(job.state))
    moves = {(before, after) for before, after in pairwise(states) if before != after}
    assert moves == {(before, after) for before, ways in TRANSITIONS.items() for after in ways}
    assert (str(job), job.is_finished) == ("mail · prêt", True)


def test_third_failure_of_a_report_is_told_by_one_mail(cast):
    day = timezone.localdate()
    report = request_progress_report(by=cast.leader, trajectory=cast.trajectory_a, period_start=day, period_end=day)
    # What a full disk does: the folder of the files cannot be made.
    django_settings.FILES_DIR.parent.joinpath("files").write_bytes(b"")
    for attempt in (1, 2, 3):
        run_job(report.job_id)
        report.job.refresh_from_db()
        assert report.job.attempts == attempt
        come_due(report.job)
    run_job(report.job_id)
    assert report.job.state == JobState.FAILED
    assert report.job.error.startswith("Le serveur n’arrive pas à garder ce fichier")
    for job in Job.objects.filter(kind="mail"):
        run_job(job.pk)
    [message] = mail.outbox
    assert (message.to, message.subject) == (
        ["dirige-a@essai.example"],
        "Le bilan de Alpha n’a pas pu être préparé",
    )
    assert "La raison : Le serveur n’arrive pas à garder ce fichier" in " ".join(message.body.split())


def test_mail_is_written_with_what_it_announces_and_leaves_once(db):
    for _time in range(2):
        job = post(key="un", to="a@essai.example", template="account/email/password_changed.txt", context={})
    run_job(job.pk)
    run_job(job.pk)
    [message] = mail.outbox
    assert (message.to, message.subject, message.body) == (
        ["a@essai.example"],
        job.payload["subject"],
        job.payload["body"],
    )
    assert Job.objects.get().state == JobState.READY


def test_mail_waits_while_its_server_is_away_and_leaves_when_it_is_back(db, settings):
    job = enqueue()
    away = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (
        JobState.QUEUED,
        1,
        "Une erreur imprévue est survenue (ConnectionRefusedError).",
    )
    settings.EMAIL_BACKEND = away
    come_due(job)
    run_job(job.pk)
    assert [message.subject for message in mail.outbox] == ["Bonjour"]


def test_mail_that_nobody_could_take_stays_as_a_failed_row(db):
    job = enqueue()
    Job.objects.update(
        state=JobState.RUNNING, attempts=len(PAUSES) + 1, lease_until=timezone.now() - timedelta(seconds=1)
    )
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "Le travail s’est interrompu à chaque essai, sans aboutir.")
    assert (Job.objects.count(), mail.outbox) == (1, [])


def test_stored_file_is_recognised_by_its_digest_and_its_name_gives_nothing_away(db, settings):
    kept = operations.store_file(name="bilan.pdf", content_type="application/pdf", content=b"%PDF-1.7")
    assert (kept.size, kept.digest) == (8, hashlib.sha256(b"%PDF-1.7").hexdigest())
    assert path_of(kept) == settings.FILES_DIR / kept.public_id.hex[:2] / kept.public_id.hex


@pytest.fixture
def broker_away() -> Iterator[None]:
    """The broker's address answers nothing; the connections opened before are forgotten, then and after."""
    app, address = current_app._get_current_object(), current_app.conf.broker_url
    for broker in ("redis://127.0.0.1:1/0", address):
        app.conf.broker_url = broker
        app._pool = app.amqp._producer_pool = None
        pools.reset()
        if broker != address:
            yield


def test_page_answers_and_the_job_waits_while_the_broker_is_away(
    broker_away, cast, signed_in, django_capture_on_commit_callbacks
):
    period = {"period_start": "2024-01-15", "period_end": "2024-12-31"}
    with django_capture_on_commit_callbacks(execute=True) as bells:
        answer = signed_in(cast.leader).post(f"{cast.trajectory_a.get_absolute_url()}bilans/", period)
    report = ProgressReport.objects.get()
    assert (answer.status_code, answer.url, len(bells)) == (302, report.get_absolute_url(), 1)
    assert report.job.state == JobState.QUEUED
    assert list(Job.objects.due()) == [report.job]
    assert not ring(report.job_id, report.job.kind)


def test_work_that_takes_too_long_is_not_begun_again_and_says_so_to_whoever_waits(db):
    told = []

    def overrun(job: Job) -> None:
        raise SoftTimeLimitExceeded

    RUNNERS.register("essai trop long", Runner(label="Essai", queue="default", run=overrun, give_up=told.append))
    job = enqueue("essai trop long")
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (
        JobState.FAILED,
        "Le travail demandait plus de temps qu’il n’en est accordé.",
    )
    assert told == [job]


@pytest.fixture
def folder_that_is_a_file(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "pris"
    settings.FILES_DIR.touch()
    yield
    settings.FILES_DIR.unlink()


def test_file_that_the_disk_does_not_take_is_refused_in_words(db, folder_that_is_a_file):
    with pytest.raises(OperationRefused, match="n’arrive pas à garder ce fichier"):
        operations.store_file(name="a.pdf", content_type="application/pdf", content=b"%PDF")
    assert StoredFile.objects.count() == 0


def test_file_that_may_not_be_erased_stops_nobody(transactional_db):
    """Its row is gone all the same; a folder in its place is what no disk unlinks."""
    stored = operations.store_file(name="a.pdf", content_type="application/pdf", content=b"%PDF")
    path_of(stored).unlink()
    path_of(stored).mkdir()
    operations.drop_file(file=stored)
    assert StoredFile.objects.count() == 0


def cut_other_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def await_renewal(job: Job) -> None:
    """Until the lease ends later than it did; pytest's own limit ends a vain wait."""
    before = Job.objects.get(pk=job.pk).lease_until
    deadline = timezone.now() + timedelta(seconds=20)
    while Job.objects.get(pk=job.pk).lease_until <= before:
        assert timezone.now() < deadline
        threading.Event().wait(0.02)


@pytest.mark.django_db(transaction=True)
def test_lease_is_renewed_again_after_its_connection_was_cut(settings):
    settings.JOB_LEASE_SECONDS = 0.6
    job = operations.claim(job_id=enqueue().pk)
    with operations.kept_lease(job=job):
        await_renewal(job)
        cut_other_connections()
        await_renewal(job)


def test_sweep_finds_nothing_where_all_is_done(db, django_assert_num_queries):
    run_job(enqueue().pk)
    with django_assert_num_queries(1):
        sweep_jobs()
