"""What trainings hand over: a moment of the story that counts and names nobody, an answer to the search box."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.trainings import AttendanceFactory, EnrolmentFactory, SessionFactory, TrainingFactory, whole_day
from trainings.gathering import find_trainings
from trajectories.story import Moment, Period, story_of

ALWAYS = Period()


def attend(cast, *, people: int = 1, days: int = -10, **columns):
    """So many people of A at the morning of a session."""
    columns = {"training__title": "Décrire son travail", "trainers": [cast.trainer.person], **columns}
    session = SessionFactory(slots=whole_day(days), **columns)
    for _ in range(people):
        AttendanceFactory(enrolment=EnrolmentFactory(session=session, structure=cast.structure_a))
    return session


def moments(cast, reader="leader", period=ALWAYS) -> list[Moment]:
    return [one for one in story_of(cast.trajectory_a, cast.users[reader], period) if one.kind == "training"]


def test_session_attended_is_a_moment_that_counts_and_names_nobody(cast):
    session = attend(cast, people=2)
    [moment] = moments(cast)
    assert moment == Moment(
        session.begins_on,
        "training",
        "Décrire son travail",
        detail="Organisation du travail et de l’activité, 2\u00a0personnes, 1\u00a0demi-journée",
        url=session.get_absolute_url(),
    )
    names = {one.person.display_name for one in session.enrolments.all()}
    assert not [name for name in names if name in str(moment)]


def test_enrolment_alone_or_absence_is_no_moment(cast):
    session = SessionFactory(slots=whole_day(-10))
    EnrolmentFactory(session=session, structure=cast.structure_a)
    AttendanceFactory(enrolment=EnrolmentFactory(session=session, structure=cast.structure_a), is_present=False)
    assert moments(cast) == []


def test_what_was_attended_for_another_structure_or_on_ones_own_is_no_moment_of_this_one(cast):
    session = attend(cast, people=0)
    for structure in (None, cast.structure_b):
        AttendanceFactory(enrolment=EnrolmentFactory(session=session, person=cast.staff.person, structure=structure))
        session = attend(cast, people=0)
    assert moments(cast) == []


def test_session_before_the_trajectory_or_after_it_is_no_moment(cast):
    trajectory, today = cast.trajectory_a, timezone.localdate()
    attend(cast, days=-10)
    trajectory.started_on = today - timedelta(days=9)
    trajectory.save()
    assert moments(cast) == []
    trajectory.started_on, trajectory.closed_on = today - timedelta(days=30), today - timedelta(days=11)
    trajectory.save()
    assert moments(cast) == []
    trajectory.closed_on = today - timedelta(days=10)
    trajectory.save()
    assert len(moments(cast)) == 1


def test_moment_stands_within_the_period_asked_for(cast):
    attend(cast, days=-10)
    today = timezone.localdate()
    assert len(moments(cast, period=Period(today - timedelta(days=10), today - timedelta(days=10)))) == 1
    assert moments(cast, period=Period(today - timedelta(days=9))) == []


@pytest.mark.parametrize("reader", ["leader", "staff", "practitioner", "coordinator"])
def test_cohort_session_is_linked_for_who_sees_it(cast, cohort, reader):
    session = attend(cast, cohort=cohort)
    assert [one.url for one in moments(cast, reader)] == [session.get_absolute_url()]


def test_cohort_session_is_told_without_a_link_once_the_structure_has_left(cast, cohort):
    session = attend(cast, cohort=cohort)
    cohort.places.update(until=timezone.localdate())
    assert [(one.title, one.url) for one in moments(cast)] == [("Décrire son travail", "")]
    assert moments(cast, "coordinator")[0].url == session.get_absolute_url()


def found(cast, words: str, reader: str = "nobody") -> list[tuple[str, str]]:
    return [(one.title, one.detail) for one in find_trainings(cast.users[reader], words)]


@pytest.mark.parametrize("words", ["décrire", "DECRIRE travail", "minoterie", "cooperer", "boulangers"])
def test_training_is_found_by_what_the_catalogue_says_of_it(cast, words):
    TrainingFactory(
        title="Décrire son travail",
        summary="À la minoterie.",
        objectives="- Coopérer",
        audience="Boulangers",
    )
    TrainingFactory()
    assert found(cast, words) == [("Décrire son travail", "À la minoterie.")]


def test_what_the_title_says_counts_for_more(cast):
    TrainingFactory(title="Autre chose", content="On parle de coopération.")
    TrainingFactory(title="La coopération", content="On en parle.")
    assert [title for title, _detail in found(cast, "coopération")] == ["La coopération", "Autre chose"]


def test_few_are_shown(cast):
    for _ in range(7):
        TrainingFactory(title="La coopération")
    assert len(found(cast, "coopération")) == 5
