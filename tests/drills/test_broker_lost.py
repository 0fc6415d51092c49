"""The broker stops, freezes, empties and flaps: pages answer, and every accepted job is done."""

import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from statistics import median
from threading import Event, Timer
from time import monotonic
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.drills.installation import LEASE_SECONDS, kill, until
from tests.drills.ledger import await_all_finished, note, settle, unfinished
from tests.drills.proxy import proxy_to
from tests.drills.visitor import Visitor
from trajectories.models import ProgressReport

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN = LEASE_SECONDS + 60


@pytest.fixture
def visitor(drilled, cast) -> Visitor:
    drilled.site()
    return Visitor(drilled.port, cast.practitioner)


@pytest.fixture
def pages(cast) -> list[str]:
    trajectory = [cast.trajectory_a.public_id]
    of_trajectory = [reverse(name, args=trajectory) for name in ("trajectory", "story", "interventions", "reports")]
    return [reverse("home"), reverse("structures"), reverse("readyz"), *of_trajectory]


def ask(visitor: Visitor, cast, day: int) -> tuple[str, float]:
    """A report asked for as a person does: where it is found, and the seconds the whole took."""
    start = date(2024, 2, 1) + timedelta(days=day)
    fields = {"period_start": start.isoformat(), "period_end": timezone.localdate().isoformat()}
    began = monotonic()
    address = visitor.send(reverse("reports", args=[cast.trajectory_a.public_id]), fields)
    return address, monotonic() - began


def found_at(address: str) -> ProgressReport:
    return ProgressReport.objects.get(public_id=UUID(address.rstrip("/").split("/")[-1]))


@pytest.mark.fault("D4", "courtier arrêté pendant que l’on travaille")
@pytest.mark.parametrize(("people", "seconds"), [(3, 1), pytest.param(50, 60, marks=pytest.mark.drill)])
def test_broker_stopped_while_people_work(drilled, visitor, cast, pages, toll, people, seconds):
    """Each of them asks for a report, then goes from page to page until it is back."""
    worker = drilled.worker(slots=2)
    drilled.clock()
    everybody = [visitor, *(Visitor(drilled.port, cast.practitioner) for _other in range(people - 1))]
    drilled.kill_broker()
    # The page that shows the form, then the one that takes it, without a broker to ring in.
    alone = [ask(visitor, cast, day) for day in range(people, people + 3)]
    assert median(seconds for _address, seconds in alone) < 1
    over = Event()

    def work(day: int) -> tuple[str, Counter[int]]:
        address, _seconds = ask(everybody[day], cast, day)
        return address, reads(everybody[day], pages, over)

    with ThreadPoolExecutor(people) as together:
        Timer(seconds, over.set).start()
        done = list(together.map(work, range(people)))
    assert {status for _address, answers in done for status in answers} == {200}
    addresses = [address for address, _more in alone + done]
    with toll.until_well(within=WITHIN):
        drilled.start_broker()
        await_all_finished(seconds=WITHIN + 60)
    assert worker.is_running
    settle(toll, drilled.var_dir, reports=[found_at(address) for address in addresses])


def reads(person: Visitor, pages: list[str], over: Event) -> Counter[int]:
    """What pages answered to somebody who went from one to the next, all of them once at least."""
    answers = Counter(person.get(page) for page in pages)
    while not over.is_set():
        answers.update(person.get(page) for page in pages)
    return answers


@pytest.mark.fault("D4", "courtier figé pendant que l’on demande un bilan")
@pytest.mark.drill
def test_broker_frozen_while_a_report_is_asked_for(drilled, visitor, cast, pages, toll):
    drilled.worker()
    drilled.clock()
    ask(visitor, cast, 0)
    await_all_finished(seconds=30)
    drilled.broker.process.send_signal(signal.SIGSTOP)
    _address, seconds = ask(visitor, cast, 1)
    assert {visitor.get(page) for page in pages} == {200}
    drilled.broker.process.send_signal(signal.SIGCONT)
    assert seconds < 2.5
    with toll.until_well(within=WITHIN):
        await_all_finished(seconds=WITHIN)
    settle(toll, drilled.var_dir, reports=ProgressReport.objects.all())


@pytest.mark.fault("D5", "courtier tué et vidé, travaux en attente")
@pytest.mark.parametrize(("reports", "mails"), [(2, 18), pytest.param(10, 490, marks=pytest.mark.drill)])
def test_broker_killed_and_emptied_while_work_waits(drilled, visitor, cast, toll, reports, mails):
    asked = [found_at(ask(visitor, cast, day)[0]) for day in range(reports)]
    noted = [note(number) for number in range(mails)]
    drilled.kill_broker(and_empty=True)
    assert unfinished() == reports + mails
    drilled.start_broker()
    drilled.worker(slots=2)
    with toll.until_well(within=WITHIN):
        drilled.clock()
        await_all_finished(seconds=WITHIN + 60)
    settle(toll, drilled.var_dir, reports=asked, notes=noted)


@pytest.mark.fault("D6", "courtier relancé cinq fois de suite, ouvrier au repos")
@pytest.mark.drill
def test_broker_restarted_five_times_in_a_row_leaves_no_deaf_worker(drilled, visitor, cast, toll):
    drilled.worker()
    drilled.clock()
    for _time in range(5):
        kill(drilled.broker)
        drilled.start_broker()
        until(lambda: drilled.broker.is_running, seconds=2, what="broker runs")
    with toll.until_well(within=30):
        address, _seconds = ask(visitor, cast, 0)
        await_all_finished(seconds=30)
    settle(toll, drilled.var_dir, reports=[found_at(address)])


@pytest.mark.fault("D6", "connexions au courtier oubliées sans un mot")
@pytest.mark.drill
def test_a_worker_whose_connections_are_forgotten_ends_and_another_does_what_waits(drilled, visitor, cast, toll):
    """Nothing is closed, nothing comes any more: no error tells the worker."""
    known = urlsplit(drilled.redis_url)
    with proxy_to(known.port) as proxy:
        by_proxy = known._replace(netloc=known.netloc.replace(str(known.port), str(proxy.port)))
        drilled.clock()
        drilled.settings = {"REDIS_URL": urlunsplit(by_proxy), "HEARING_SECONDS": "2"}
        worker = drilled.worker()
        ask(visitor, cast, 0)
        await_all_finished(seconds=30)
        with toll.until_well(within=WITHIN):
            assert proxy.swallow() > 0
            ask(visitor, cast, 1)
            until(lambda: not worker.is_running, seconds=WITHIN, what="the deaf worker ends", more=worker.last_words)
            assert "this worker is deaf" in worker.last_words()
            worker.start()
            await_all_finished(seconds=WITHIN)
    settle(toll, drilled.var_dir, reports=ProgressReport.objects.all())
