"""The site is killed, stopped and reloaded while people send forms: nothing is half written, and whoever restarts it
politely disturbs nobody."""

import signal

import psutil
import pytest

from tests.drills import people as at_work
from tests.drills.installation import until
from tests.drills.people import People, Writer, people_at_work
from tests.drills.test_database_back import form_in_the_middle, half_written, waiting
from tests.drills.visitor import Visitor
from trajectories.models import Intervention

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
# A new site answers within: Python starts, and reads the application.
STARTS = 30


def workers(master: int) -> set[int]:
    return {process.pid for process in psutil.Process(master).children()}


@pytest.mark.fault("D25", "page tuée (kill -9) au milieu d’un formulaire")
def test_site_killed_in_the_middle_of_a_form(drilled, cast, toll):
    site = drilled.site()
    ines = Writer("Inès", Visitor(drilled.port, cast.practitioner), cast.trajectory_a)
    form = ines.fill_in("Atelier tri")
    before = workers(site.process.pid)
    with form_in_the_middle(ines, form) as answer:
        for pid in before:
            psutil.Process(pid).kill()
        assert not answer.result(timeout=5).is_good
    until(lambda: not waiting(), seconds=10, what="what it had begun is over")
    assert Intervention.objects.count() == 0
    assert half_written() == []
    with toll.until_well(within=STARTS):
        until(lambda: ines.send(form).is_good, seconds=STARTS, what="the form is taken")
    made = Intervention.objects.filter(title="Atelier tri").count()
    assert half_written() == []
    toll.settle(accepted=1, lost=int(made < 1), doubled=max(made - 1, 0))


@pytest.mark.fault("D25", "site rechargé dix fois (HUP) sous charge")
def test_site_reloaded_ten_times_under_load(drilled, cast, toll):
    site = drilled.site()
    with people_at_work(drilled.port, [cast.practitioner] * 4, cast.trajectory_a) as people:
        for _time in range(10):
            replaced(people, site.process.pid, signal.SIGHUP)
    assert people.failures() == []
    at_work.settle(toll, people, drilled.var_dir)


def replaced(people: People, master: int, asked: signal.Signals) -> None:
    """All its workers are others, and people wrote before, meanwhile and after."""
    people.go_on(2)
    before = workers(master)
    psutil.Process(master).send_signal(asked)
    until(lambda: len(now := workers(master)) == 2 and not now & before, seconds=60, what="other workers")
    people.go_on(2)


@pytest.mark.fault("D25", "site arrêté (SIGTERM) et relancé cinq fois, la prise gardée")
def test_site_stopped_and_started_again_under_load(drilled, cast, toll):
    keeper = drilled.kept_site()
    with people_at_work(drilled.port, [cast.practitioner] * 4, cast.trajectory_a) as people:
        for _time in range(5):
            people.go_on(2)
            [master] = workers(keeper.process.pid)
            psutil.Process(master).terminate()
            until(lambda old=master: workers(keeper.process.pid) - {old}, seconds=60, what="another site")
            people.go_on(4)
    assert people.failures() == []
    at_work.settle(toll, people, drilled.var_dir)
