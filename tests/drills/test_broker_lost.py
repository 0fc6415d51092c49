"""The broker stops, freezes, empties and flaps: pages answer, and every accepted job is done."""

import signal
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import monotonic
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.drills.installation import kill, until
from tests.drills.ledger import ask_for_reports, await_all_finished, check_reports, sent_mails, unfinished
from tests.drills.test_workers_killed import note
from tests.drills.visitor import Visitor
from trajectories.models import ProgressReport

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visitor(drilled, cast) -> Visitor:
    drilled.site()
    return Visitor(drilled.port, cast.practitioner)


@pytest.fixture
def pages(cast) -> list[str]:
    trajectory = [cast.trajectory_a.public_id]
    of_trajectory = [reverse(name, args=trajectory) for name in ("trajectory", "story", "interventions", "reports")]
    return [reverse("home"), reverse("structures"), reverse("readyz"), *of_trajectory]


def ask_by_page(visitor: Visitor, cast, day: int) -> tuple[ProgressReport, float]:
    """A report asked for as a person does, and the seconds the whole took."""
    fields = {"period_start": f"2024-02-{day + 1:02}", "period_end": timezone.localdate().isoformat()}
    began = monotonic()
    address = visitor.send(reverse("reports", args=[cast.trajectory_a.public_id]), fields)
    seconds = monotonic() - began
    return ProgressReport.objects.get(public_id=UUID(address.rstrip("/").split("/")[-1])), seconds


def test_broker_stopped_while_reports_are_asked_for(drilled, visitor, cast, pages):
    worker = drilled.worker(slots=2)
    drilled.clock()
    asked = [ask_by_page(visitor, cast, 0)]
    drilled.kill_broker()
    asked += [ask_by_page(visitor, cast, day) for day in range(1, 20)]
    with ThreadPoolExecutor(8) as visitors:
        assert set(visitors.map(visitor.get, pages * 10)) == {200}
    # The page that shows the form, then the one that takes it, without a broker to ring in.
    assert median(seconds for _report, seconds in asked) < 1
    drilled.start_broker()
    await_all_finished(seconds=60)
    assert worker.is_running
    check_reports([report for report, _seconds in asked], drilled.var_dir)


def test_broker_frozen_while_a_report_is_asked_for(drilled, visitor, cast, pages):
    drilled.worker()
    drilled.clock()
    ask_by_page(visitor, cast, 0)
    await_all_finished(seconds=30)
    drilled.broker.process.send_signal(signal.SIGSTOP)
    _report, seconds = ask_by_page(visitor, cast, 1)
    assert {visitor.get(page) for page in pages} == {200}
    drilled.broker.process.send_signal(signal.SIGCONT)
    assert seconds < 2.5
    await_all_finished(seconds=40)
    check_reports(list(ProgressReport.objects.all()), drilled.var_dir)


def test_broker_killed_and_emptied_with_five_hundred_jobs_waiting(drilled, visitor, cast):
    reports = [ask_by_page(visitor, cast, day)[0] for day in range(10)]
    mails = [note(number) for number in range(490)]
    drilled.kill_broker(and_empty=True)
    assert unfinished() == len(reports) + len(mails) == 500
    drilled.start_broker()
    drilled.worker(slots=2)
    drilled.clock()
    await_all_finished(seconds=120)
    check_reports(reports, drilled.var_dir)
    assert len(sent_mails(drilled.var_dir)) == len(reports) + len(mails)


def test_broker_restarted_five_times_in_a_row_leaves_no_deaf_worker(drilled, visitor, cast):
    drilled.worker()
    drilled.clock()
    for _time in range(5):
        kill(drilled.broker)
        drilled.start_broker()
        until(lambda: drilled.broker.is_running, seconds=2, what="broker runs")
    began = monotonic()
    report, _seconds = ask_by_page(visitor, cast, 0)
    await_all_finished(seconds=30)
    assert monotonic() - began < 30
    check_reports([report], drilled.var_dir)


def test_a_report_nobody_was_told_of_is_found_by_the_sweep(drilled, cast):
    """Committed, and the process died before it rang."""
    reports = ask_for_reports(3, by=cast.practitioner, trajectory=cast.trajectory_a)
    drilled.worker()
    drilled.clock()
    await_all_finished(seconds=60)
    check_reports(reports, drilled.var_dir)
