"""Step curves say when each voice spoke, join nothing over a silence, and shade the time they are given."""

import random
import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from efc_platform.shared.charts import CLAY_CIRCLE, LAKE_TRIANGLE, LEAF_SQUARE, PLUM_DIAMOND
from efc_platform.shared.step_curves import Lane, Shade, Stage, StepCurve, Voice

START, END = date(2024, 1, 1), date(2026, 1, 1)
NAMES = ("Déjà-là", "Mise en question", "Expérimentation", "Structuration", "Coopération élargie")
LANES = (Lane("pas assez d’éléments"), Lane("sans objet", is_struck=True))
STYLES = (CLAY_CIRCLE, LEAF_SQUARE, LAKE_TRIANGLE, PLUM_DIAMOND)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def day(number):
    return START + timedelta(days=number)


def curve(*voices, shades=(), is_small=False, start=START, end=END):
    made = tuple(Voice(f"Voix {rank}", STYLES[rank], tuple(stages)) for rank, stages in enumerate(voices))
    ends = ("janv. 2024", "janv. 2026")
    return StepCurve("Une dimension", made, tuple(shades), NAMES, LANES, start, end, ends, is_small)


def parsed(chart):
    return ElementTree.fromstring(chart.svg())  # noqa: S314 - our own template


def runs(chart, style):
    """Every point of a voice's line, run by run."""
    drawn = [
        one for one in parsed(chart).iter("path") if one.get("stroke") == style.colour and one.get("fill") == "none"
    ]
    paths = [run for one in drawn for run in one.get("d").split("M")[1:]]
    return [[tuple(map(float, NUMBER.findall(point))) for point in run.split("L")] for run in paths]


def marks(chart, style, *, hollow=False):
    drawn = [one for one in parsed(chart).iter("path") if one.get("fill") == ("#fff" if hollow else style.colour)]
    owned = [one for one in drawn if not hollow or one.get("stroke") == style.colour]
    return [mark for one in owned for mark in re.findall(r"M[^M]*z(?:M[^zM]*(?=M|$))?", one.get("d"))]


def texts(chart):
    return [one.text for one in parsed(chart).iter("text")]


def near(points):
    return [pytest.approx(point, abs=0.06) for point in points]


def test_a_line_is_level_until_the_next_word_then_goes_straight_to_it_up_or_down():
    chart = curve([Stage(day(0), 2), Stage(day(100), 4), Stage(day(300), 1)])
    (points,) = runs(chart, CLAY_CIRCLE)
    at, up, down, end = (chart.x(one) for one in (day(0), day(100), day(300), END))
    assert points == near(
        [
            (at, chart.y(2)),
            (up, chart.y(2)),
            (up, chart.y(4)),
            (down, chart.y(4)),
            (down, chart.y(1)),
            (end, chart.y(1)),
        ]
    )


def test_no_line_joins_two_levels_over_a_silence():
    chart = curve([Stage(day(0), 2), Stage(day(100), None, 1), Stage(day(300), 2)])
    before, aside, after = runs(chart, CLAY_CIRCLE)
    assert (before[0][0], before[-1][0]) == pytest.approx((chart.x(day(0)), chart.x(day(100))), abs=0.06)
    assert (after[0][0], after[-1][0]) == pytest.approx((chart.x(day(300)), chart.x(END)), abs=0.06)
    assert {y for _x, y in aside} == {aside[0][1]}
    assert aside[0][1] > chart.y(1) + chart.row


def test_nothing_is_drawn_before_the_first_word_nor_for_who_said_none():
    chart = curve([Stage(day(200), 3)], [])
    ((first, *_rest),) = runs(chart, CLAY_CIRCLE)
    assert first[0] == pytest.approx(chart.x(day(200)) + chart.strand(0), abs=0.06)
    assert LEAF_SQUARE.colour not in chart.svg()


def test_the_two_silences_have_their_own_lane_name_and_mark():
    chart = curve([Stage(day(0), 2), Stage(day(100), None, 0), Stage(day(200), None, 1)])
    assert texts(chart)[-3:] == ["pas assez", "d’éléments", "sans objet"]
    plain, struck = marks(chart, CLAY_CIRCLE, hollow=True)
    assert (plain.count("M"), struck.count("M")) == (1, 2)
    assert len(marks(chart, CLAY_CIRCLE)) == 1


