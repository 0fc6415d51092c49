"""A report is asked for, its worker is killed in the middle of printing it, and it arrives all the same, once."""

import pytest

from efc_platform.celery import GIVES_WAY
from tests.drills.fixtures import drilled
from tests.drills.installation import LEASE_SECONDS, frozen_in_the_middle, slots
from tests.drills.ledger import ask_for_reports, await_all_finished, settle

__all__ = ["drilled"]


@pytest.mark.fault("D1", "ouvrier tué au milieu d’un bilan")
@pytest.mark.django_db(transaction=True)
def test_a_report_whose_worker_is_killed_is_finished_by_another_once(drilled, cast, toll):
    worker = drilled.worker()
    [report] = ask_for_reports(1, by=cast.practitioner, trajectory=cast.trajectory_a)
    drilled.clock()
    assert {process.nice() for process in slots(worker)} == {GIVES_WAY}
    for process in frozen_in_the_middle(report, worker):
        process.kill()
    with toll.until_well(within=LEASE_SECONDS + 60):
        await_all_finished(seconds=LEASE_SECONDS + 60)
    report.job.refresh_from_db()
    assert report.job.attempts == 2
    settle(toll, drilled.var_dir, reports=[report])
