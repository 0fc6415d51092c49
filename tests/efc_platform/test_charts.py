"""Drawings say what their table says, and nothing for what was not said."""

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from efc_platform.shared.charts import (
    CLAY_CIRCLE,
    GREY_RING,
    LAKE_TRIANGLE,
    LEAF_SQUARE,
    PLUM_DIAMOND,
    DotRow,
    RadarChart,
    Series,
    Swatch,
    Trend,
    TrendLines,
)

SPOKES = (
    "Travail vivant",
    "Ressources",
    "Coopération",
    "Solution",
    "Modèle",
    "Relations",
    "Écosystème",
    "Gouvernance",
    "Visée",
)
LONG_SPOKES = ("Travail vivant et reconnaissance", *SPOKES[1:])
STYLES = (GREY_RING, CLAY_CIRCLE, LEAF_SQUARE, LAKE_TRIANGLE, PLUM_DIAMOND)
VALUES = (
    (2, 1, 2, 1, 1, 2, 2, 1, 3),
    (3, 3, 2, 3, 1, 2, 4, 2, 3),
    (3, 2, 3, 2, 2, 3, 2, 2, 4),
    (2, 2, 2, 3, 1, 3, 2, 2, 3),
    (5, 2, 3, 1, 1, 4, 3, 5, 4),
)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def radar(*values, spokes=SPOKES, remarks=()):
    series = (Series(f"Regard {rank}", one, STYLES[rank], remarks) for rank, one in enumerate(values))
    return RadarChart("Lectures", spokes, tuple(series))


def parsed(chart):
    return ElementTree.fromstring(chart.svg())  # noqa: S314 - our own template


def line_points(chart, style):
    """Every point of the line drawn in a style's colour, run by run."""
    drawn = [path for path in parsed(chart).iter("path") if path.get("stroke-width")]
    runs = [run for path in drawn if path.get("stroke") == style.colour for run in path.get("d").split("M")[1:]]
    return [[tuple(map(float, NUMBER.findall(point))) for point in run.rstrip("z").split("L")] for run in runs]


def marks_of(chart, style):
    """One sub-path per shape filled with a style's colour."""
    drawn = [path for path in parsed(chart).iter("path") if not path.get("stroke-width")]
    return [mark for path in drawn if path.get("fill") == style.colour for mark in path.get("d").split("M")[1:]]


def outlined(chart, style):
    return [path for path in parsed(chart).iter("path") if path.get("stroke") == style.colour]


@pytest.mark.parametrize("rank", range(len(STYLES)))
def test_radar_lines_pass_where_the_table_says(rank):
    chart = radar(*VALUES)
    (points,) = line_points(chart, STYLES[rank])
    said = [int(row[1 + rank]) for row in chart.table.rows]
    expected = [chart.position(place, value) for place, value in enumerate(said)]
    assert points == [pytest.approx(point, abs=0.06) for point in expected]


def test_radar_has_no_zero():
    chart = radar(*VALUES)
    x, y = chart.position(0, 1)
    assert (x, y) == pytest.approx((0, -chart.first_ring))


def test_radar_breaks_its_line_where_a_value_is_missing():
    chart = radar(VALUES[0], (3, None, 2, 3, None, None, 4, 2, 3))
    runs = line_points(chart, CLAY_CIRCLE)
    assert [len(run) for run in runs] == [2, 4]
    assert len(marks_of(chart, CLAY_CIRCLE)) == 6
    assert ["z" in path.get("d") for path in outlined(chart, CLAY_CIRCLE)] == [False]


def test_radar_shows_a_lone_value_as_a_mark_without_a_line():
    chart = radar((None,) * 8 + (3,), (None,) * 4 + (2,) + (None,) * 4)
    assert line_points(chart, CLAY_CIRCLE) == []
    assert len(marks_of(chart, CLAY_CIRCLE)) == 1
    assert [path.get("fill") for path in outlined(chart, GREY_RING)] == ["#fff"]


def test_radar_draws_nothing_for_a_series_without_values():
    chart = radar(VALUES[0], (None,) * 9)
    assert CLAY_CIRCLE.colour not in chart.svg()


def test_missing_value_is_said_in_words():
    chart = radar((1, None, None), spokes=("A", "B", "C"), remarks=("", "sans objet", ""))
    assert chart.table.rows == (("A", "1"), ("B", "sans objet"), ("C", "–"))


def test_shapes_at_the_same_place_stand_apart():
    chart = radar(*VALUES)
    circle, square = marks_of(chart, CLAY_CIRCLE)[0], marks_of(chart, LEAF_SQUARE)[0]
    left_of_circle, left_of_square = (float(NUMBER.match(mark)[0]) for mark in (circle, square))
    assert left_of_square - left_of_circle >= 7


@pytest.mark.parametrize("spokes", [SPOKES, LONG_SPOKES, ("anticonstitutionnellement",) * 9])
def test_radar_labels_stay_within_the_picture(spokes):
    root = parsed(radar(*VALUES, spokes=spokes))
    left, top, width, height = map(float, root.get("viewBox").split())
    for label in root.iter("text"):
        extent = len(label.text) * float(root.get("font-size")) * 0.6
        x, y = float(label.get("x")), float(label.get("y"))
        start = x - {None: 0, "middle": extent / 2, "end": extent}[label.get("text-anchor")]
        assert left <= start
        assert start + extent <= left + width
        assert top < y < top + height


