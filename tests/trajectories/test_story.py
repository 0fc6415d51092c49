"""The story of a trajectory: its moments, their order, and what each viewer may read of them."""

from datetime import date

import pytest

from accounts.models import Circle
from efc_platform.shared.registry import Registry
from tests.factories.trajectories import InterventionFactory, ReadingFactory, TrialFactory
from trajectories import story
from trajectories.models import TrialState, Viewpoint
from trajectories.story import Moment, Period, story_of

BEGINNING = date(2024, 1, 15)


@pytest.fixture
def told(cast) -> None:
    """A year of structure A: words, two meetings, a round of two voices, a trial dropped."""
    cast.trajectory_a.starting_words = "On court partout"
    cast.trajectory_a.save()
    _meeting(cast, date(2024, 3, 4), "Atelier tri", account="Le tri est raconté.", decision="Essayer en duo.")
    _meeting(cast, date(2024, 9, 2), "", account="Rentrée.")
    for viewpoint, day in ((Viewpoint.DIRECTION, 3), (Viewpoint.ACCOMPANIMENT, 20)):
        ReadingFactory(
            trajectory=cast.trajectory_a,
            viewpoint=viewpoint,
            read_on=date(2024, 6, day),
            levels={"D1": 2},
            sealed=True,
        )
    TrialFactory(
        trajectory=cast.trajectory_a,
        title="Tri en duo",
        state=TrialState.DROPPED,
        ended_on=date(2024, 10, 1),
        learnt="Trop tôt.",
    )


def _meeting(cast, day: date, title: str, circle: Circle = Circle.STRUCTURE, **texts: str):
    return InterventionFactory(
        occurred_on=day, title=title, share={"trajectory": cast.trajectory_a, "circle": circle, **texts}
    )


def titles(moments: list[Moment]) -> list[str]:
    return [moment.title for moment in moments]


def test_story_goes_from_the_newest_moment_to_the_beginning(cast, told):
    assert [(moment.on, moment.title) for moment in story_of(cast.trajectory_a, cast.leader)] == [
        (date(2024, 10, 1), "Essai abandonné\u00a0: Tri en duo"),
        (date(2024, 9, 2), "Organisation du travail et de l’activité"),
        (date(2024, 6, 20), "Lecture à deux voix"),
        (date(2024, 5, 1), "Essai commencé\u00a0: Tri en duo"),
        (date(2024, 3, 4), "Atelier tri"),
        (BEGINNING, "Point de départ"),
    ]


def test_milestones_are_the_beginning_the_rounds_and_the_end(cast, told):
    cast.trajectory_a.closed_on = date(2024, 12, 31)
    milestones = [moment for moment in story_of(cast.trajectory_a, cast.leader) if moment.is_milestone]
    assert titles(milestones) == ["Fin de l’accompagnement", "Lecture à deux voix", "Point de départ"]


def test_milestone_stands_before_the_rest_of_its_day(cast):
    _meeting(cast, date(2024, 6, 1), "Le matin")
    ReadingFactory(trajectory=cast.trajectory_a, read_on=date(2024, 6, 1), levels={"D1": 2}, sealed=True)
    assert titles(story_of(cast.trajectory_a, cast.leader))[:2] == ["Nouvelle lecture", "Le matin"]


def test_beginning_closes_the_story_even_of_its_own_day(cast):
    _meeting(cast, BEGINNING, "Première rencontre")
    assert titles(story_of(cast.trajectory_a, cast.leader)) == ["Première rencontre", "Point de départ"]


def test_moment_says_how_long_it_lasted_and_its_modality_when_it_has_a_title(cast, told):
    details = {moment.on: moment.detail for moment in story_of(cast.trajectory_a, cast.leader)}
    assert details[date(2024, 3, 4)] == "Organisation du travail et de l’activité, 2\u00a0h"
    assert details[date(2024, 9, 2)] == "2\u00a0h"


def test_decision_is_told_rather_than_the_account_it_came_from(cast, told):
    summaries = {moment.on: moment.summary for moment in story_of(cast.trajectory_a, cast.leader)}
    assert summaries == {
        date(2024, 10, 1): "Trop tôt.",
        date(2024, 9, 2): "Rentrée.",
        date(2024, 6, 20): "",
        date(2024, 5, 1): "",
        date(2024, 3, 4): "Décision\u00a0: Essayer en duo.",
        BEGINNING: "«\u00a0On court partout\u00a0»",
    }


def test_coordination_knows_what_took_place_without_reading_a_text(cast, told):
    moments = story_of(cast.trajectory_a, cast.coordinator)
    assert {moment.on for moment in moments} <= {moment.on for moment in story_of(cast.trajectory_a, cast.leader)}
    titled = {moment.title for moment in moments if moment.kind == "intervention"}
    assert titled == {"Organisation du travail et de l’activité"}
    assert [moment for moment in moments if moment.kind == "trial" or moment.summary] == []


