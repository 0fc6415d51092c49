"""PostgreSQL stops, crashes, cuts a transaction, lets somebody wait: nothing is half written, nobody retypes a word."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

import pytest
from django.db import connection, transaction

from tests.drills import people as at_work
from tests.drills.installation import LEASE_SECONDS, until
from tests.drills.ledger import await_all_finished
from tests.drills.people import Answer, People, Writer, half_written, people_at_work, the_other_one
from tests.drills.visitor import Visitor
from trajectories.models import Intervention

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
WITHIN = LEASE_SECONDS + 60
# The site writes again so soon after the database lets somebody in.
WRITES_AGAIN = 5
# As settings.py asks of PostgreSQL, and the second that the rest of a page takes.
LOCK_TIMEOUT = 5
PATIENCE = LOCK_TIMEOUT + 1


@pytest.mark.fault("D7", "PostgreSQL arrêté, puis tué, quatre personnes écrivent")
def test_database_restarted_under_load(own_postgres, drilled, cast, toll):
    drilled.site()
    worker = drilled.worker(slots=2)
    drilled.clock()
    with people_at_work(
        drilled.port, [cast.practitioner] * 4, cast.trajectory_a, reports_of=the_other_one(cast)
    ) as people:
        outages = [outage(own_postgres, people, mode) for mode in ("fast", "immediate")]
    await_all_finished(seconds=WITHIN)
    assert worker.is_running
    assert [answer for answer in people.failures() if not any(meets(answer, *times) for times in outages)] == []
    toll.seconds, toll.within = max(people.first_kept_after(over) - over for _begun, over in outages), WRITES_AGAIN
    assert toll.seconds <= WRITES_AGAIN
    at_work.settle(toll, people, drilled.var_dir)


def outage(own_postgres, people: People, mode: str) -> tuple[float, float]:
    """When it began and ended; people wrote before, met it, and wrote after."""
    people.go_on()
    failures, begun = len(people.failures()), monotonic()
    own_postgres.stop(mode)
    until(lambda: len(people.failures()) > failures + 8, seconds=60, what="they meet it")
    own_postgres.start()
    over = monotonic()
    people.go_on()
    return begun, over


def meets(answer: Answer, begun: float, over: float) -> bool:
    return begun <= answer.ended and answer.began <= over


@pytest.fixture
def writer(drilled, cast) -> Writer:
    drilled.site()
    return Writer("Inès", Visitor(drilled.port, cast.practitioner), cast.trajectory_a)


@pytest.fixture
def form(writer) -> dict[str, str]:
    return writer.fill_in("Atelier tri")


@contextmanager
def form_in_the_middle(writer: Writer, form: dict[str, str]) -> Iterator[Future]:
    """It has written its intervention and waits before its promise; the answer that comes."""
    with ThreadPoolExecutor(1) as somebody, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE trajectories_nextstep IN SHARE MODE")
        answer = somebody.submit(writer.send, form)
        until(waiting, seconds=10, what="the form waits", every=0.005)
        yield answer


def waiting() -> list[int]:
    """The backends that wait for the promises' table."""
    with connection.cursor() as cursor:
        # pg_stat_activity would stay as it was when this transaction first looked.
        cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'trajectories_nextstep'::regclass")
        return [pid for (pid,) in cursor.fetchall()]


def settle(toll, writer: Writer, form: dict[str, str], answer: Future) -> None:
    """Nothing was written, the page kept the words; the same form sent again is written, once."""
    failed = answer.result()
    assert failed.what == "POST 503"
    assert "Atelier tri" in failed.words
    assert "Rien n’est perdu" in failed.words
    assert Intervention.objects.count() == 0
    assert half_written() == []
    assert writer.send(form).what == "302"
    assert half_written() == []
    made = Intervention.objects.filter(title="Atelier tri").count()
    toll.settle(accepted=1, lost=int(made < 1), doubled=max(made - 1, 0))


@pytest.mark.fault("D8", "transaction coupée au milieu d’un formulaire")
def test_transaction_cut_in_the_middle(writer, form, toll):
    with form_in_the_middle(writer, form) as answer:
        [backend] = waiting()
        with connection.cursor() as cursor, toll.until_well(within=1):
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
            until(answer.done, seconds=1, what="the page comes")
    settle(toll, writer, form, answer)


@pytest.mark.fault("D8", "verrou tenu plus longtemps qu’une page n’attend")
def test_lock_held_longer_than_a_page_waits(writer, form, toll):
    with toll.until_well(within=PATIENCE), form_in_the_middle(writer, form) as answer:
        until(answer.done, seconds=30, what="the page comes")
    settle(toll, writer, form, answer)


@pytest.mark.fault("D8", "deux transactions s’attendent l’une l’autre")
def test_deadlock(writer, form, toll):
    with toll.until_well(within=PATIENCE), form_in_the_middle(writer, form) as answer, connection.cursor() as cursor:
        # It began to wait first, so it is the one whose patience ends first.
        cursor.execute("LOCK TABLE trajectories_intervention IN SHARE MODE")
        assert answer.result(timeout=5)
    settle(toll, writer, form, answer)
