"""Asking for a progress report: by whom, over what, once while it is being made, again once it failed."""

import threading
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection
from django.utils import timezone

from efc_platform.backstage.models import Job, JobState
from efc_platform.backstage.tasks import run_job
from efc_platform.shared.errors import OperationRefused
from trajectories.models import ProgressReport
from trajectories.operations import ask_again, request_progress_report

START, END = date(2024, 1, 15), date(2024, 12, 31)


@pytest.fixture
def ask(cast):
    def request(by=None, start=START, end=END) -> ProgressReport:
        return request_progress_report(
            by=by or cast.leader, trajectory=cast.trajectory_a, period_start=start, period_end=end
        )

    return request


def fail(report: ProgressReport) -> None:
    Job.objects.filter(pk=report.job_id).update(
        state=JobState.FAILED, attempts=3, error="Une panne.", finished_at=timezone.now()
    )
    report.job.refresh_from_db()


@pytest.mark.parametrize("name", ["leader", "practitioner"])
def test_report_asked_for_is_a_row_and_its_job(cast, ask, name):
    report = ask(cast.users[name])
    assert (report.period_start, report.period_end, report.requested_by) == (START, END, cast.users[name])
    assert (report.job.kind, report.job.state, report.job.payload) == (
        "progress_report",
        JobState.QUEUED,
        {"report": str(report.public_id)},
    )
    assert (str(report), report.content, report.file) == ("Bilan · Alpha", None, None)


@pytest.mark.parametrize(
    "name", ["coordinator", "other_practitioner", "former_practitioner", "board", "staff", "nobody"]
)
def test_report_is_not_asked_for_by_others(cast, ask, name):
    with pytest.raises(OperationRefused, match="demandent un bilan"):
        ask(cast.users[name])
    assert Job.objects.count() == 0


def test_reports_made_at_once_for_one_person_are_counted_and_not_those_of_others(cast, ask, settings):
    settings.REPORTS_AT_ONCE = 2
    asked = [ask(start=START + timedelta(days=day)) for day in (1, 2)]
    with pytest.raises(OperationRefused, match="2 de vos bilans se préparent déjà"):
        ask(start=START + timedelta(days=3))
    assert ask(start=START + timedelta(days=1)) == asked[0], "the same one again is no other"
    ask(cast.practitioner, start=START + timedelta(days=3))
    fail(asked[0])
    ask(start=START + timedelta(days=3))
    with pytest.raises(OperationRefused, match="2 de vos bilans se préparent déjà"):
        ask_again(by=cast.practitioner, report=asked[0])
    run_job(asked[1].job_id)
    ask_again(by=cast.practitioner, report=asked[0])


def test_period_that_ends_before_it_begins_is_refused(ask):
    with pytest.raises(OperationRefused, match="La fin de la période précède son début") as refusal:
        ask(start=END, end=START)
    assert refusal.value.field == "period_end"
    assert ask(start=START, end=START).pk


def test_period_that_ends_ahead_is_refused(ask):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(OperationRefused, match="finit au plus tard aujourd’hui") as refusal:
        ask(start=tomorrow, end=tomorrow)
    assert refusal.value.field == "period_end"
    assert ask(start=timezone.localdate(), end=timezone.localdate()).pk


def test_period_in_disorder_is_refused_by_the_database_too(ask):
    report = ask()
    with pytest.raises(IntegrityError, match="report_period_is_in_order"):
        ProgressReport.objects.filter(pk=report.pk).update(period_end=START - timedelta(days=1))


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_report_asked_for_again_while_it_is_made_is_that_one(ask, state):
    report = ask()
    Job.objects.update(state=state, lease_until=timezone.now() + timedelta(minutes=1))
    assert ask() == report
    assert (ProgressReport.objects.count(), Job.objects.count()) == (1, 1)


@pytest.mark.parametrize("state", [JobState.READY, JobState.FAILED])
def test_report_asked_for_again_once_it_is_over_is_another(ask, state):
    report = ask()
    Job.objects.update(state=state, finished_at=timezone.now())
    assert ask() != report


def test_another_period_or_another_person_is_another_report(cast, ask):
    reports = {ask(), ask(end=END - timedelta(days=1)), ask(cast.practitioner)}
    assert (len(reports), Job.objects.count()) == (3, 3)


def test_report_asked_for_five_times_at_once_is_one(transactional_cast):
    cast, together = transactional_cast, threading.Barrier(5)
    asked: list[int] = []

    def ask_now() -> None:
        try:
            together.wait(timeout=20)
            report = request_progress_report(
                by=cast.leader, trajectory=cast.trajectory_a, period_start=START, period_end=END
            )
            asked.append(report.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask_now) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert asked == [ProgressReport.objects.get().pk] * 5


def test_report_that_failed_gets_new_attempts_when_asked_again(cast, ask):
    report = ask()
    fail(report)
    ask_again(by=cast.leader, report=report)
    report.job.refresh_from_db()
    assert (report.job.state, report.job.attempts, report.job.error) == (JobState.QUEUED, 0, "")
    run_job(report.job_id)
    report.job.refresh_from_db()
    assert report.job.state == JobState.READY


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.READY])
def test_asking_again_changes_nothing_of_a_report_that_did_not_fail(cast, ask, state):
    report = ask()
    Job.objects.update(state=state, attempts=1)
    ask_again(by=cast.leader, report=report)
    assert list(Job.objects.values_list("state", "attempts")) == [(state, 1)]


@pytest.mark.parametrize("name", ["coordinator", "other_practitioner", "staff", "board", "leader_b", "nobody"])
def test_asking_again_is_refused_to_whoever_may_not_ask(cast, ask, name):
    report = ask()
    fail(report)
    with pytest.raises(OperationRefused, match="demandent un bilan"):
        ask_again(by=cast.users[name], report=report)
    assert Job.objects.get().state == JobState.FAILED


def test_report_is_seen_by_the_direction_and_by_who_accompanies(cast, ask):
    report = ask()
    seen = {name for name, user in cast.users.items() if report in ProgressReport.objects.visible_to(user)}
    assert seen == {"practitioner", "leader", "board"}


def test_file_is_named_after_the_structure_and_the_last_month(cast, ask):
    cast.structure_a.name = "L’Épicerie & Cie : « Rives »"
    assert ask().file_name == "bilan-lepicerie-cie-rives-2024-12.pdf"


def sent() -> list[tuple[list[str], str]]:
    """The mails that leave once their jobs are run."""
    for job in Job.objects.filter(kind="mail").order_by("pk"):
        run_job(job.pk)
    return [(message.to, message.subject) for message in mail.outbox]


def test_report_that_is_ready_is_announced_once_to_whoever_asked(cast, ask, settings):
    report = ask()
    run_job(report.job_id)
    assert sent() == sent() == [(["dirige-a@essai.example"], "Le bilan de Alpha est prêt")]
    body = mail.outbox[0].body
    assert f"{settings.SITE_URL}/bilans/{report.public_id}/" in body
    assert "15\u00a0janvier 2024 au 31\u00a0décembre 2024" in body
    assert mail.outbox[0].attachments == []


def test_second_failure_after_a_new_try_is_worth_a_second_mail(cast, ask):
    report = ask()
    for _time in range(2):
        Job.objects.filter(pk=report.job_id).update(
            state=JobState.RUNNING, attempts=3, lease_until=timezone.now() - timedelta(seconds=1)
        )
        run_job(report.job_id)
        report.job.refresh_from_db()
        ask_again(by=cast.leader, report=report)
    assert [subject for _to, subject in sent()] == ["Le bilan de Alpha n’a pas pu être préparé"] * 2
