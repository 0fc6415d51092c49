"""Drill D16: texts that no printer ends with are stopped in time and said to have been; the work of others goes on."""

from datetime import date, timedelta

import pytest

from efc_platform.backstage.models import JobState
from tests.drills.fixtures import drilled
from tests.drills.installation import until
from tests.drills.ledger import check_reports, unfinished
from tests.factories.trajectories import InterventionFactory
from trajectories.models import ProgressReport
from trajectories.operations import request_progress_report

__all__ = ["drilled"]
SECONDS = 12
# Told to stop, then killed a third later; a child takes a moment to be replaced.
STOPPED_WITHIN = SECONDS * 4 // 3 + 5
# Tags, which are words like others here, and a number of three hundred digits.
ODD = f"{'<table> <tr> <td> ' * 200}{'9' * 300}<script> {'<!-- ' * 200}"


@pytest.mark.fault("D16", "un texte que l’on ne finit pas d’imprimer")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "hard",
    [
        pytest.param("a" * 1_000_000, id="a word of a million letters"),
        pytest.param("x\n" * 20_000, id="twenty thousand lines", marks=pytest.mark.drill),
    ],
)
def test_text_that_cannot_be_printed_is_stopped_and_the_others_are_ready_before(drilled, cast, toll, hard):
    """Two slots: the one that it holds is given back, in the other nobody notices."""
    by, trajectory = cast.practitioner, cast.trajectory_a
    drilled.settings["JOB_SECONDS"] = str(SECONDS)
    drilled.worker(slots=2)

    def asked(number: int, account: str) -> ProgressReport:
        day = date(2024, 3, 1) + timedelta(days=number)
        share = {"trajectory": trajectory, "account": account}
        InterventionFactory(created_by=by.person, practitioners=[by.person], occurred_on=day, share=share)
        return request_progress_report(by=by, trajectory=trajectory, period_start=day, period_end=day)

    stopped, *usual = [asked(number, text) for number, text in enumerate((hard, "Un atelier.", ODD))]
    drilled.clock()
    until(lambda: state_of(stopped) != JobState.QUEUED, seconds=30, what="it is being printed")
    with toll.until_well(within=STOPPED_WITHIN):
        until(lambda: not unfinished(), seconds=STOPPED_WITHIN, what="all is over")
    stopped.job.refresh_from_db()
    assert (stopped.job.state, stopped.job.attempts) == (JobState.FAILED, 1)
    assert stopped.job.error == "Le travail demandait plus de temps qu’il n’en est accordé."
    ready = [one for one in usual if state_of(one) == JobState.READY]
    # They had the other slot, and did not wait for this one.
    assert min(one.job.finished_at for one in ready) < stopped.job.finished_at
    check_reports(ready, drilled.var_dir)
    toll.settle(accepted=3, lost=len(usual) - len(ready), doubled=0)


def state_of(report: ProgressReport) -> str:
    report.job.refresh_from_db()
    return report.job.state
