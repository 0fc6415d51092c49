"""Several people at once for the last place: the database lets one have it, the others wait their turn."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import User
from tests.factories.people import UserFactory
from tests.factories.trainings import SessionFactory
from trainings.models import EnrolmentState, Session
from trainings.operations import cancel_enrolment, enrol

PEOPLE = 6


def at_once(work, things):
    """Each in a thread, with a connection of its own."""

    def closing(thing):
        try:
            return work(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(things)) as threads:
        return list(threads.map(closing, things))


def take(pair: tuple[int, int]) -> str:
    session, user = Session.objects.get(pk=pair[0]), User.objects.get(pk=pair[1])
    return enrol(by=user, session=session, person=user.person).state


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(5))
def test_last_place_is_taken_once(round_):
    session = SessionFactory(capacity=1)
    users = [UserFactory() for _ in range(PEOPLE)]
    states = at_once(take, [(session.pk, user.pk) for user in users])
    assert sorted(states) == ["confirmed"] + ["waiting"] * (PEOPLE - 1)


@pytest.mark.django_db(transaction=True)
def test_same_person_pressing_many_times_has_one_place():
    session, user = SessionFactory(capacity=3), UserFactory()
    states = at_once(take, [(session.pk, user.pk)] * PEOPLE)
    assert states == ["confirmed"] * PEOPLE
    assert session.enrolments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_places_given_back_at_once_move_up_as_many():
    session = SessionFactory(capacity=3)
    users = [UserFactory() for _ in range(PEOPLE)]
    enrolments = [enrol(by=user, session=session, person=user.person) for user in users]

    def give_back(rank):
        cancel_enrolment(by=User.objects.get(pk=users[rank].pk), enrolment=enrolments[rank])

    at_once(give_back, range(3))
    states = [one.state for one in session.enrolments.order_by("pk")]
    assert states == [EnrolmentState.CANCELLED] * 3 + [EnrolmentState.CONFIRMED] * 3