def test_long_label_takes_two_lines():
    texts = [label.text for label in parsed(radar(*VALUES, spokes=LONG_SPOKES)).iter("text")]
    assert texts[:2] == ["Travail vivant", "et reconnaissance"]


def test_pictures_are_light():
    assert len(radar(*VALUES).svg().encode()) < 4000
    assert max(len(row(*column).svg().encode()) for column in zip(*VALUES, strict=True)) < 900


def row(*values, name="Visée"):
    return DotRow(name, tuple(Series(f"Regard {rank}", (value,), STYLES[rank]) for rank, value in enumerate(values)))


@pytest.mark.parametrize("value", [1, 2, 3, 4, 5])
def test_dot_row_puts_its_shape_where_the_table_says(value):
    chart = row(1, value)
    (mark,) = marks_of(chart, CLAY_CIRCLE)
    assert float(NUMBER.match(mark)[0]) + 4 == chart.x(int(chart.table.rows[0][2]))


def test_dot_row_shapes_of_one_value_do_not_touch():
    heights = [float(NUMBER.findall(marks_of(row(2, 3, 3, 3, 3), style)[0])[1]) for style in STYLES[1:]]
    assert heights == sorted(heights)
    assert all(after - before >= 5 for before, after in pairwise(heights))


def test_dot_row_leaves_a_missing_value_out():
    chart = row(None, 3, None, 5)
    assert marks_of(chart, LEAF_SQUARE) == []
    assert list(parsed(chart).iter("circle")) == []
    assert chart.title == "Visée\u00a0: Regard 0 –, Regard 1 3, Regard 2 –, Regard 3 5"


def test_dot_row_mark_is_hollow_or_faded_and_its_title_says_why():
    said = Series("Direction", (2,), CLAY_CIRCLE, note="sur parole", is_hollow=True)
    old = Series("Équipe", (4,), LEAF_SQUARE, note="sur document, ancien", is_faded=True)
    plain = Series("Partenaire", (3,), PLUM_DIAMOND)
    chart = DotRow("Visée", (said, old, plain))
    assert chart.title == "Visée\u00a0: Direction 2 (sur parole), Équipe 4 (sur document, ancien), Partenaire 3"
    drawn = {one.get("stroke"): one for one in parsed(chart).iter("path")}
    assert (drawn[CLAY_CIRCLE.colour].get("fill"), drawn[LEAF_SQUARE.colour].get("stroke-dasharray")) == (
        "#fff",
        "1.5 1.5",
    )
    assert PLUM_DIAMOND.colour not in drawn
    assert (chart.has_marks, DotRow("Visée", (plain,)).has_marks) == (True, False)


def test_dot_row_has_no_band_when_all_read_the_same():
    assert "#cfc8b6" not in row(1, 3, 3).svg()
    assert "#cfc8b6" in row(1, 3, 4).svg()


def trends():
    days = (date(2025, 3, 6), date(2025, 12, 2), date(2026, 11, 12))
    lines = (
        Trend("Visée", 0, 0, tuple(zip(days, (3, 3, 4), strict=True)), CLAY_CIRCLE),
        Trend("Modèle", 1, 0, tuple(zip(days[::2], (1, 2), strict=True)), LEAF_SQUARE),
    )
    return TrendLines("Chemin", lines, days[0], date(2026, 11, 23))


def test_trend_lines_pass_where_the_table_says():
    chart = trends()
    assert chart.table.headers == ("", "06/03/2025", "02/12/2025", "12/11/2026")
    assert chart.table.rows == (("Visée", "3", "3", "4"), ("Modèle", "1", "–", "2"))
    (line,) = outlined(chart, LEAF_SQUARE)
    start, *_, end = [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", line.get("d"))]
    modele = chart.trends[1]
    assert start == pytest.approx(chart.spot(modele, *modele.points[0]), abs=0.06)
    assert end == pytest.approx(chart.spot(modele, *modele.points[1]), abs=0.06)


def test_trend_lines_carry_no_number_to_read():
    assert list(parsed(trends()).iter("text")) == []


@pytest.mark.parametrize("chart", [radar(*VALUES), row(1, 2, 3), trends()])
def test_picture_names_itself_and_styles_nothing_inline(chart):
    root = parsed(chart)
    title = root.find("title")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == title.get("id")
    assert title.text == chart.title
    assert [one.tag for one in root.iter() if "style" in one.attrib or one.tag == "style"] == []


def test_two_different_pictures_have_two_ids():
    charts = (row(1, 2), row(1, 3), row(1, 2, name="Modèle"), radar(*VALUES))
    assert len({parsed(chart).get("aria-labelledby") for chart in charts}) == 4


def test_same_picture_is_drawn_twice_alike():
    assert radar(*VALUES).svg() == radar(*VALUES).svg()


def test_picture_escapes_what_people_wrote():
    svg = radar(*VALUES, spokes=("<b>&", *SPOKES[1:])).svg()
    assert "&lt;b&gt;&amp;" in svg
    assert "<b>" not in svg


def test_swatch_without_a_title_is_decoration():
    assert parsed(Swatch(CLAY_CIRCLE)).get("aria-hidden") == "true"
    assert parsed(Swatch(CLAY_CIRCLE, "Cercle")).find("title").text == "Cercle"
