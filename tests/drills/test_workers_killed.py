"""Workers are killed, frozen and poisoned: what was accepted is done, once, and the queue keeps moving."""

import signal
from datetime import timedelta

import pytest
from django.db import connection, transaction

from efc_platform.backstage.models import Job, JobState, StoredFile
from efc_platform.backstage.operations import drop_orphan_files
from tests.drills.installation import LEASE_SECONDS, frozen_in_the_middle, kill, slots, until
from tests.drills.ledger import ask_for_reports, await_all_finished, note, sent_mails, settle
from trajectories.operations import ask_again

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN = LEASE_SECONDS + 60
# What shows it at each `make test`, and what `make drills` asks besides.
FEW, MANY = (3, 17), (20, 300)


@pytest.fixture
def ask(cast):
    return lambda number=1: ask_for_reports(number, by=cast.practitioner, trajectory=cast.trajectory_a)


@pytest.mark.fault("D2", "ouvrier tué, bilans et courriels en attente")
@pytest.mark.parametrize(("reports", "mails"), [FEW, pytest.param(*MANY, marks=pytest.mark.drill)])
def test_a_worker_killed_while_work_waits(drilled, ask, toll, reports, mails):
    worker = drilled.worker(slots=2)
    asked = ask(reports)
    noted = [note(number) for number in range(mails)]
    drilled.clock()
    until(
        lambda: Job.objects.filter(state=JobState.READY).count() >= reports,
        seconds=60,
        what="some work done",
    )
    orphans = slots(worker)
    kill(worker)
    for process in orphans:
        process.kill()
    with toll.until_well(within=WITHIN):
        worker.start()
        await_all_finished(seconds=WITHIN)
    settle(toll, drilled.var_dir, reports=asked, notes=noted)


@pytest.mark.fault("D1", "ouvrier figé plus longtemps que son bail, puis réveillé")
@pytest.mark.drill
def test_a_worker_frozen_longer_than_its_lease_records_nothing_when_it_wakes(drilled, ask, toll):
    sleeper = drilled.worker("sleeper")
    [report] = ask()
    drilled.clock()
    frozen = frozen_in_the_middle(report, sleeper)
    drilled.worker("other")
    with toll.until_well(within=WITHIN):
        await_all_finished(seconds=WITHIN)
    for process in frozen:
        process.send_signal(signal.SIGCONT)
    until(lambda: "succeeded" in sleeper.last_words(), seconds=20, what="the sleeper ends its attempt")
    report.job.refresh_from_db()
    assert report.job.attempts == 2
    settle(toll, drilled.var_dir, reports=[report])


@pytest.mark.fault("D3", "ouvrier tué entre le fichier et sa ligne")
def test_a_worker_killed_between_the_file_and_its_row_leaves_an_orphan_that_is_swept(drilled, ask, toll):
    [report] = ask()
    worker = drilled.worker()
    files = drilled.var_dir / "files"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE backstage_storedfile IN SHARE MODE")
        drilled.clock()
        [orphan] = until(lambda: list(files.glob("*/" + "?" * 32)), seconds=30, what="file written", every=0.002)
        for process in slots(worker):
            process.kill()
    with toll.until_well(within=WITHIN):
        await_all_finished(seconds=WITHIN)
    assert StoredFile.objects.count() == 1
    assert orphan.exists()
    drop_orphan_files(older_than=timedelta(0))
    settle(toll, drilled.var_dir, reports=[report])


@pytest.mark.fault("D3", "validé en base, mort avant d’avoir prévenu le courtier")
def test_a_report_nobody_was_told_of_is_found_by_the_sweep(drilled, ask, toll):
    reports = ask(3)
    drilled.worker()
    with toll.until_well(within=60):
        drilled.clock()
        await_all_finished(seconds=60)
    settle(toll, drilled.var_dir, reports=reports)


@pytest.mark.fault("D26", "travail qui tue chacun de ses ouvriers")
def test_a_report_that_kills_each_of_its_workers_is_given_up_and_the_others_go_on(drilled, cast, ask, toll):
    reports = ask(4)
    poison = reports[0]
    printer = drilled.begin_worker("printer", queues="pdf")
    drilled.begin_worker("postman", queues="default,mail")
    drilled.clock()
    drilled.await_worker(printer)
    for attempt in (1, 2, 3):
        for process in frozen_in_the_middle(poison, printer, attempt=attempt):
            process.kill()
    with toll.until_well(within=WITHIN):
        await_all_finished(seconds=WITHIN)
    poison.job.refresh_from_db()
    assert (poison.job.state, poison.job.attempts) == (JobState.FAILED, 3)
    told = [text for text in sent_mails(drilled.var_dir) if poison.get_absolute_url() in text]
    assert len(told) == 1
    assert poison.job.error in " ".join(told[0].split())
    settle(toll, drilled.var_dir, reports=reports[1:])
    check_a_new_try_succeeds(poison, cast)


def check_a_new_try_succeeds(report, cast) -> None:
    ask_again(by=cast.practitioner, report=report)
    await_all_finished(seconds=20)
    report.job.refresh_from_db()
    assert report.job.state == JobState.READY
