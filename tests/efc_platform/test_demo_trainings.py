"""The demonstration's trainings: known people and structures, at days that the rest of the world allows."""

from collections import Counter
from datetime import date, timedelta
from itertools import chain

import pytest

from efc_platform.management.demo_world.trainings import working_day
from tests.efc_platform.demo_rows import (
    COHORTS,
    PRACTITIONERS,
    STRUCTURES,
    TRAINERS,
    TRAININGS,
    member_keys,
    shortest_days,
)
from trainings.models import REGIMES_OF_MODALITY

SESSIONS = [
    pytest.param(session, id=f"{training['slug']} {session['half_days'][0]['in_days']}")
    for training in TRAININGS
    for session in training["sessions"]
]
each_session = pytest.mark.parametrize("session", SESSIONS)
# The first asks twelve days before, and a session of a Sunday goes back to its Friday, or to its Thursday.
ASKED_BEFORE = 15


def sessions():
    return [session for training in TRAININGS for session in training["sessions"]]


def begins_in(session):
    return session["half_days"][0]["in_days"]


def joined_days_ago(cohort, slug):
    """A structure joins its cohort when its trajectory began or the cohort did, whichever is later."""
    return shortest_days(min(cohort["started_months_ago"], STRUCTURES[slug]["trajectory"]["started_months_ago"]))


def test_trainings_have_past_and_future_sessions():
    assert len(TRAININGS) == len({training["slug"] for training in TRAININGS}) == 8
    for training in TRAININGS:
        days = [begins_in(session) for session in training["sessions"]]
        assert min(days) < 0 < max(days)
    assert len([one for one in sessions() if begins_in(one) > 0 and one["is_public"]]) >= 5


def test_each_modality_has_its_trainings_under_a_regime_that_suits_it():
    assert {training["modality"] for training in TRAININGS} == {
        "leader_training",
        "work_organisation",
        "peer_space",
        "partner_meeting",
    }
    assert all(training["regime"] in REGIMES_OF_MODALITY[training["modality"]] for training in TRAININGS)


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_whatever_the_day_of_loading_nobody_trains_on_a_holiday_or_twice_at_once(year):
    for today in (date(year, 1, 1) + timedelta(days=rank) for rank in range(365)):
        taken = Counter()
        for session, half_day in ((one, half_day) for one in sessions() for half_day in one["half_days"]):
            day = working_day(today + timedelta(days=half_day["in_days"]), today)
            assert day.weekday() < 5
            assert (day.day, day.month) not in {(1, 1), (1, 5), (8, 5), (14, 7), (15, 8), (1, 11), (11, 11), (25, 12)}
            assert (day < today) is (half_day["in_days"] < 0)
            taken.update((trainer, day, half_day["at"] < "12:00") for trainer in session["trainers"])
        assert [one for one, times in taken.items() if times > 1] == []


@each_session
def test_session_is_led_by_somebody_who_trains(session):
    assert session["trainers"][0] in TRAINERS
    assert set(session["trainers"]) <= TRAINERS | PRACTITIONERS


@each_session
def test_session_of_a_cohort_enrols_only_its_structures(session):
    assert session["is_public"] == (session["cohort"] is None)
    slugs = {slug for slug, _who in session["enrolled"] if slug}
    assert slugs <= set(COHORTS[session["cohort"]]["structures"] if session["cohort"] else STRUCTURES)


@each_session
def test_session_enrols_each_person_once_for_their_structure(session):
    people = [who for _slug, who in session["enrolled"]]
    assert len(people) == len(set(people))
    for slug, who in session["enrolled"]:
        assert who in (member_keys(STRUCTURES[slug]) if slug else PRACTITIONERS)


@each_session
def test_session_takes_place_once_its_cohort_and_its_people_are_there(session):
    for slug, _who in session["enrolled"]:
        if slug and session["cohort"]:
            assert -begins_in(session) + ASKED_BEFORE <= joined_days_ago(COHORTS[session["cohort"]], slug)
        elif slug:
            assert -begins_in(session) + ASKED_BEFORE <= shortest_days(
                STRUCTURES[slug]["trajectory"]["started_months_ago"]
            )


@each_session
def test_half_days_follow_one_another(session):
    times = [(one["in_days"], one["at"]) for one in session["half_days"]]
    assert times == sorted(set(times))
    assert {days < 0 for days, _at in times} in [{True}, {False}]
    assert all(one["minutes"] % 15 == 0 and 60 <= one["minutes"] <= 240 for one in session["half_days"])


@each_session
def test_absences_are_those_of_people_enrolled_in_a_past_session(session):
    people, absent = {who for _slug, who in session["enrolled"]}, session.get("absent", [])
    assert not absent or begins_in(session) < 0
    assert all(who in people and rank in range(len(session["half_days"])) for who, rank in absent)


def test_one_session_is_full_and_one_awaits_its_attendance():
    assert [begins_in(one) > 0 for one in sessions() if len(one["enrolled"]) > one["capacity"]] == [True]
    assert [begins_in(one) for one in sessions() if one.get("attendance") == "none"] == [-2]


def test_every_structure_trains_somebody():
    assert {slug for slug, _who in chain.from_iterable(one["enrolled"] for one in sessions()) if slug} == set(
        STRUCTURES
    )


def test_nobody_leads_two_sessions_on_one_day():
    led = [
        (trainer, days)
        for one in sessions()
        for trainer in one["trainers"]
        for days in {half_day["in_days"] for half_day in one["half_days"]}
    ]
    assert len(led) == len(set(led))
