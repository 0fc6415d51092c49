"""Who plans, who keeps a session, who enrols whom, who may give a place back."""

import pytest
from django.utils import timezone

from accounts.models import User
from structures.models import Structure
from tests.factories.trainings import EnrolmentFactory, SessionFactory
from trainings.permissions import can_cancel_enrolment, can_keep_session, can_plan_training, structures_enrolled_by


def who(cast, allowed) -> set[str]:
    return {name for name, user in cast.users.items() if allowed(user)}


def test_trainers_and_coordination_plan(cast):
    assert who(cast, can_plan_training) == {"coordinator", "trainer"}


def test_session_is_kept_by_who_leads_it_and_coordination(cast, session):
    assert who(cast, lambda user: can_keep_session(user, session)) == {"coordinator", "trainer"}
    assert who(cast, lambda user: can_keep_session(user, SessionFactory())) == {"coordinator"}


def test_practitioner_keeps_the_session_they_host_and_whoever_holds_no_such_role_does_not(cast, session):
    session.trainers.set([cast.practitioner.person, cast.member.person, cast.leader.person])
    assert who(cast, lambda user: can_keep_session(user, session)) == {"coordinator", "practitioner"}


def test_role_that_ended_keeps_nothing(cast, session):
    cast.trainer.role_grants.update(until=timezone.localdate())
    assert not can_keep_session(User.objects.get(pk=cast.trainer.pk), session)


def enrolled_by(cast, session) -> dict[str, set[Structure]]:
    found = {name: set(structures_enrolled_by(user, session)) for name, user in cast.users.items()}
    return {name: structures for name, structures in found.items() if structures}


def test_people_are_enrolled_by_who_leads_or_accompanies_their_structure(cast, session):
    a, b = {cast.structure_a}, {cast.structure_b}
    assert enrolled_by(cast, session) == {"leader": a, "practitioner": a, "leader_b": b}


def test_cohort_session_takes_the_people_of_its_structures_by_their_own_and_by_who_keeps_it(cast, cohort_session):
    a = {cast.structure_a}
    assert enrolled_by(cast, cohort_session) == {"coordinator": a, "trainer": a, "leader": a, "practitioner": a}


def cancels(cast, enrolment) -> set[str]:
    return who(cast, lambda user: can_cancel_enrolment(user, enrolment))


def test_place_is_given_back_by_oneself_by_ones_own_and_by_the_session(cast, session):
    enrolment = EnrolmentFactory(session=session, person=cast.volunteer.person, structure=cast.structure_a)
    assert cancels(cast, enrolment) == {"volunteer", "leader", "practitioner", "trainer", "coordinator"}
    alone = EnrolmentFactory(session=session, person=cast.nobody.person)
    assert cancels(cast, alone) == {"nobody", "trainer", "coordinator"}


def test_place_in_a_cohort_session_is_still_given_back_once_the_structure_has_left(cast, cohort, cohort_session):
    enrolment = EnrolmentFactory(session=cohort_session, person=cast.volunteer.person, structure=cast.structure_a)
    cohort.places.update(until=timezone.localdate())
    assert cancels(cast, enrolment) == {"volunteer", "leader", "practitioner", "trainer", "coordinator"}


@pytest.mark.parametrize("name", ["leader", "practitioner"])
def test_whoever_left_gives_no_place_back(cast, session, name):
    enrolment = EnrolmentFactory(session=session, person=cast.volunteer.person, structure=cast.structure_a)
    cast.structure_a.memberships.filter(person=cast.users[name].person).update(until=timezone.localdate())
    cast.structure_a.accompaniments.filter(practitioner=cast.users[name].person).update(until=timezone.localdate())
    assert not can_cancel_enrolment(cast.users[name], enrolment)
