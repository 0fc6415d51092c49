"""A progress report is rendered once, for somebody who still may read it, and leaves nothing behind otherwise."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import Job, JobState, StoredFile
from efc_platform.backstage.tasks import run_job
from structures.models import Accompaniment
from trajectories.models import ProgressReport
from trajectories.operations import request_progress_report
from trajectories.tasks import run_progress_report


@pytest.fixture
def asked(cast) -> ProgressReport:
    today = timezone.localdate()
    return request_progress_report(
        by=cast.practitioner,
        trajectory=cast.trajectory_a,
        period_start=today - timedelta(days=180),
        period_end=today,
    )


def mails() -> list[str]:
    return sorted(Job.objects.filter(kind="mail").values_list("payload__subject", flat=True))


def files(settings) -> int:
    return len([path for path in settings.FILES_DIR.glob("*/*") if path.is_file()])


def test_a_report_is_one_file_and_one_mail(asked, settings):
    run_job(asked.job_id)
    run_job(asked.job_id)
    asked.refresh_from_db()
    assert asked.job.state == JobState.READY
    assert asked.file.read().startswith(b"%PDF")
    assert (files(settings), len(mails())) == (1, 1)


def test_whoever_left_meanwhile_gets_no_report_and_one_mail_that_says_why(asked, settings):
    Accompaniment.objects.update(until=date(2024, 1, 1))
    run_job(asked.job_id)
    asked.refresh_from_db()
    assert (asked.job.state, asked.file) == (JobState.FAILED, None)
    assert asked.job.error == "La personne qui l’a demandé n’a plus accès à cette structure."
    assert (files(settings), len(mails())) == (0, 1)
    assert asked.job.error in Job.objects.get(kind="mail").payload["body"]


def test_an_overtaken_worker_keeps_no_file_and_tells_nobody(asked, settings):
    slow = backstage.claim(job_id=asked.job_id)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    backstage.claim(job_id=asked.job_id)
    run_progress_report.run(slow)
    assert (files(settings), StoredFile.objects.count(), mails()) == (0, 0, [])


def test_a_report_whose_workers_die_is_given_up_with_a_mail(asked):
    for _attempt in range(3):
        backstage.claim(job_id=asked.job_id)
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run_job(asked.job_id)
    asked.job.refresh_from_db()
    assert asked.job.state == JobState.FAILED
    assert asked.job.error in Job.objects.get(kind="mail").payload["body"]
