"""Three hundred reports asked for in ten seconds, by one person, then by fifty: what is too much is refused in words,
pages stay quick, nobody waits behind somebody else's hundred."""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from statistics import quantiles
from threading import Event, Lock
from time import monotonic

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from efc_platform.backstage.models import JobState, StoredFile
from tests.drills.ledger import await_all_finished
from tests.drills.visitor import Answer, Visitor
from tests.factories.people import UserFactory
from tests.factories.structures import AccompanimentFactory
from trajectories.models import ProgressReport

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
ASKED, SECONDS, AT_ONCE = 300, 10, 10
# How many times longer pages may take meanwhile. Thirty forms a second that are all taken fill two processors alone.
LONGER, LONGER_WHEN_FULL = 2, 2 if (os.cpu_count() or 1) >= 4 else 6
REFUSED = "de vos bilans se préparent déjà"


def p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


class Pages:
    """What somebody else sees meanwhile: pages, one each fifth of a second."""

    def __init__(self, visitor: Visitor, addresses: list[str]) -> None:
        self._visitor, self._addresses, self.over = visitor, addresses, Event()

    def look(self, times: int = 0) -> list[float]:
        """So many times, or until it is over."""
        seen: list[float] = []
        while (len(seen) < times) if times else not self.over.wait(0.2):
            began = monotonic()
            assert self._visitor.get(self._addresses[len(seen) % len(self._addresses)]) == 200
            seen.append(monotonic() - began)
        return seen


def all_ask(visitors: list[Visitor], address: str, pool: ThreadPoolExecutor) -> list[Answer]:
    """The form that each has open, sent three hundred times, each over another period, spread evenly over the ten
    seconds and the visitors; each visitor's own, one after the other as a browser sends them."""
    tokens = [visitor.token_of(address) for visitor in visitors]
    began, pause, own = monotonic(), Event(), [Lock() for _visitor in visitors]

    def ask(number: int) -> Answer:
        pause.wait(max(0.0, began + number * SECONDS / ASKED - monotonic()))
        day = date(2024, 1, 1) + timedelta(days=number)
        fields = {"period_start": day.isoformat(), "period_end": timezone.localdate().isoformat()}
        who = number % len(visitors)
        with own[who]:
            return visitors[who].post(address, fields | {"csrfmiddlewaretoken": tokens[who]})

    return list(pool.map(ask, range(ASKED)))


@pytest.fixture
def ask_and_look(drilled, cast) -> Callable[[list], tuple[list[Answer], float, float]]:
    """What three hundred requests of these people were answered; the p95 of another's pages before and meanwhile."""
    drilled.settings["REPORTS_AT_ONCE"] = str(AT_ONCE)
    drilled.site()
    drilled.worker(slots=2)
    drilled.clock()
    trajectory = [cast.trajectory_a.public_id]
    pages = Pages(
        Visitor(drilled.port, cast.leader),
        [reverse(name, args=trajectory) for name in ("trajectory", "story", "interventions", "reports")],
    )

    def run(people: list) -> tuple[list[Answer], float, float]:
        visitors = [Visitor(drilled.port, one) for one in people]
        pages.look(times=8)
        usual = p95(pages.look(times=60))
        with ThreadPoolExecutor(9) as pool:
            meanwhile = pool.submit(pages.look)
            answers = all_ask(visitors, reverse("reports", args=trajectory), pool)
            pages.over.set()
        return answers, usual, p95(meanwhile.result())

    return run


def check_refusals(answers: list[Answer]) -> None:
    assert {answer.status for answer in answers} <= {200, 302}
    assert all(REFUSED in answer.page for answer in answers if answer.status == 200)


@pytest.mark.fault("D19", "300 bilans demandés en dix secondes par une personne")
def test_three_hundred_by_one(ask_and_look, cast, toll):
    answers, usual, meanwhile = ask_and_look([cast.practitioner])
    print(f"\np95 of pages: {1000 * usual:.0f} ms, {1000 * meanwhile:.0f} ms meanwhile")
    check_refusals(answers)
    accepted = [answer for answer in answers if answer.status == 302]
    assert AT_ONCE <= len(accepted) < ASKED
    with toll.until_well(within=63):
        await_all_finished(seconds=63)
    ready = ProgressReport.objects.filter(job__state=JobState.READY).count()
    toll.settle(accepted=len(accepted), lost=len(accepted) - ready, doubled=StoredFile.objects.count() - ready)
    assert meanwhile <= LONGER * usual


@pytest.mark.fault("D19", "300 bilans demandés en dix secondes par cinquante personnes")
def test_three_hundred_by_fifty(ask_and_look, cast, toll):
    """Whoever asked for one waits behind no more than ten of anybody else's."""
    people = [UserFactory(roles=[Role.PRACTITIONER]) for _person in range(50)]
    for one in people:
        AccompanimentFactory(structure=cast.structure_a, practitioner=one.person)
    answers, usual, meanwhile = ask_and_look(people)
    print(f"\np95 of pages: {1000 * usual:.0f} ms, {1000 * meanwhile:.0f} ms meanwhile")
    check_refusals(answers)
    accepted = [answer for answer in answers if answer.status == 302]
    with toll.until_well(within=600):
        await_all_finished(seconds=600)
    reports = ProgressReport.objects.filter(job__state=JobState.READY)
    toll.settle(
        accepted=len(accepted),
        lost=len(accepted) - reports.count(),
        doubled=StoredFile.objects.count() - reports.count(),
    )
    served = Counter(reports.order_by("job__finished_at").values_list("requested_by", flat=True)[: len(people)])
    assert (len(Counter(reports.values_list("requested_by"))), max(served.values()) <= 3) == (50, True)
    assert meanwhile <= LONGER_WHEN_FULL * usual