def test_account_kept_to_the_team_is_read_by_its_practitioner_alone(cast):
    _meeting(cast, date(2024, 3, 4), "Entre nous", circle=Circle.TEAM, account="Entre nous seulement.")
    read = {user: story_of(cast.trajectory_a, cast.users[user])[0].summary for user in ("practitioner", "leader")}
    assert read == {"practitioner": "Entre nous seulement.", "leader": ""}


def test_draft_reading_is_no_moment(cast):
    ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2}, created_by=cast.leader.person)
    assert titles(story_of(cast.trajectory_a, cast.leader)) == ["Point de départ"]


@pytest.mark.parametrize(
    ("voices", "title", "detail"),
    [
        ([Viewpoint.TEAM], "Nouvelle lecture", "équipe"),
        ([Viewpoint.TEAM, Viewpoint.TEAM], "Nouvelle lecture", "équipe"),
        ([Viewpoint.TEAM, Viewpoint.DIRECTION], "Lecture à deux voix", "direction, équipe"),
        (
            [Viewpoint.PARTNER, Viewpoint.TEAM, Viewpoint.DIRECTION],
            "Lecture à trois voix",
            "direction, équipe, partenaire",
        ),
        (list(Viewpoint), "Lecture à quatre voix", "direction, équipe, accompagnement, partenaire"),
    ],
)
def test_readings_of_one_month_are_one_round_named_by_its_voices(cast, voices, title, detail):
    for day, viewpoint in enumerate(voices, start=1):
        ReadingFactory(
            trajectory=cast.trajectory_a,
            viewpoint=viewpoint,
            read_on=date(2024, 6, day),
            levels={"D1": 2},
            sealed=True,
        )
    first = story_of(cast.trajectory_a, cast.leader)[0]
    assert (first.on, first.title, first.detail) == (date(2024, 6, len(voices)), title, detail)


def test_readings_of_two_months_are_two_rounds(cast):
    for month in (5, 6):
        ReadingFactory(trajectory=cast.trajectory_a, read_on=date(2024, month, 1), levels={"D1": 2}, sealed=True)
    assert titles(story_of(cast.trajectory_a, cast.leader)) == [
        "Nouvelle lecture",
        "Nouvelle lecture",
        "Point de départ",
    ]


def test_trial_is_told_once_it_has_begun_and_each_time_it_moves(cast):
    TrialFactory(trajectory=cast.trajectory_a, title="Plus tard", state=TrialState.PLANNED, started_on=None)
    trial = TrialFactory(trajectory=cast.trajectory_a, title="Tri", state=TrialState.KEPT, ended_on=date(2024, 8, 1))
    trial.moves.create(state=TrialState.SUSPENDED, moved_on=date(2024, 6, 1), words="Trop de monde.")
    trial.moves.create(state=TrialState.RUNNING, moved_on=date(2024, 7, 1))
    assert titles(story_of(cast.trajectory_a, cast.leader)) == [
        "Essai gardé\u00a0: Tri",
        "Essai repris\u00a0: Tri",
        "Essai suspendu\u00a0: Tri",
        "Essai commencé\u00a0: Tri",
        "Point de départ",
    ]


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (Period(), 6),
        (Period(start=date(2024, 3, 4)), 5),
        (Period(start=date(2024, 3, 5)), 4),
        (Period(end=date(2024, 3, 4)), 2),
        (Period(end=date(2024, 3, 3)), 1),
        (Period(date(2024, 3, 4), date(2024, 9, 2)), 4),
    ],
)
def test_period_includes_both_its_days(cast, told, period, expected):
    assert len(story_of(cast.trajectory_a, cast.leader, period)) == expected


def test_other_trajectory_tells_nothing_of_this_one(cast, told):
    assert titles(story_of(cast.trajectory_b, cast.leader_b)) == ["Point de départ"]


def test_higher_app_adds_its_own_moments(cast, monkeypatch):
    sources: Registry = Registry("story source")
    monkeypatch.setattr(story, "SOURCES", sources)
    story.register_own_sources()
    training = Moment(date(2024, 2, 1), "training", "Formation suivie")
    sources.register("trainings", lambda trajectory, viewer, reads: [training])
    assert titles(story_of(cast.trajectory_a, cast.leader)) == ["Formation suivie", "Point de départ"]


def test_source_cannot_take_the_place_of_another():
    with pytest.raises(ValueError, match="story source: beginning is registered twice"):
        story.SOURCES.register("beginning", lambda trajectory, viewer, reads: [])


def test_own_sources_registered_again_are_still_the_same():
    before = list(story.SOURCES)
    story.register_own_sources()
    assert list(story.SOURCES) == before
