"""Workers are killed, frozen and poisoned: what was accepted is done, once, and the queue keeps moving."""

import signal
from datetime import timedelta

import pytest
from django.db import connection, transaction

from efc_platform.backstage.mails import post
from efc_platform.backstage.models import Job, JobState, StoredFile
from efc_platform.backstage.operations import drop_orphan_files
from tests.drills.installation import LEASE_SECONDS, frozen_in_the_middle, kill, slots, until
from tests.drills.ledger import ask_for_reports, await_all_finished, check_reports, sent_mails
from trajectories.operations import ask_again

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ask(cast):
    return lambda number=1: ask_for_reports(number, by=cast.practitioner, trajectory=cast.trajectory_a)


def test_a_worker_killed_with_twenty_reports_and_three_hundred_mails_waiting(drilled, cast, ask):
    worker = drilled.worker(slots=2)
    reports = ask(20)
    mails = [note(number) for number in range(300)]
    drilled.clock()
    until(lambda: Job.objects.filter(state=JobState.READY).count() > 20, seconds=60, what="some work done")
    orphans = slots(worker)
    kill(worker)
    for process in orphans:
        process.kill()
    drilled.await_worker(restarted(worker))
    await_all_finished(seconds=LEASE_SECONDS + 60)
    check_reports(reports, drilled.var_dir)
    assert len(sent_mails(drilled.var_dir)) == len(reports) + len(mails)


def note(number: int) -> Job:
    context = {"body": f"Note {number}", "subject": f"Note {number}"}
    with transaction.atomic():
        return post(key=f"note:{number}", to="a@essai.example", template="emails/layout.txt", context=context)


def restarted(worker):
    worker.start()
    return worker


def test_a_worker_frozen_longer_than_its_lease_records_nothing_when_it_wakes(drilled, ask):
    sleeper = drilled.worker("sleeper")
    [report] = ask()
    drilled.clock()
    frozen = frozen_in_the_middle(report, sleeper)
    drilled.worker("other")
    await_all_finished(seconds=LEASE_SECONDS + 20)
    for process in frozen:
        process.send_signal(signal.SIGCONT)
    until(lambda: "succeeded" in sleeper.last_words(), seconds=20, what="the sleeper ends its attempt")
    report.job.refresh_from_db()
    assert report.job.attempts == 2
    check_reports([report], drilled.var_dir)


def test_a_worker_killed_between_the_file_and_its_row_leaves_an_orphan_that_is_swept(drilled, ask):
    [report] = ask()
    worker = drilled.worker()
    files = drilled.var_dir / "files"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE backstage_storedfile IN SHARE MODE")
        drilled.clock()
        [orphan] = until(lambda: list(files.glob("*/" + "?" * 32)), seconds=30, what="file written", every=0.002)
        for process in slots(worker):
            process.kill()
    await_all_finished(seconds=LEASE_SECONDS + 20)
    assert StoredFile.objects.count() == 1
    assert orphan.exists()
    drop_orphan_files(older_than=timedelta(0))
    check_reports([report], drilled.var_dir)


def test_a_report_that_kills_each_of_its_workers_is_given_up_and_the_others_go_on(drilled, cast, ask):
    reports = ask(4)
    poison = reports[0]
    printer = drilled.worker("printer", queues="pdf")
    drilled.worker("postman", queues="default,mail")
    drilled.clock()
    for attempt in (1, 2, 3):
        for process in frozen_in_the_middle(poison, printer, attempt=attempt):
            process.kill()
    await_all_finished(seconds=LEASE_SECONDS + 20)
    poison.job.refresh_from_db()
    assert (poison.job.state, poison.job.attempts) == (JobState.FAILED, 3)
    check_reports(reports[1:], drilled.var_dir)
    told = [text for text in sent_mails(drilled.var_dir) if poison.get_absolute_url() in text]
    assert len(told) == 1
    assert poison.job.error in " ".join(told[0].split())
    check_a_new_try_succeeds(poison, cast)


def check_a_new_try_succeeds(report, cast) -> None:
    ask_again(by=cast.practitioner, report=report)
    await_all_finished(seconds=20)
    report.job.refresh_from_db()
    assert report.job.state == JobState.READY
