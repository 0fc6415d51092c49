"""Anything may die at any moment, for minutes, while people write and ask for reports: in the end nothing is amiss.

DRILL_SECONDS says for how long (600 for the whole drill), DRILL_SEED in which order.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread
from time import monotonic

import psutil
import psycopg
import pytest
from django.db import connection

from devtools.processes import Child
from efc_platform.backstage.models import Job, JobState, StoredFile
from efc_platform.backstage.operations import drop_orphan_files
from tests.drills import people as at_work
from tests.drills.installation import LEASE_SECONDS, Installation, until
from tests.drills.ledger import await_all_finished, is_whole, sent_mails
from tests.drills.own_postgres import OwnPostgres
from tests.drills.people import people_at_work, the_other_one
from trajectories.models import ProgressReport
from trajectories.operations import ask_again

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
WITHIN = LEASE_SECONDS + 60
SECONDS = float(os.environ.get("DRILL_SECONDS", "60"))
SEED = int(os.environ.get("DRILL_SEED", random.SystemRandom().randrange(10**6)))
# Between two deaths.
QUICKEST, SLOWEST = 2.0, 8.0


@contextmanager
def supervised(children: list[Child]) -> Iterator[None]:
    """What ends is started again, as a supervisor does, for the length of the block."""
    over = Event()

    def watch() -> None:
        while not over.wait(0.2):
            for child in children:
                if not child.is_running:
                    child.start()

    thread = Thread(target=watch, name="supervisor")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


class Death:
    """Strikes one process of the installation at a time; remembers whom, and what they left behind."""

    def __init__(self, dice: random.Random, postgres: OwnPostgres, children: dict[str, Child]) -> None:
        self._dice, self._postgres, self._children = dice, postgres, children
        self.struck, self.left = Counter[str](), set[psutil.Process]()
        self._ways: dict[str, Callable[[], None]] = {
            **{f"main of {name}": lambda name=name: self._kill_main(name) for name in children},
            "page worker": lambda: self._kill_one_below("web"),
            "slot": lambda: self._kill_one_below("worker"),
            "session cut": self._cut_session,
            "backend killed": self._kill_backend,
        }

    def pause(self) -> float:
        return self._dice.uniform(QUICKEST, SLOWEST)

    def strike(self) -> None:
        name = self._dice.choice(sorted(self._ways))
        with suppress(psutil.NoSuchProcess, IndexError):
            self._ways[name]()
            self.struck[name] += 1

    def clear_away(self) -> None:
        """What outlived its parent."""
        for process in self.left:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def _kill_main(self, name: str) -> None:
        main = self._main(name)
        self.left |= set(main.children(recursive=True))
        main.kill()

    def _kill_one_below(self, name: str) -> None:
        self._dice.choice(self._main(name).children()).kill()

    def _main(self, name: str) -> psutil.Process:
        process = self._children[name].process
        return psutil.Process(process.pid if process else 0)

    def _cut_session(self) -> None:
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(self._postgres.superuser, autocommit=True) as superuser,
        ):
            found = superuser.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename = 'efc_app' ORDER BY pid"
            ).fetchall()
            superuser.execute("SELECT pg_terminate_backend(%s)", self._dice.choice(found))

    def _kill_backend(self) -> None:
        """The whole server then recovers from a crash."""
        server = self._postgres.child.process
        assert server is not None
        serving = [one for one in psutil.Process(server.pid).children() if "efc_app" in " ".join(one.cmdline())]
        self._dice.choice(serving).kill()


@pytest.mark.fault("D28", f"n’importe quoi tué, au hasard, pendant {SECONDS:.0f} s")
def test_anything_dies(own_postgres, drilled, cast, toll):
    print(f"DRILL_SEED={SEED}")
    children = {"web": drilled.site(), "worker": drilled.worker(slots=2), "clock": drilled.clock()}
    children["broker"] = drilled.broker
    death = Death(random.Random(SEED), own_postgres, children)  # noqa: S311 - deaths are to be drawn again alike
    with supervised(list(children.values())):
        users = [cast.practitioner] * 3
        with people_at_work(drilled.port, users, cast.trajectory_a, reports_of=the_other_one(cast)) as people:
            strike_for(SECONDS, death)
            people.go_on()
        with toll.until_well(within=WITHIN):
            await_all_finished(seconds=WITHIN)
        ask_again_for_what_was_given_up(drilled)
    death.clear_away()
    print(f"{dict(death.struck)}, {len(people.failures())} failed of {len(people.answers)} requests")
    assert death.struck.total() >= SECONDS / SLOWEST / 2
    # What a worker killed between a file and its row leaves; it is swept every night.
    drop_orphan_files(older_than=timedelta(0))
    assert [file.pk for file in StoredFile.objects.all() if not is_whole(file, drilled.var_dir)] == []
    at_work.settle(toll, people, drilled.var_dir)


def strike_for(seconds: float, death: Death) -> None:
    # The test's own session would be struck too.
    connection.close()
    end = monotonic() + seconds
    while monotonic() < end:
        moment = monotonic() + death.pause()
        until(lambda moment=moment: monotonic() > moment, seconds=2 * SLOWEST, what="the next death")
        death.strike()


def ask_again_for_what_was_given_up(drilled: Installation) -> None:
    """Killed three times by bad luck, a report is given up and its asker told so; then they ask again."""
    for job in Job.objects.filter(state=JobState.FAILED):
        report = ProgressReport.objects.get(job=job)
        told = [text for text in sent_mails(drilled.var_dir) if report.get_absolute_url() in text]
        print(f"given up: {job.error}")
        assert len(told) == 1
        ask_again(by=report.requested_by, report=report)
    await_all_finished(seconds=WITHIN)
