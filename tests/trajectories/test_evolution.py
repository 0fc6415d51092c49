"""What each point of view said, and when: the words, the gaps, the tables and what moved between two days."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine

from tests.factories.evolution import read
from tests.factories.trajectories import ReadingFactory
from trajectories.evolution import Gap, Word, as_of, evolution_of, gaps_in_words, gaps_of, told
from trajectories.evolution_pictures import curve_of, drawn_of, frame_of, one_at_two_days, table_of, views_at
from trajectories.models import FrameworkState, FrameworkVersion, Viewpoint
from trajectories.moves import moves_between

DIRECTION, TEAM, ACCOMPANIMENT = Viewpoint.DIRECTION, Viewpoint.TEAM, Viewpoint.ACCOMPANIMENT
MARCH, JUNE, SEPTEMBER, DECEMBER = (date(2024, month, 10) for month in (3, 6, 9, 12))
NOT_APPLICABLE, NOT_ENOUGH = "not_applicable", "not_enough_evidence"


@pytest.fixture(autouse=True)
def frozen_day():
    with time_machine.travel("2025-01-10T09:00:00+01:00", tick=False):
        yield


def word(on: date, level: int | None, state: str = "level") -> Word:
    return Word(DIRECTION, on, state, level, level, str(level) if level else state)


def voices_of(evolution, code: str) -> dict[str, list]:
    (line,) = (one for one in evolution.lines if one.dimension.code == code)
    return {key: [(one.on, one.level or one.state) for one in words] for key, words in line.voices.items()}


def test_each_point_of_view_keeps_its_words_in_order_and_not_read_is_no_word(cast):
    read(cast.trajectory_a, DIRECTION, JUNE, D1=3, D2=NOT_APPLICABLE)
    read(cast.trajectory_a, DIRECTION, MARCH, D1=2)
    read(cast.trajectory_a, TEAM, JUNE, D1=NOT_ENOUGH)
    evolution = evolution_of(cast.trajectory_a)
    assert voices_of(evolution, "D1") == {DIRECTION: [(MARCH, 2), (JUNE, 3)], TEAM: [(JUNE, NOT_ENOUGH)]}
    assert voices_of(evolution, "D2") == {DIRECTION: [(JUNE, NOT_APPLICABLE)]}
    assert voices_of(evolution, "D3") == {}
    assert (evolution.days, evolution.viewpoints) == ((MARCH, JUNE), (DIRECTION, TEAM))
    assert (evolution.start, evolution.end) == (date(2024, 1, 15), date(2025, 1, 10))


def test_a_draft_is_not_drawn(cast):
    ReadingFactory(trajectory=cast.trajectory_a, read_on=MARCH, levels={"D1": 2})
    assert evolution_of(cast.trajectory_a).is_empty


def test_the_last_word_of_a_day_stands(cast):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=2)
    with time_machine.travel("2025-01-10T10:00:00+01:00", tick=False):
        read(cast.trajectory_a, DIRECTION, MARCH, D1=4)
    assert voices_of(evolution_of(cast.trajectory_a), "D1") == {DIRECTION: [(MARCH, 4)]}


def test_readings_that_nothing_joins_to_this_version_are_left_out_and_counted(cast):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=2)
    published = {"state": FrameworkState.PUBLISHED, "published_on": MARCH}
    other = FrameworkVersion.objects.create(number=9, name="Venue d’ailleurs", **published)
    ReadingFactory(trajectory=cast.trajectory_a, framework_version=other, read_on=JUNE, sealed=True)
    evolution = evolution_of(cast.trajectory_a)
    assert (evolution.days, evolution.left_out) == ((MARCH,), 1)


def band(on: date, low: int, high: int) -> Word:
    return Word(TEAM, on, "level", low, high, f"entre {low} et {high}")


def test_bands_stand_apart_only_when_they_do_whatever_the_levels_they_may_be():
    voices = {DIRECTION: (word(MARCH, 5), word(SEPTEMBER, 4)), TEAM: (band(MARCH, 1, 3),)}
    assert gaps_of(voices, DECEMBER) == (Gap(MARCH, SEPTEMBER, 3, 5),)


def test_what_may_be_the_same_level_is_no_move():
    may_be = [band(MARCH, 2, 4), word(JUNE, 3), word(SEPTEMBER, 5), word(DECEMBER, None, NOT_APPLICABLE)]
    assert [one.may_say_as(before) for before, one in pairwise(may_be)] == [True, False, False]
    assert told(may_be[:2]) == "entre 2 et 4 (mars 2024), puis 3 (juin 2024)"


def test_facts_are_read_for_those_who_may(cast):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=2)
    facts = [
        next(iter(evolution_of(cast.trajectory_a, with_facts=asked).lines[0].voices.values()))[0].fact
        for asked in (True, False)
    ]
    assert facts == ["Fait de Direction, D1, 10/03/2024.", ""]


def test_a_gap_lasts_as_long_as_two_levels_stand_two_apart():
    voices = {
        DIRECTION: (word(MARCH, 1), word(JUNE, 4), word(DECEMBER, 3)),
        TEAM: (word(MARCH, 2),),
    }
    assert gaps_of(voices, DECEMBER + timedelta(days=10)) == (Gap(JUNE, DECEMBER, 2, 4),)


def test_a_gap_ends_where_a_point_of_view_gives_no_level():
    voices = {
        DIRECTION: (word(MARCH, 1), word(SEPTEMBER, None, NOT_APPLICABLE)),
        TEAM: (word(JUNE, 5),),
    }
    assert gaps_of(voices, DECEMBER) == (Gap(JUNE, SEPTEMBER, 1, 5),)


@pytest.mark.parametrize("seed", range(30))
def test_the_shade_covers_the_time_of_the_gap_and_no_other(seed):
    """Day by day, against the rule said in one line."""
    dice = random.Random(seed)  # noqa: S311 - any sequence will do
    end = MARCH + timedelta(days=120)
    voices = {
        viewpoint: tuple(
            word(MARCH + timedelta(days=on), level, "level" if level else NOT_ENOUGH)
            for on in sorted(dice.sample(range(120), dice.randint(0, 8)))
            for level in [dice.choice([None, 1, 2, 3, 4, 5])]
        )
        for viewpoint in Viewpoint
    }
    gaps = gaps_of(voices, end)
    for day in (MARCH + timedelta(days=rank) for rank in range(120)):
        levels = [one.level for words in voices.values() if (one := as_of(words, day)) and one.level]
        wide = bool(levels) and max(levels) - min(levels) >= 2
        over = [one for one in gaps if one.since <= day < one.until]
        assert [(one.low, one.high) for one in over] == ([(min(levels), max(levels))] if wide else [])


def test_gaps_are_said_with_their_months_and_joined_when_they_follow():
    end = date(2025, 1, 10)
    gaps = [Gap(MARCH, JUNE, 1, 3), Gap(JUNE, SEPTEMBER, 1, 4), Gap(DECEMBER, end, 2, 4)]
    assert gaps_in_words(gaps, end) == "mars 2024 à septembre 2024, depuis décembre 2024"


def test_words_are_told_in_order_and_said_again_in_short():
    words = [word(MARCH, 2), word(JUNE, 2), word(SEPTEMBER, 3), word(DECEMBER, 2)]
    assert told(words) == "2 (mars 2024, encore en juin 2024), puis 3 (septembre 2024), puis 2 (décembre 2024)"
    assert told([]) == "pas encore lue"


def test_the_curve_shades_where_the_words_stand_apart(cast):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=1)
    read(cast.trajectory_a, ACCOMPANIMENT, JUNE, D1=4)
    evolution = evolution_of(cast.trajectory_a)
    curve = curve_of("Travail vivant", evolution.lines[0].voices, frame_of(evolution))
    ((shade),) = curve.shades
    assert (shade.since, shade.until, shade.low, shade.high) == (JUNE, evolution.end, 1, 4)
    assert curve.title == (
        "Travail vivant, janvier 2024 à janvier 2025. À la fin\u00a0: Direction Déjà-là, Accompagnement Structuration."
        " Le chemin est en mots dans le tableau."
    )


def test_all_curves_share_their_axes(cast):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=1, D2=NOT_APPLICABLE)
    curves = [one.curve for one in drawn_of(evolution_of(cast.trajectory_a))]
    assert len({(one.left, one.plot, one.row, one.start, one.end) for one in curves}) == 1


def test_the_table_tells_the_three_ways_of_having_no_level_apart(cast):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=1, D2=NOT_APPLICABLE, D3=NOT_ENOUGH)
    evolution = evolution_of(cast.trajectory_a)
    rows = table_of(evolution, drawn_of(evolution)).rows
    assert [row[1] for row in rows[:4]] == [
        "Déjà-là (mars 2024)",
        "sans objet (mars 2024)",
        "pas assez d’éléments (mars 2024)",
        "pas encore lue",
    ]


def test_points_of_view_at_a_day_are_those_heard_by_then(cast):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=1)
    read(cast.trajectory_a, TEAM, JUNE, D1=3, D2=NOT_APPLICABLE)
    evolution = evolution_of(cast.trajectory_a)
    assert views_at(evolution, MARCH).viewpoints == (DIRECTION,)
    both = views_at(evolution, JUNE)
    assert both.table.headers == ("", "Direction", "Équipe")
    assert both.table.rows[:2] == (
        ("Travail vivant", "Déjà-là", "Expérimentation"),
        ("Ressources immatérielles", "pas encore lue", "sans objet"),
    )
    assert [one.values[:2] for one in both.radar.series] == [(1, None), (3, None)]


def test_one_point_of_view_at_two_days_has_its_past_as_a_ring(cast):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=4)
    read(cast.trajectory_a, DIRECTION, JUNE, D1=2)
    beside = one_at_two_days(evolution_of(cast.trajectory_a), DIRECTION, MARCH, JUNE)
    assert [(one.values[0], one.style.is_ground) for one in beside.radar.series] == [(4, True), (2, False)]
    assert beside.table.rows[0] == ("Travail vivant", "Structuration", "Mise en question")


def moved(cast, since: date, until: date, code: str = "D1"):
    (one,) = (one for one in moves_between(evolution_of(cast.trajectory_a), since, until) if one.dimension.code == code)
    return [(move.what, move.way) for move in one.moves], one.still


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (2, 3, "a bougé"),
        (3, 2, "a bougé"),
        (3, NOT_APPLICABLE, "devient «\u00a0sans objet\u00a0»"),
        (3, NOT_ENOUGH, "devient «\u00a0pas assez d’éléments\u00a0»"),
        (NOT_ENOUGH, 2, "trouve un repère"),
    ],
)
def test_going_back_is_told_in_as_many_words_as_going_forward(cast, before, after, what):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=before)
    read(cast.trajectory_a, DIRECTION, JUNE, D1=after)
    ((said, way),), still = moved(cast, MARCH, JUNE)
    assert (said, still) == (what, "")
    assert way.count("(") == 2


def test_coming_back_to_a_level_is_said_even_within_the_period(cast):
    for day, level in ((MARCH, 2), (JUNE, 3), (SEPTEMBER, 2)):
        read(cast.trajectory_a, DIRECTION, day, D1=level)
    come_back = "revient à «\u00a0Mise en question\u00a0»"
    whole = "Mise en question (mars 2024), puis Expérimentation (juin 2024), puis Mise en question (septembre 2024)"
    last = "Expérimentation (juin 2024), puis Mise en question (septembre 2024)"
    assert moved(cast, MARCH, SEPTEMBER) == ([(come_back, whole)], "")
    assert moved(cast, JUNE, SEPTEMBER) == ([(come_back, last)], "")


def test_what_did_not_move_is_one_line(cast):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=2)
    read(cast.trajectory_a, TEAM, MARCH, D1=NOT_ENOUGH)
    read(cast.trajectory_a, TEAM, JUNE, D1=NOT_ENOUGH)
    assert moved(cast, MARCH, SEPTEMBER) == (
        [],
        "Direction\u00a0: toujours «\u00a0Mise en question\u00a0», pas relue depuis mars 2024\u00a0; "
        "équipe\u00a0: toujours «\u00a0pas assez d’éléments\u00a0», relue en juin 2024",
    )
    assert moved(cast, MARCH, SEPTEMBER, "D2") == ([], "Pas encore lue")


def test_a_first_reading_is_one(cast):
    read(cast.trajectory_a, DIRECTION, JUNE, D1=2)
    assert moved(cast, MARCH, JUNE) == ([("première lecture", "Mise en question (juin 2024)")], "")
    assert moved(cast, date(2024, 1, 1), MARCH) == ([], "Pas encore lue")


def test_a_word_of_the_first_day_is_before_and_one_of_the_last_day_is_since(cast):
    read(cast.trajectory_a, DIRECTION, MARCH, D1=2)
    read(cast.trajectory_a, DIRECTION, JUNE, D1=3)
    assert len(moved(cast, MARCH, JUNE)[0]) == 1
    assert moved(cast, JUNE, SEPTEMBER)[0] == []
