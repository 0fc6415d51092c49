"""A second PostgreSQL follows the first: pages are read from it, and it takes over when the first is killed."""

import sys
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest
from django.test import Client
from django.urls import reverse

from devtools.processes import Child, free_port
from tests.drills.installation import until
from tests.drills.visitor import Visitor, answers
from tests.factories.world import furnish
from tests.scale.clusters import Cluster, Scribe, give_it_the_database, primary, reading_from, replica_of
from tests.signing_in import sign_in
from trajectories.models import ProgressReport

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
ROUNDS, NUMBERS = 200, 1_000


@pytest.fixture
def tell(capsys):
    """Says a figure to whoever ran it, for the documentation."""

    def say(words: str) -> None:
        with capsys.disabled():
            print(f"\n    {words}")

    return say


def lags(first: Cluster, second: Cluster) -> list[float]:
    """From the moment a commit is accepted by the one until it is read from the other."""
    found = []
    with first.connected(first.owner_url) as writing, second.connected() as reading:
        writing.execute("CREATE TABLE moment (number integer)")
        for number in range(ROUNDS):
            writing.execute("INSERT INTO moment VALUES (%s)", [number])
            began = perf_counter()
            until(
                lambda number=number: (number,) in reading.execute("SELECT max(number) FROM moment").fetchall(),
                seconds=10,
                what="it follows",
                every=0.0005,
            )
            found.append(perf_counter() - began)
    return sorted(found)


def promoted(second: Cluster) -> float:
    """How long it took to become the one that writes."""
    began = perf_counter()
    with second.connected() as own:
        assert own.execute("SELECT pg_promote(true, 60)").fetchone() == (True,)
    return perf_counter() - began


def kept_by(second: Cluster) -> list[int]:
    with second.connected() as own:
        return [number for (number,) in own.execute("SELECT number FROM said ORDER BY number")]


@pytest.fixture
def site_on(tmp_path):
    """The site as it is after somebody changed its DATABASE_URL and started it again."""
    children = []

    def started(cluster: Cluster) -> int:
        port = free_port()
        options = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"]
        command = [sys.executable, "-m", "gunicorn", *options, "--no-control-socket", "efc_platform.wsgi:application"]
        given = {**cluster.environment, "VAR_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:1/0"}
        children.append(Child("web", command, tmp_path / "web.log", given, patience=2))
        children[-1].start()
        until(lambda: answers(port), seconds=60, what="site answers", more=children[-1].last_words)
        return port

    yield started
    for child in children:
        child.stop()


def test_home_page_is_read_from_a_replica_which_then_takes_over(cast, tell, site_on, tmp_path):
    furnish(
        cast.trajectory_a,
        practitioner=cast.practitioner.person,
        drafted_by=cast.practitioner.person,
        journal_of=cast.practitioner,
        leader=cast.leader,
    )
    with primary() as first:
        give_it_the_database(first, tmp_path)
        client = Client()
        with replica_of(first) as second:
            with reading_from(first):
                sign_in(client, cast.practitioner)
                visitor = Visitor(0, cast.practitioner)
            found = lags(first, second)
            tell(f"retard d'une lecture : {median(found) * 1e3:.1f} ms, {found[-2] * 1e3:.1f} ms au pire de {ROUNDS}")
            check_pages_are_read_there(client, second, cast)
            scribe = Scribe(first)
            until(lambda: scribe.accepted >= NUMBERS, seconds=60, what="numbers written")
            first.kill()
            killed = perf_counter()
            scribe.stop()
            promotion, kept = promoted(second), kept_by(second)
            tell(f"tué après {scribe.accepted} écritures, {scribe.accepted - len(kept)} perdues ; {promotion:.2f} s")
            # A beginning, without a hole; and what is lost is the last instant.
            assert kept == list(range(1, len(kept) + 1))
            assert scribe.accepted - len(kept) < NUMBERS / 10
            visitor.port = site_on(second)
            reports = reverse("reports", args=[cast.trajectory_a.public_id])
            visitor.send(reports, {"period_start": "2024-02-01", "period_end": "2024-03-01"})
            tell(f"le site écrit de nouveau {perf_counter() - killed:.1f} s après")
            with reading_from(second):
                assert ProgressReport.objects.filter(period_start="2024-02-01").count() == 1


def check_pages_are_read_there(client: Client, second: Cluster, cast) -> None:
    """By the application's own role, on a server that refuses every writing."""
    pages = [reverse("home"), reverse("trajectory", args=[cast.trajectory_a.public_id]), reverse("agenda")]
    with reading_from(second):
        assert [client.get(page).status_code for page in pages] == [200] * 3


def test_primary_that_waits_for_its_replica_loses_nothing_of_what_it_accepted(tell):
    with primary() as first, replica_of(first) as second:
        with first.connected() as own:
            own.execute("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
            own.execute("SELECT pg_reload_conf()")
            until(
                lambda: own.execute("SELECT sync_state FROM pg_stat_replication").fetchall() == [("sync",)],
                seconds=30,
                what="it waits for its replica",
            )
        scribe, began = Scribe(first), perf_counter()
        until(lambda: scribe.accepted >= NUMBERS, seconds=60, what="numbers written")
        tell(f"synchrone : {NUMBERS / (perf_counter() - began):.0f} écritures par seconde")
        first.kill()
        scribe.stop()
        promoted(second)
        kept = kept_by(second)
        # One more may be there, whose answer was on its way when the primary fell.
        assert kept == list(range(1, len(kept) + 1))
        assert len(kept) >= scribe.accepted


def test_embedded_server_brings_what_a_replica_needs():
    """Nothing to install by hand, here either."""
    with primary() as first:
        programs = Path(first.child.argv[0]).parent
        assert {"pg_basebackup", "pg_ctl", "pg_rewind"} <= {one.name for one in programs.iterdir()}
