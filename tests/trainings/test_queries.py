"""What pages read of trainings: whom one may enrol, who came, what is coming for whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.factories.people import PersonFactory
from tests.factories.structures import MembershipFactory, StructureFactory
from tests.factories.trainings import AttendanceFactory, EnrolmentFactory, SessionFactory, at, just_now, whole_day
from trainings.models import EnrolmentState, Session
from trainings.operations import Slot
from trainings.queries import (
    attendance_to_take,
    attended_by,
    by_month,
    candidates,
    concerned_sessions,
    joinable_sessions,
    led_sessions,
    own_enrolments,
    public_sessions,
    rows_of,
    upcoming_sessions,
)

WAITING = EnrolmentState.WAITING


def cancelled(**columns) -> Session:
    return SessionFactory(cancelled_at=timezone.now(), **columns)


def offered(user: User, session: Session) -> dict[str, str]:
    """The structure of each person offered, by their name."""
    return {one.person.display_name: one.structure.name if one.structure else "" for one in candidates(user, session)}


def test_leader_enrols_oneself_first_then_the_people_of_the_structure(cast, session):
    first, *others = candidates(cast.leader, session)
    assert (first.person, first.structure) == (cast.leader.person, cast.structure_a)
    assert {one.person for one in others} == {user.person for user in (cast.board, cast.staff, cast.volunteer)}


def test_others_enrol_themselves_alone_for_their_structure_or_on_their_own(cast, session):
    for name, structure in {"staff": "Alpha", "board": "Alpha", "member": "", "trainer": "", "coordinator": ""}.items():
        assert offered(cast.users[name], session) == {cast.users[name].person.display_name: structure}


def test_practitioner_comes_on_their_own_and_enrols_those_they_accompany(cast, session):
    found = candidates(cast.practitioner, session)
    assert (found[0].person, found[0].structure) == (cast.practitioner.person, None)
    assert {one.structure for one in found[1:]} == {cast.structure_a}
    assert len(found) == 5


def test_whoever_left_the_structure_is_offered_no_more(cast, session):
    gone = MembershipFactory(structure=cast.structure_a, until=timezone.localdate())
    assert gone.person not in {one.person for one in candidates(cast.leader, session)}


def test_somebody_of_two_roles_is_offered_once_and_says_that_they_are_enrolled(cast, session):
    MembershipFactory(structure=cast.structure_a, person=cast.staff.person, role="volunteer")
    mine = EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a, state=WAITING)
    found = [one for one in candidates(cast.leader, session) if one.person == cast.staff.person]
    assert [one.enrolment for one in found] == [mine]


def test_cohort_session_counts_oneself_for_the_structure_that_travels_in_it(cast, cohort_session):
    elsewhere = StructureFactory(name="Aaa")
    for user in (cast.leader, cast.staff):
        MembershipFactory(structure=elsewhere, person=user.person)
        assert offered(user, cohort_session)[user.person.display_name] == "Alpha"


def test_trainer_of_a_cohort_session_enrols_its_people(cast, cohort_session):
    names = offered(cast.trainer, cohort_session)
    assert set(names.values()) == {"", "Alpha"}
    assert len(names) == 5


def test_rows_tell_each_half_day_apart_and_who_waits_last(cast, session):
    morning, afternoon = session.half_days.all()
    waiting, came, missing = (
        EnrolmentFactory(session=session, state=state) for state in ("waiting", *["confirmed"] * 2)
    )
    EnrolmentFactory(session=session, state=EnrolmentState.CANCELLED, cancelled_at=timezone.now())
    AttendanceFactory(enrolment=came, half_day=morning)
    AttendanceFactory(enrolment=missing, half_day=morning, is_present=False)
    rows = rows_of(session, [morning, afternoon], cast.trainer)
    assert [(row.enrolment, row.came) for row in rows] == [
        (came, (True, None)),
        (missing, (False, None)),
        (waiting, (None, None)),
    ]


def test_rows_hold_only_those_whom_the_reader_knows(cast, session):
    ours = EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a)
    EnrolmentFactory(session=session, person=cast.leader_b.person, structure=cast.structure_b)
    assert [row.enrolment for row in rows_of(session, [], cast.leader)] == [ours]
    assert rows_of(session, [], cast.member) == []


@pytest.fixture
def attended(cast):
    """Two of A and one of B at a session of two half-days, one of A only in the morning; a session nobody came to."""
    session = SessionFactory(slots=whole_day(-10))
    morning, afternoon = session.half_days.all()
    one, two = (EnrolmentFactory(session=session, structure=cast.structure_a) for _ in range(2))
    other = EnrolmentFactory(session=session, structure=cast.structure_b)
    AttendanceFactory(enrolment=one, half_day=morning)
    AttendanceFactory(enrolment=one, half_day=afternoon)
    AttendanceFactory(enrolment=two, half_day=morning)
    AttendanceFactory(enrolment=two, half_day=afternoon, is_present=False)
    AttendanceFactory(enrolment=other, half_day=morning)
    AttendanceFactory(
        enrolment=EnrolmentFactory(session=SessionFactory(slots=whole_day(-5)), structure=cast.structure_a),
        is_present=False,
    )
    return session


def told(cast, structure, start=-100, end=None):
    today = timezone.localdate()
    days = {"start": today + timedelta(days=start), "end": None if end is None else today + timedelta(days=end)}
    return [(one.session, one.people, one.half_days) for one in attended_by(structure, cast.leader, **days)]


def test_structure_came_to_what_its_own_people_came_to(cast, attended):
    assert told(cast, cast.structure_a) == [(attended, 2, 2)]
    assert told(cast, cast.structure_b) == [(attended, 1, 1)]
    assert told(cast, StructureFactory()) == []


@pytest.mark.parametrize(("start", "end", "number"), [(-10, -10, 1), (-9, None, 0), (-100, -11, 0), (-100, None, 1)])
def test_what_was_attended_is_told_within_both_days(cast, attended, start, end, number):
    assert len(told(cast, cast.structure_a, start, end)) == number


def test_session_over_two_months_is_told_for_the_half_days_of_the_period(cast):
    session = SessionFactory(slots=[Slot(at(9, days=-40), 180), Slot(at(9, days=-10), 180)])
    enrolment = EnrolmentFactory(session=session, structure=cast.structure_a)
    for half_day in session.half_days.all():
        AttendanceFactory(enrolment=enrolment, half_day=half_day)
    today = timezone.localdate()
    one = attended_by(cast.structure_a, cast.leader, start=today - timedelta(days=20), end=None)[0]
    assert (one.on, one.half_days) == (today - timedelta(days=10), 1)


def test_attendance_waits_for_half_days_begun_with_somebody_and_not_taken(cast):
    mine = {"trainers": [cast.trainer.person]}
    waits = SessionFactory(slots=whole_day(-2), **mine)
    EnrolmentFactory(session=waits)
    taken, afternoon = waits.half_days.all()
    taken.taken_at = timezone.now()
    taken.save()
    for other in (
        SessionFactory(slots=whole_day(-2)),
        SessionFactory(slots=whole_day(2), **mine),
        cancelled(slots=whole_day(-2), **mine),
    ):
        EnrolmentFactory(session=other)
    EnrolmentFactory(session=SessionFactory(slots=just_now(), **mine), state=WAITING)
    assert list(attendance_to_take(cast.trainer)) == [afternoon]


def test_calendar_holds_what_is_not_over_and_keeps_what_was_cancelled(cast, session, cohort_session):
    stays = cancelled(slots=whole_day(20))
    SessionFactory(slots=whole_day(-2))
    going_on = SessionFactory(slots=just_now())
    assert list(upcoming_sessions(cast.nobody)) == [going_on, session, stays]
    assert set(upcoming_sessions(cast.leader)) == {going_on, session, stays, cohort_session}


def test_sessions_to_join_are_to_come_and_not_joined(cast, session):
    mine = SessionFactory()
    EnrolmentFactory(session=mine, person=cast.staff.person)
    SessionFactory(slots=just_now())
    cancelled()
    assert list(joinable_sessions(cast.staff)) == [session]


def test_own_places_are_those_that_stand_in_sessions_that_stand(cast, session):
    me = {"person": cast.staff.person}
    mine = EnrolmentFactory(session=session, state=WAITING, **me)
    EnrolmentFactory(state=EnrolmentState.CANCELLED, cancelled_at=timezone.now(), **me)
    EnrolmentFactory(session=cancelled(), **me)
    EnrolmentFactory(session=SessionFactory(slots=whole_day(-2)), **me)
    EnrolmentFactory(session=session)
    assert list(own_enrolments(cast.staff)) == [mine]


def test_led_sessions_are_ones_own_to_come(cast, session):
    SessionFactory()
    SessionFactory(slots=whole_day(-2), trainers=[cast.trainer.person])
    assert list(led_sessions(cast.trainer)) == [session]
    assert not led_sessions(cast.coordinator)


def test_public_page_announces_what_has_not_begun(db):
    announced = SessionFactory(is_public=True)
    SessionFactory(is_public=True, slots=just_now())
    cancelled(is_public=True)
    assert list(public_sessions()) == [announced]


def test_agenda_holds_what_one_leads_what_one_goes_to_and_where_ones_people_go(cast, session):
    EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a, state=WAITING)
    EnrolmentFactory(session=session, person=cast.leader_b.person, state="cancelled", cancelled_at=timezone.now())
    other = SessionFactory()
    concerned = {name: set(concerned_sessions(user)) for name, user in cast.users.items()}
    assert concerned.pop("coordinator") == {session, other}
    assert {name for name, found in concerned.items() if found} == {"trainer", "staff", "leader", "practitioner"}
    assert {frozenset(found) for found in concerned.values() if found} == {frozenset({session})}


def test_months_follow_one_another_as_the_sessions_do(db):
    made = [SessionFactory(slots=[Slot(at(9, days=days), 180)]) for days in (1, 40, 41, 100)]
    months = by_month(made)
    assert [session for month in months for session in month.sessions] == made
    assert [month.first for month in months] == sorted({one.begins_on.replace(day=1) for one in made})


def test_somebody_elses_places_are_none_of_ones_own(cast, session):
    EnrolmentFactory(session=session, person=PersonFactory())
    assert not own_enrolments(cast.staff)
