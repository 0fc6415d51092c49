"""Crossed readings, figures, last time: what pages and reports read of a trajectory."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from efc_platform.templatetags.french import names_of
from tests.factories.people import PersonFactory
from tests.factories.structures import AccompanimentFactory
from tests.factories.trajectories import (
    AppointmentFactory,
    InterventionFactory,
    NextStepFactory,
    ReadingFactory,
    TrajectoryFactory,
    TrialFactory,
)
from trajectories import pictures, queries
from trajectories.framework import Framework
from trajectories.models import Positioning, PositioningState, Reading, TrialState, Viewpoint
from trajectories.queries import crossings_of

DIRECTION, TEAM = Viewpoint.DIRECTION, Viewpoint.TEAM
ACCOMPANIMENT, PARTNER = Viewpoint.ACCOMPANIMENT, Viewpoint.PARTNER


@pytest.fixture
def read(cast, dimensions):
    """Writes a reading of trajectory A: a level by dimension, or the reason why there is none; sealed unless told."""

    def write(viewpoint: Viewpoint, on: date = date(2024, 6, 1), *, sealed: bool = True, **answers) -> Reading:
        levels = {code: answer for code, answer in answers.items() if isinstance(answer, int)}
        reading = ReadingFactory(trajectory=cast.trajectory_a, viewpoint=viewpoint, read_on=on, levels=levels)
        for code in answers.keys() - levels.keys():
            Positioning.objects.create(reading=reading, dimension=dimensions[code], state=answers[code])
        if sealed:
            Reading.objects.filter(pk=reading.pk).update(sealed_at=timezone.now())
        return reading

    return write


def crossed(cast, code: str = "D1", **options) -> queries.Crossing:
    return next(row for row in crossings_of(cast.trajectory_a, **options).rows if row.dimension.code == code)


def test_trajectory_that_nobody_read_is_empty(cast):
    crossings = crossings_of(cast.trajectory_a)
    assert (crossings.is_empty, crossings.start, crossings.viewpoints) == (True, None, ())
    assert [row.gap for row in crossings.rows] == ["pas encore lue"] * 9


def test_each_viewpoint_says_its_latest_word_even_from_partial_readings(cast, read):
    read(DIRECTION, date(2024, 3, 1), D1=1, D2=2)
    read(DIRECTION, date(2024, 9, 1), D1=3)
    read(TEAM, date(2024, 6, 1), D2=4)
    assert {code: crossed(cast, code).levels for code in ("D1", "D2", "D3")} == {
        "D1": {DIRECTION: 3},
        "D2": {DIRECTION: 2, TEAM: 4},
        "D3": {},
    }


def test_of_two_readings_of_one_day_the_last_sealed_speaks(cast, read):
    earlier, later = read(DIRECTION, D1=4, sealed=False), read(DIRECTION, D1=2, sealed=False)
    Reading.objects.filter(pk=later.pk).update(sealed_at=datetime(2024, 6, 1, 9, tzinfo=UTC))
    Reading.objects.filter(pk=earlier.pk).update(sealed_at=datetime(2024, 6, 1, 10, tzinfo=UTC))
    assert crossed(cast).levels == {DIRECTION: 4}


def test_draft_is_never_counted(cast, read):
    read(DIRECTION, D1=2)
    read(DIRECTION, date(2024, 9, 1), D1=5, sealed=False)
    read(TEAM, D1=5, sealed=False)
    crossings = crossings_of(cast.trajectory_a)
    assert (crossed(cast).levels, crossings.viewpoints) == ({DIRECTION: 2}, (DIRECTION,))


def test_other_trajectory_is_never_counted(cast, read):
    ReadingFactory(trajectory=cast.trajectory_b, levels={"D1": 5}, sealed=True)
    assert crossings_of(cast.trajectory_a).is_empty
    assert not crossings_of(cast.trajectory_b).is_empty


@pytest.mark.parametrize(
    ("until", "levels"),
    [
        (date(2024, 2, 29), {}),
        (date(2024, 3, 1), {DIRECTION: 1}),
        (date(2024, 8, 31), {DIRECTION: 1}),
        (date(2024, 9, 1), {DIRECTION: 3}),
        (None, {DIRECTION: 3}),
    ],
)
def test_crossing_stops_at_a_day_included(cast, read, until, levels):
    read(DIRECTION, date(2024, 3, 1), D1=1)
    read(DIRECTION, date(2024, 9, 1), D1=3)
    assert crossed(cast, until=until).levels == levels


def test_start_is_the_first_sealed_reading_and_stays_so(cast, read):
    first = read(TEAM, date(2024, 2, 1), D1=1)
    read(DIRECTION, date(2024, 6, 1), D1=3, D2=4)
    assert crossings_of(cast.trajectory_a).start == first
    assert [getattr(crossed(cast, code).start, "level", None) for code in ("D1", "D2")] == [1, None]


def test_voices_come_in_the_order_of_the_viewpoints(cast, read):
    for viewpoint in (PARTNER, ACCOMPANIMENT, TEAM, DIRECTION):
        read(viewpoint, D1=2)
    assert list(crossed(cast).voices) == [DIRECTION, TEAM, ACCOMPANIMENT, PARTNER]
    assert crossings_of(cast.trajectory_a).viewpoints == (DIRECTION, TEAM, ACCOMPANIMENT, PARTNER)


NOT_APPLICABLE, NOT_ENOUGH = PositioningState.NOT_APPLICABLE, PositioningState.NOT_ENOUGH_EVIDENCE


@pytest.mark.parametrize(
    ("answers", "gap"),
    [
        ({}, "pas encore lue"),
        ({DIRECTION: 3}, "une seule voix"),
        ({DIRECTION: NOT_ENOUGH}, "une seule voix"),
        ({DIRECTION: 3, TEAM: NOT_ENOUGH}, "à compléter"),
        ({DIRECTION: NOT_APPLICABLE, TEAM: NOT_ENOUGH}, "à compléter"),
        ({DIRECTION: 3, TEAM: 3}, "même lecture"),
        ({DIRECTION: 3, TEAM: 4}, "lectures voisines"),
        ({DIRECTION: 2, TEAM: 4}, "à mettre en débat"),
        ({DIRECTION: 1, TEAM: 2, ACCOMPANIMENT: 3}, "à mettre en débat"),
        ({DIRECTION: 4, TEAM: 3, ACCOMPANIMENT: 3}, "la direction lit autrement"),
        ({DIRECTION: 3, TEAM: 4, ACCOMPANIMENT: 3}, "l’équipe lit autrement"),
        ({DIRECTION: 3, TEAM: 3, ACCOMPANIMENT: 2}, "l’accompagnement lit autrement"),
        ({DIRECTION: 3, TEAM: 3, ACCOMPANIMENT: 3, PARTNER: 4}, "le partenaire lit autrement"),
        ({DIRECTION: 3, TEAM: 3, ACCOMPANIMENT: 4, PARTNER: 4}, "lectures voisines"),
        ({DIRECTION: 3, TEAM: 4, ACCOMPANIMENT: NOT_APPLICABLE}, "lectures voisines"),
    ],
)
def test_gap_is_said_in_words(cast, read, answers, gap):
    for viewpoint, answer in answers.items():
        read(viewpoint, D1=answer)
    assert crossed(cast).gap == gap


def test_debated_dimensions_are_those_two_levels_apart(cast, read):
    read(DIRECTION, D1=1, D2=2, D3=5)
    read(TEAM, D1=3, D2=3, D3=1)
    assert [row.dimension.code for row in crossings_of(cast.trajectory_a).rows if row.is_debated] == ["D1", "D3"]


@pytest.mark.parametrize("state", [NOT_APPLICABLE, NOT_ENOUGH])
def test_absence_of_level_never_becomes_a_number(cast, read, state):
    read(DIRECTION, D1=state)
    read(TEAM, D1=2)
    crossings = crossings_of(cast.trajectory_a)
    assert crossed(cast).levels == {TEAM: 2}
    words = PositioningState(state).label
    headers, rows = pictures.table_of(crossings)
    assert headers == ["", "Départ", "Direction", "Équipe"]
    assert rows[0] == ["Travail vivant", words, words, "2 · Mise en question"]
    assert [series.values[0] for series in pictures.radar_of(crossings).series] == [None, None, 2]


def test_later_absence_of_level_replaces_an_earlier_level(cast, read):
    read(DIRECTION, date(2024, 3, 1), D1=4)
    read(DIRECTION, date(2024, 9, 1), D1=NOT_ENOUGH)
    assert (crossed(cast).levels, crossed(cast).gap) == ({}, "une seule voix")


def test_level_is_said_in_words_and_never_as_zero(cast, read, dimensions):
    read(DIRECTION, D1=3, D2=NOT_APPLICABLE)
    framework = Framework.of(cast.trajectory_a.framework_version)
    said = [queries.level_in_words(crossed(cast, code).voices.get(DIRECTION), framework) for code in ("D1", "D2", "D3")]
    assert said == ["Expérimentation", "sans objet", "pas encore lue"]


def test_pictures_leave_a_gap_where_nothing_was_read(cast, read):
    read(DIRECTION, D1=3)
    crossings = crossings_of(cast.trajectory_a)
    assert pictures.table_of(crossings)[1][1] == ["Ressources immatérielles", "pas encore lue", "pas encore lue"]
    assert [series.values[1] for series in pictures.radar_of(crossings).series] == [None, None]
    assert [row.crossing.dimension.code for row in pictures.rows_of(crossings)] == [f"D{n}" for n in range(1, 10)]


def test_crossings_cost_the_same_whatever_the_number_of_readings(cast, read, django_assert_num_queries):
    read(DIRECTION, D1=3)
    with django_assert_num_queries(3):
        crossings_of(cast.trajectory_a)
    for month in range(2, 6):
        read(TEAM, date(2024, month, 1), D1=2, D2=4)
    with django_assert_num_queries(3):
        crossings_of(cast.trajectory_a)


def test_history_of_a_dimension_goes_from_the_newest_and_holds_no_draft(cast, read, dimensions):
    read(DIRECTION, date(2024, 3, 1), D1=1)
    read(TEAM, date(2024, 9, 1), D1=2)
    read(TEAM, date(2024, 10, 1), D1=5, sealed=False)
    history = queries.history_of(dimensions["D1"], cast.trajectory_a)
    assert [(one.reading.viewpoint, one.level) for one in history] == [(TEAM, 2), (DIRECTION, 1)]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 1, 15), date(2024, 1, 15), 0),
        (date(2024, 1, 15), date(2024, 2, 14), 0),
        (date(2024, 1, 15), date(2024, 2, 15), 1),
        (date(2024, 1, 15), date(2025, 1, 14), 11),
        (date(2024, 1, 15), date(2025, 3, 15), 14),
        (date(2024, 3, 15), date(2024, 1, 15), 0),
    ],
)
def test_months_between_are_whole_and_never_negative(start, end, months):
    assert queries.months_between(start, end) == months


@time_machine.travel("2024-11-20T10:00:00+01:00", tick=False)
def test_figures_count_time_trials_and_the_next_meeting(cast):
    for minutes in (120, 90):
        InterventionFactory(minutes=minutes, share={"trajectory": cast.trajectory_a})
    InterventionFactory(minutes=600, share={"trajectory": cast.trajectory_b})
    for state in (TrialState.RUNNING, TrialState.RUNNING, TrialState.PLANNED, TrialState.KEPT):
        TrialFactory(trajectory=cast.trajectory_a, state=state)
    AppointmentFactory(trajectory=cast.trajectory_a, starts_at=timezone.now() - timedelta(hours=1))
    AppointmentFactory(trajectory=cast.trajectory_a, starts_at=timezone.now() + timedelta(days=9))
    following = AppointmentFactory(trajectory=cast.trajectory_a, starts_at=timezone.now() + timedelta(days=2))
    assert queries.figures_of(cast.trajectory_a) == queries.Figures(
        months=10, interventions=2, minutes=210, trials_running=2, trials=4, next_appointment=following
    )


@time_machine.travel("2024-11-20T10:00:00+01:00", tick=False)
def test_figures_of_a_closed_trajectory_stop_with_it(cast):
    cast.trajectory_a.closed_on = date(2024, 4, 15)
    assert queries.figures_of(cast.trajectory_a) == queries.Figures(3, 0, 0, 0, 0, None)


def test_silent_trajectories_are_open_and_unheard_of_for_two_months(cast):
    today = timezone.localdate()
    recent, old, closed = (TrajectoryFactory() for _ in range(3))
    InterventionFactory(occurred_on=today - timedelta(days=60), share={"trajectory": recent})
    InterventionFactory(occurred_on=today - timedelta(days=61), share={"trajectory": old})
    InterventionFactory(occurred_on=today - timedelta(days=200), share={"trajectory": old})
    closed.closed_on = today
    closed.save()
    silent = [(one.structure, one.last_on) for one in queries.silent_trajectories(most=9)]
    assert silent[-1] == (old.structure, today - timedelta(days=61))
    assert {structure for structure, _last_on in silent[:-1]} == {cast.structure_a, cast.structure_b}


def test_accompanied_trajectories_begin_with_those_heard_of_longest_ago(cast):
    today = timezone.localdate()
    recent, older, never, closed = (TrajectoryFactory() for _ in range(4))
    for one in (recent, older, never, closed):
        AccompanimentFactory(structure=one.structure, practitioner=cast.other_practitioner.person)
    InterventionFactory(occurred_on=today - timedelta(days=90), title="Avant", share={"trajectory": recent})
    InterventionFactory(occurred_on=today - timedelta(days=1), title="Hier", share={"trajectory": recent})
    InterventionFactory(occurred_on=today - timedelta(days=30), title="Le mois passé", share={"trajectory": older})
    closed.closed_on = today
    closed.save()
    NextStepFactory.create_batch(2, trajectory=older)
    NextStepFactory(trajectory=older, done_at=timezone.now())
    meeting = AppointmentFactory(trajectory=recent)
    found = queries.accompanied_trajectories(cast.other_practitioner)
    assert [(one, one.last_on, one.last_title, one.open_steps, one.next_at) for one in found] == [
        (never, None, None, None, None),
        (older, today - timedelta(days=30), "Le mois passé", 2, None),
        (recent, today - timedelta(days=1), "Hier", None, meeting.starts_at),
    ]


def test_accompanied_trajectories_are_ones_own(cast):
    assert list(queries.accompanied_trajectories(cast.practitioner)) == [cast.trajectory_a]
    for name in ("other_practitioner", "former_practitioner", "leader", "coordinator"):
        assert list(queries.accompanied_trajectories(cast.users[name])) == []


def test_steps_due_are_open_ones_own_and_the_most_pressing_first(cast):
    later = NextStepFactory(trajectory=cast.trajectory_a, due_on=date(2030, 1, 2))
    sooner = NextStepFactory(trajectory=cast.trajectory_a, due_on=date(2030, 1, 1))
    someday = NextStepFactory(trajectory=cast.trajectory_a)
    NextStepFactory(trajectory=cast.trajectory_a, done_at=timezone.now())
    elsewhere = NextStepFactory(trajectory=cast.trajectory_b)
    assert list(queries.steps_due(cast.practitioner)) == [sooner, later, someday]
    assert list(queries.steps_due(cast.leader_b)) == [elsewhere]
    assert list(queries.steps_due(cast.coordinator)) == []


@time_machine.travel("2024-11-20T10:00:00+01:00", tick=False)
def test_network_figures_count_this_year_and_only_what_is_sealed(cast, read):
    InterventionFactory(occurred_on=date(2024, 1, 1), minutes=90, share={"trajectory": cast.trajectory_a})
    InterventionFactory(occurred_on=date(2023, 12, 31), minutes=600, share={"trajectory": cast.trajectory_a})
    read(DIRECTION, date(2024, 1, 15), D1=2)
    read(TEAM, date(2024, 2, 1), D1=2, sealed=False)
    assert queries.network_figures() == {"trajectories": 2, "interventions": 1, "minutes": 90, "readings": 1}


@pytest.mark.parametrize(
    ("names", "said"),
    [([], ""), (["Inès"], "Inès"), (["Inès", "Hugo"], "Inès et Hugo"), (["A", "B", "C"], "A, B et C")],
)
def test_names_are_joined_as_one_says_them(names, said):
    assert names_of(PersonFactory.build(first_name=name, last_name="") for name in names) == said
