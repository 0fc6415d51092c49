"""A worker that the broker no longer reaches ends by itself; one whose broker is away waits."""

import pytest
from celery.worker.components import Consumer

from efc_platform.backstage.hearing import PATIENCE, Hearing, HearingStep
from efc_platform.celery import app


@pytest.fixture
def told():
    """What it is asked, and whether it ended."""
    state = {"answers": True, "is_reachable": True, "ended": 0}

    def end() -> None:
        state["ended"] += 1

    return state, Hearing(lambda: state["answers"], lambda: state["is_reachable"], end)


def test_deaf_worker_ends_after_a_few_silences(told):
    state, hearing = told
    state["answers"] = False
    for rank in range(PATIENCE):
        assert state["ended"] == 0, rank
        hearing.check()
    assert state["ended"] == 1


def test_one_answer_starts_the_count_again(told):
    state, hearing = told
    for answer in (False, False, True, False, False):
        state["answers"] = answer
        hearing.check()
    assert state["ended"] == 0


def test_broker_that_is_away_is_no_deafness(told):
    state, hearing = told
    state["answers"], state["is_reachable"] = False, False
    for _time in range(3 * PATIENCE):
        hearing.check()
    assert state["ended"] == 0


@pytest.mark.filterwarnings("ignore::celery.exceptions.SecurityWarning")
def test_worker_listens_to_itself_before_it_takes_work_and_does_both():
    # Celery keeps its steps in a set, whose order is another each time that classes are made anew.
    steps = [type(step) for step in app.Worker(hostname="worker@essai").blueprint.order]
    assert [step for step in steps if step in (HearingStep, Consumer)] == [HearingStep, Consumer]
