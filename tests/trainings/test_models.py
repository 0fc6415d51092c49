"""Trainings, sessions, enrolments: who sees which, how many places are left, what the database itself refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from tests.factories.people import PersonFactory
from tests.factories.structures import MembershipFactory
from tests.factories.trainings import (
    AttendanceFactory,
    EnrolmentFactory,
    SessionFactory,
    TrainingFactory,
    at,
    just_now,
    whole_day,
)
from trainings.models import (
    REGIMES_OF_MODALITY,
    Enrolment,
    EnrolmentState,
    HalfDay,
    Paper,
    Part,
    Regime,
    Session,
    Training,
)
from trainings.operations import Slot
from trajectories.models import Modality

INSIDE_A = {"practitioner", "leader", "board", "staff", "volunteer"}


def seers(cast, session: Session) -> set[str]:
    return {name for name, user in cast.users.items() if Session.objects.visible_to(user).filter(pk=session.pk)}


def readers(cast, enrolment: Enrolment) -> set[str]:
    return {name for name, user in cast.users.items() if Enrolment.objects.visible_to(user).filter(pk=enrolment.pk)}


def again(user: User) -> User:
    """As the next request reads them."""
    return User.objects.get(pk=user.pk)


def test_each_regime_has_its_own_paper_and_no_other():
    assert {regime: Training(regime=regime).papers for regime in Regime} == {
        Regime.TRAINING: {Paper.SIGNING_SHEET},
        Regime.ACCOMPANIMENT: set(),
        Regime.EXCHANGE: {Paper.PRESENCE_LIST},
    }


@pytest.mark.parametrize("modality", Modality)
@pytest.mark.parametrize("regime", Regime)
def test_database_takes_the_regimes_of_each_modality_and_no_other(db, modality, regime):
    if regime in REGIMES_OF_MODALITY[modality]:
        assert TrainingFactory(modality=modality, regime=regime).pk
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            TrainingFactory(modality=modality, regime=regime)


def test_open_session_is_seen_by_everybody_here(cast, session):
    assert seers(cast, session) == set(cast.users)


def test_cohort_session_is_seen_by_its_structures_its_trainers_and_coordination(cast, cohort_session):
    assert seers(cast, cohort_session) == INSIDE_A | {"coordinator", "trainer"}


def test_structure_that_left_the_cohort_sees_its_sessions_no_more(cast, cohort, cohort_session):
    cohort.places.update(until=timezone.localdate())
    assert seers(cast, cohort_session) == {"coordinator", "trainer"}


def test_structure_that_joins_the_cohort_tomorrow_does_not_see_them_yet(cast, cohort, cohort_session):
    cohort.places.create(structure=cast.structure_b, since=timezone.localdate() + timedelta(days=1))
    assert "leader_b" not in seers(cast, cohort_session)
    cohort.places.filter(structure=cast.structure_b).update(since=timezone.localdate())
    assert "leader_b" in seers(cast, cohort_session)


@pytest.mark.parametrize("state", EnrolmentState)
def test_whoever_was_enrolled_keeps_sight_of_the_session(cast, cohort_session, state):
    cancelled_at = timezone.now() if state == EnrolmentState.CANCELLED else None
    EnrolmentFactory(session=cohort_session, person=cast.nobody.person, state=state, cancelled_at=cancelled_at)
    assert "nobody" in seers(cast, cohort_session)


def test_having_led_a_session_opens_it_only_as_long_as_the_role_lasts(cast, cohort_session):
    mine = EnrolmentFactory(session=cohort_session)
    assert Session.objects.led_by(cast.trainer).get() == cohort_session
    assert "trainer" in readers(cast, mine)
    cast.trainer.role_grants.update(until=timezone.localdate())
    former = again(cast.trainer)
    assert not Session.objects.led_by(former)
    assert not Session.objects.visible_to(former)
    assert not Enrolment.objects.visible_to(former)


def test_people_of_a_structure_are_known_to_who_leads_or_accompanies_it(cast, session):
    enrolment = EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a)
    assert readers(cast, enrolment) == {"coordinator", "trainer", "leader", "practitioner", "staff"}


def test_whoever_comes_on_their_own_is_known_to_the_session_alone(cast, session):
    enrolment = EnrolmentFactory(session=session, person=cast.nobody.person)
    assert readers(cast, enrolment) == {"coordinator", "trainer", "nobody"}


def test_leader_who_left_no_longer_knows_who_comes(cast, session):
    enrolment = EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_a)
    cast.structure_a.memberships.filter(person=cast.leader.person).update(until=timezone.localdate())
    assert "leader" not in readers(cast, enrolment)


def test_place_taken_for_another_structure_is_not_told_to_this_one(cast, session):
    MembershipFactory(structure=cast.structure_b, person=cast.staff.person)
    enrolment = EnrolmentFactory(session=session, person=cast.staff.person, structure=cast.structure_b)
    assert readers(cast, enrolment) == {"coordinator", "trainer", "leader_b", "staff"}


def test_places_left_and_people_waiting_are_counted_without_the_cancelled(db):
    full, free = SessionFactory(capacity=2), SessionFactory(capacity=2)
    for state in (EnrolmentState.CONFIRMED, EnrolmentState.CONFIRMED, EnrolmentState.WAITING):
        EnrolmentFactory(session=full, state=state)
    EnrolmentFactory(session=free, state=EnrolmentState.CANCELLED, cancelled_at=timezone.now())
    counted = {one.pk: (one.places_left, one.people_waiting) for one in Session.objects.with_places()}
    assert counted == {full.pk: (0, 1), free.pk: (2, 0)}


def test_session_is_to_come_until_it_ends(db):
    over, going_on, later = (SessionFactory(slots=slots) for slots in (whole_day(-1), just_now(), whole_day(3)))
    assert list(Session.objects.upcoming()) == [going_on, later]
    assert list(Session.objects.past()) == [over]
    assert [one.has_begun for one in (over, going_on, later)] == [True, True, False]


def test_public_sessions_are_announced_and_stand(db):
    announced = SessionFactory(is_public=True)
    SessionFactory()
    SessionFactory(is_public=True, cancelled_at=timezone.now())
    assert list(Session.objects.public()) == [announced]


@pytest.mark.parametrize(
    ("hour", "part"),
    [(8, Part.MORNING), (11, Part.MORNING), (12, Part.AFTERNOON), (17, Part.AFTERNOON), (18, Part.EVENING)],
)
def test_half_day_has_the_part_of_the_day_in_france(hour, part):
    assert HalfDay(starts_at=at(hour), minutes=60).part == part


def test_attendance_opens_on_the_day_itself_from_its_first_hour():
    assert HalfDay(starts_at=at(23, 30), minutes=30).is_open
    assert not HalfDay(starts_at=at(0, 30, days=1), minutes=60).is_open


def test_session_has_its_days_in_france(db):
    session = SessionFactory(slots=[Slot(at(9, days=3), 180), Slot(at(0, 30, days=4), 60)])
    today = timezone.localdate()
    assert session.begins_on == today + timedelta(days=3)
    assert [one.on for one in session.half_days.all()] == [today + timedelta(days=3), today + timedelta(days=4)]


@pytest.mark.parametrize(
    "columns",
    [{"capacity": 0}, {"capacity": 201}, {"slots": [Slot(at(9), 0)]}, {"slots": [Slot(at(9), 400)]}],
)
def test_session_without_places_or_with_an_endless_half_day_is_refused(db, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionFactory(**columns)


def test_half_day_begins_once(db):
    session = SessionFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        HalfDay.objects.create(session=session, starts_at=session.begins_at, minutes=180)


def test_person_has_one_place_a_session_and_may_come_back_after_cancelling(db):
    person, session = PersonFactory(), SessionFactory()
    EnrolmentFactory(session=session, person=person, state=EnrolmentState.CANCELLED, cancelled_at=timezone.now())
    EnrolmentFactory(session=session, person=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrolmentFactory(session=session, person=person, state=EnrolmentState.WAITING)


@pytest.mark.parametrize(
    ("state", "cancelled_at"), [(EnrolmentState.CANCELLED, None), (EnrolmentState.CONFIRMED, at(9))]
)
def test_cancelled_enrolment_says_when_and_no_other_does(db, state, cancelled_at):
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrolmentFactory(state=state, cancelled_at=cancelled_at)


def test_attendance_is_one_row_a_half_day(db):
    row = AttendanceFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        AttendanceFactory(enrolment=row.enrolment, half_day=row.half_day)


def test_history_keeps_each_state_of_an_enrolment(db):
    enrolment = EnrolmentFactory(state=EnrolmentState.WAITING)
    enrolment.state = EnrolmentState.CONFIRMED
    enrolment.save()
    history = Enrolment.pgh_event_model.objects.order_by("pgh_id").values_list("state", flat=True)
    assert list(history) == ["waiting", "confirmed"]


def test_names_are_those_of_what_takes_place(db):
    session = SessionFactory(training__title="Passer la main", slots=[Slot(at(9), 180)])
    enrolment = EnrolmentFactory(session=session, person=PersonFactory(first_name="Ana", last_name=""))
    attendance = AttendanceFactory(enrolment=enrolment)
    day = timezone.localdate().isoformat()
    assert [str(one) for one in (session.training, session, enrolment, attendance)] == [
        "Passer la main",
        "Passer la main",
        "Ana · Passer la main",
        f"Ana · Passer la main · Passer la main · {day}",
    ]