def test_what_lies_between_two_levels_is_a_box_over_them_that_no_line_enters():
    chart = curve([Stage(day(0), 2), Stage(day(100), None, band=(2, 4)), Stage(day(300), 3)])
    box = next(one for one in parsed(chart).iter("path") if one.get("fill-opacity")).get("d")
    left, top, right, tall, again = map(float, NUMBER.findall(box))
    assert (left, right, again) == pytest.approx((chart.x(day(100)), chart.x(day(300)), left), abs=0.06)
    assert (top, tall) == (chart.y(4), 2 * chart.row)
    before, after = runs(chart, CLAY_CIRCLE)
    assert (before[-1][0], after[0][0]) == pytest.approx((chart.x(day(100)), chart.x(day(300))), abs=0.06)
    assert [one for one in marks(chart, CLAY_CIRCLE) if one.count("a") == 2] == marks(chart, CLAY_CIRCLE)[1:]
    assert not marks(chart, CLAY_CIRCLE, hollow=True)
    assert "sans objet" not in texts(chart)


def test_lanes_are_named_only_where_something_lies_in_them():
    assert "sans objet" not in texts(curve([Stage(day(0), 2)]))
    assert "sans objet" not in texts(curve([Stage(day(0), None, 0)]))


def test_levels_are_named_and_never_numbered():
    said = " ".join(texts(curve([Stage(day(0), 2)])))
    assert said == (
        "Déjà-là Mise en question Expérimentation Structuration Coopération élargie janv. 2024 janv. 2026 2025"
    )


def test_a_small_curve_names_the_ends_of_its_scale():
    assert texts(curve([Stage(day(0), 2)], is_small=True))[:3] == ["Déjà-là", "Coopération", "élargie"]


def test_the_shade_covers_its_days_and_its_levels():
    chart = curve([Stage(day(0), 1)], shades=[Shade(day(100), day(300), 1, 4)])
    shade = next(one for one in parsed(chart).iter("path") if one.get("fill") == "#f1e0cf").get("d")
    left, top, right, bottom, again = map(float, NUMBER.findall(shade))
    assert (left, right, again) == pytest.approx((chart.x(day(100)), chart.x(day(300)), left), abs=0.06)
    assert (top, bottom) == (chart.y(4), chart.y(1))
    strokes = next(one for one in parsed(chart).iter("path") if one.get("stroke") == "#c99d74").get("d")
    across = [float(NUMBER.findall(one)[0]) for one in strokes.split("M")[1:]]
    assert left < min(across)
    assert max(across) < right


def test_no_shade_without_a_gap():
    assert "#f1e0cf" not in curve([Stage(day(0), 1)]).svg()


def test_shapes_of_one_day_and_one_level_stand_side_by_side():
    chart = curve(*([Stage(day(200), 3)] for _ in range(4)))
    places = [float(NUMBER.findall(marks(chart, style)[0])[0]) for style in STYLES]
    assert min(after - before for before, after in pairwise(sorted(places))) > 5


def test_lines_of_one_level_run_side_by_side():
    chart = curve(*([Stage(day(0), 3)] for _ in range(4)))
    heights = [runs(chart, style)[0][0][1] for style in STYLES]
    assert min(after - before for before, after in pairwise(heights)) >= 3
    assert max(heights) - min(heights) < chart.row / 2


def test_one_reading_made_today_is_a_mark():
    chart = curve([Stage(START, 3)], end=START)
    assert len(marks(chart, CLAY_CIRCLE)) == 1


def test_years_are_named_where_there_is_room_for_them():
    """Neither ten years nor ten days push labels over one another."""
    for years in (1, 3, 10, 30):
        chart = curve([Stage(START, 3)], end=date(2024 + years, 6, 1), is_small=True)
        at = [float(one.get("x")) for one in parsed(chart).iter("text") if re.fullmatch(r"\d{4}", one.text)]
        assert all(after - before >= 40 for before, after in pairwise(at)), years


@pytest.mark.parametrize("seed", range(40))
def test_any_sequence_is_drawn_within_its_frame_without_a_slope(seed):
    """A step is upright or level, whatever was said in whatever order; each word has its mark, each silence its cut."""
    dice = random.Random(seed)  # noqa: S311 - any sequence will do
    voices = [
        [
            Stage(day(on), level, dice.randint(0, 1) if level is None else 0)
            for on in sorted(dice.sample(range(731), dice.randint(1, 14)))
            for level in [dice.choice([None, 1, 2, 3, 4, 5])]
        ]
        for _ in range(dice.randint(1, 4))
    ]
    chart = curve(*voices, is_small=seed % 2 == 0)
    for style, stages in zip(STYLES, voices, strict=False):
        found = runs(chart, style)
        assert len(found) == 1 + sum(None in (a.level, b.level) for a, b in pairwise(stages))
        for points in found:
            assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))
            assert all(chart.left - 6 <= x <= chart.left + chart.plot + 6 for x, _y in points)
        assert len(marks(chart, style)) == sum(one.level is not None for one in stages)
        assert len(marks(chart, style, hollow=True)) == sum(one.level is None for one in stages)
