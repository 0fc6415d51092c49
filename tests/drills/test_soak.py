"""Many reports by one worker: its memory does not creep up, and its processes are renewed as the settings say."""

import os

import psutil
import pytest
from django.conf import settings

from efc_platform.backstage.models import JobState, StoredFile
from tests.drills.installation import slots, until
from tests.drills.ledger import ask_for_reports
from trajectories.models import ProgressReport

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
RENDERS = int(os.environ.get("DRILL_RENDERS", "60"))
AFTER = 50


class Sizes:
    """The resident memory of the process that prints, after so many reports were ready."""

    def __init__(self, worker) -> None:
        self._worker = worker
        self.after: dict[int, float] = {}
        self.processes: set[int] = set()

    def all_ready(self) -> bool:
        ready = ProgressReport.objects.filter(job__state=JobState.READY).count()
        for process in slots(self._worker):
            try:
                self.after[ready] = max(self.after.get(ready, 0), process.memory_info().rss / 1e6)
            except psutil.NoSuchProcess:
                continue
            self.processes.add(process.pid)
        return ready == RENDERS


@pytest.mark.fault("D17", f"{RENDERS} bilans par un seul ouvrier")
def test_memory_of_a_worker_that_prints_and_prints(drilled, cast, toll):
    reports = ask_for_reports(RENDERS, by=cast.practitioner, trajectory=cast.trajectory_a)
    worker = drilled.worker(queues="default,pdf")
    sizes = Sizes(worker)
    drilled.clock()
    until(sizes.all_ready, seconds=60 + 5 * RENDERS, what="all printed", every=0.2, more=lambda: str(sizes.after))
    at_fifty = max(size for ready, size in sizes.after.items() if ready <= AFTER)
    later = max((size for ready, size in sizes.after.items() if ready > AFTER), default=at_fifty)
    print(
        f"\n{RENDERS} renders: {at_fifty:.0f} MB until {AFTER}, {later:.0f} MB after; processes: {len(sizes.processes)}"
    )
    assert later <= 1.3 * at_fifty
    # Reports are not its only tasks: the sweep and what the clock asks for count too.
    assert len(sizes.processes) >= 1 + RENDERS // settings.CELERY_WORKER_MAX_TASKS_PER_CHILD
    ready = ProgressReport.objects.filter(pk__in=[one.pk for one in reports], job__state=JobState.READY)
    toll.settle(accepted=RENDERS, lost=RENDERS - ready.count(), doubled=StoredFile.objects.count() - RENDERS)
