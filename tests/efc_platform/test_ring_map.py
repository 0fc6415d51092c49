"""A map on rings: each thing keeps its direction, nothing covers anything, and what moved shows it."""

import re
from dataclasses import replace
from itertools import combinations, pairwise, product
from math import atan2, hypot
from xml.etree import ElementTree

import pytest

from efc_platform.shared.curves import Curve, SharedBar
from efc_platform.shared.ring_map import SHAPES, Node, RingMap, Sector, SectorMark, shape

SECTORS = tuple(Sector(f"Secteur {name}", "#0f5c4d", name) for name in SHAPES)
RINGS = ("coopération", "commande", "échange")


def node(number: int, *, sector: int = 0, rank: int = 0, ring: int | None = 0, **more) -> Node:
    return Node(
        number, f"Acteur {number}", sector, rank, ring, f"#acteur-{number}", f"{number}, Acteur {number}", **more
    )


def drawn(*nodes: Node, **options) -> RingMap:
    return RingMap("Carte", "La Rive", RINGS, SECTORS, nodes, **options)


def forty() -> list[Node]:
    return [node(place + 1, sector=place % 7, rank=place // 7, ring=place % 3) for place in range(40)]


def spots(chart: RingMap) -> dict[int, str]:
    return {mark["node"].number: mark["path"] for mark in chart.drawing()["marks"]}


def elements(chart: RingMap) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(chart.svg()).iter())  # noqa: S314 - our own template


@pytest.mark.parametrize(("ranks", "apart"), [(1, 47), (3, 31), (12, 15)])
def test_no_two_things_cover_each_other_whatever_their_rings(ranks, apart):
    """Twelve in each of the seven sectors, all on one ring: more than any map should hold."""
    chart = drawn()
    for ring in range(3):
        places = [chart.spot(sector, rank, ring) for sector, rank in product(range(7), range(ranks))]
        nearest = min((hypot(a - c, b - d) for (a, b), (c, d) in combinations(places, 2)), default=99)
        assert nearest > apart


def test_thing_keeps_its_direction_from_one_ring_to_another():
    chart = drawn()
    for sector, rank in product(range(7), range(30)):
        x, y = chart.spot(sector, rank, 0)
        directions = {round(atan2(*chart.spot(sector, rank, ring)), 6) for ring in range(3)}
        assert directions == {round(atan2(x, y), 6)}


def test_nearer_ring_is_nearer_whatever_the_rank():
    chart = drawn()
    away = [
        [hypot(*chart.spot(sector, rank, ring)) for sector, rank in product(range(7), range(24))] for ring in range(3)
    ]
    assert max(away[0]) < min(away[1])
    assert max(away[1]) < min(away[2])


def test_one_more_and_one_less_move_nobody():
    some = forty()[:20]
    before = spots(drawn(*some))
    with_more = spots(drawn(*some, node(99, sector=0, rank=3, ring=0)))
    assert {number: spot for number, spot in with_more.items() if number != 99} == before
    with_less = spots(drawn(*some[:7], *some[8:]))
    assert with_less == {number: spot for number, spot in before.items() if number != 8}


def test_same_map_is_drawn_the_same():
    assert drawn(*forty()).svg() == drawn(*forty()).svg()


def test_each_thing_is_a_link_that_says_what_it_is_and_leads_to_its_line():
    links = [one for one in elements(drawn(*forty())) if one.tag.endswith("}a") or one.tag == "a"]
    assert [(one.get("href"), one.get("aria-label")) for one in links[:2]] == [
        ("#acteur-1", "1, Acteur 1"),
        ("#acteur-2", "2, Acteur 2"),
    ]
    assert len(links) == 40
    assert [one for one in elements(drawn(*forty(), is_linked=False)) if one.tag == "a"] == []


def test_forty_things_are_few_elements_and_nothing_but_attributes():
    svg = drawn(*forty()).svg()
    assert len(elements(drawn(*forty()))) <= 2 * 40 + 16
    assert re.findall(r"<style|style=|class=\"(?!chart)|<script|on\w+=", svg) == []


def test_what_moved_has_an_arrow_and_the_place_where_it_was_and_the_rest_has_none():
    plain = drawn(node(1), node(2, rank=1, ring=2)).drawing()
    assert (plain["arrows"], plain["ghosts"], plain["halos"]) == ("", "", "")
    moved = drawn(node(1, ring=0, came_from=2), node(2, rank=1, ring=2)).drawing()
    began = moved["arrows"].removeprefix("M").split("L")[0]
    assert tuple(map(float, began.split())) == pytest.approx(drawn().spot(0, 0, 2), abs=0.06)
    assert moved["ghosts"].count("M") == 1


def test_what_came_has_a_ring_and_what_left_stands_hollow_where_it_was():
    chart = drawn(node(1, is_new=True), node(2, rank=1, ring=None, came_from=1))
    assert chart.drawing()["halos"].count("M") == 1
    gone = chart.drawing()["marks"][1]
    assert (gone["fill"], gone["dash"]) == ("#fff", "1.5 2.5")
    assert gone["path"] == drawn(node(2, rank=1, ring=1)).drawing()["marks"][0]["path"]
    assert chart.drawing()["arrows"] == ""


def test_ring_shows_in_how_a_shape_is_filled_too():
    marks = drawn(*(node(ring + 1, rank=ring, ring=ring) for ring in range(3))).drawing()["marks"]
    assert [(mark["fill"], mark["dash"]) for mark in marks] == [("#0f5c4d", ""), ("#fff", ""), ("#fff", "3.5 2")]


def test_each_digit_of_a_number_stands_in_its_shape():
    inks = {one["ink"]: one for one in drawn(node(7), node(12, rank=1), node(3, rank=2, ring=1)).drawing()["numbers"]}
    assert {ink: one["digits"] for ink, one in inks.items()} == {"#fff": "712", "#1c2a28": "3"}
    (x, _y), (one, two) = drawn().spot(0, 1, 0), map(float, inks["#fff"]["xs"].split()[1:])
    assert (one < x < two, two - one) == (True, pytest.approx(7.4, abs=0.1))


def test_sectors_have_seven_shapes_that_differ():
    assert len({shape(name, 0, 0, 5) for name in SHAPES}) == 7
    assert all(SectorMark(one).svg().count("aria-hidden") == 1 for one in SECTORS)
    assert "<title>Pairs</title>" in SectorMark(SECTORS[0], title="Pairs").svg()


@pytest.mark.parametrize("sectors", [range(14), [0] * 14])
def test_names_of_a_few_never_stand_on_one_another(sectors):
    nodes = [node(place, sector=one % 7, rank=place, ring=place % 3) for place, one in enumerate(sectors)]
    chart = drawn(*nodes, with_names=True)
    by_side: dict[str, list[float]] = {}
    for _x, y, anchor, _text in chart.drawing()["names"]:
        by_side.setdefault(anchor, []).append(float(y))
    assert sum(map(len, by_side.values())) == 14
    for heights in by_side.values():
        assert all(below - above >= chart.name_size for above, below in pairwise(heights))
        assert max(map(abs, heights)) <= chart.half


def test_long_name_is_cut_beside_the_picture_alone():
    long = replace(node(1), name="Le syndicat intercommunal de traitement des déchets")
    assert drawn(long, with_names=True).drawing()["names"][0][3] == "Le syndicat intercommunal…"


def test_curve_draws_no_line_over_a_missing_year():
    path = Curve("Salariées", (4, None, 5, 6)).drawing()["path"]
    assert path.count("M") == 2
    assert Curve("Salariées", (None, None)).drawing()["path"] == ""


def test_curve_begins_at_zero_and_goes_below_it_only_for_what_is_below():
    assert Curve("Fonds", (0, 10)).drawing()["path"] == "M5 26L115 4"
    assert Curve("Fonds", (-10, 10)).drawing()["path"] == "M5 26L115 4"
    assert Curve("Fonds", (9, 10)).drawing()["path"] == "M5 6.2L115 4"
    assert Curve("Fonds", (0, 0)).drawing()["path"] == "M5 26L115 26"


def test_bar_is_cut_where_the_share_ends():
    assert SharedBar("2024", 25).drawing()["cut"] == "60"
