"""What workers and the clock do of the community: count what was read in an exercise, close those that are over, look
at each quarter."""

from celery import shared_task

from community import operations
from community.operations.calibration import COUNTING
from efc_platform.backstage.jobs import RUNNERS, Runner
from efc_platform.backstage.models import Job


def _count(job: Job) -> None:
    operations.count_calibration(job=job)


def _give_up(job: Job) -> None:
    """The page of the exercise says so, and lets coordination ask again."""


run_counting = Runner(label="Compte d’un accordage", queue="pdf", run=_count, give_up=_give_up)


def register() -> None:
    RUNNERS.register(COUNTING, run_counting)


@shared_task
def close_due_calibrations() -> int:
    """Each night, those whose last day is past."""
    return operations.close_due_calibrations()


# Every trajectory of the network is read again, once a quarter: it is allowed more than a page or a report.
@shared_task(time_limit=3600, soft_time_limit=3500)
def look_at_the_quarter() -> None:
    """Each night; the first of a quarter does the work, the others find it done."""
    operations.look_at_the_quarter()
