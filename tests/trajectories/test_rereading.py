"""What was read with one version, seen with another: exact where it can be, a band elsewhere, and nothing invented."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories.trajectories import ReadingFactory
from tests.visitor import Visitor
from trajectories.evolution import evolution_of
from trajectories.framework import Framework, load_framework
from trajectories.models import Dimension, FrameworkVersion, Passage, Relation, Viewpoint, Weight
from trajectories.moves import moves_between
from trajectories.operations import (
    correct_correspondence,
    pass_to_version,
    publish_framework,
    remove_part,
    start_framework,
)
from trajectories.queries import crossings_of, level_in_words
from trajectories.rereading import Reread, not_reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(db) -> FrameworkVersion:
    return load_framework()


@pytest.fixture
def second(cast, published) -> FrameworkVersion:
    """D2 is only told for the most part by what it was; D3 goes; the others are the same."""
    draft = start_framework(by=cast.coordinator, based_on=published)
    correct_correspondence(
        by=cast.coordinator,
        dimension=draft.dimensions.get(code="D2"),
        expected_version=0,
        relation=Relation.EQUAL,
        sources=[published.dimensions.get(code="D2")],
        weight=Weight.MOST,
        why="Son sens a bougé.",
    )
    remove_part(by=cast.coordinator, part=draft.dimensions.get(code="D3"), why="Dite ailleurs.")
    changes = draft.changes.count()
    return publish_framework(by=cast.coordinator, framework=draft, expected_changes=changes, why="Plus simple.")


def seen(crossings, code: str) -> dict[str, str]:
    row = next(one for one in crossings.rows if one.dimension.code == code)
    return {viewpoint: level_in_words(one, crossings.framework) for viewpoint, one in row.voices.items()}


def test_same_thing_keeps_its_level_and_what_moved_is_a_band(cast, published, second):
    ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2, "D2": 3}, sealed=True, viewpoint=Viewpoint.TEAM)
    found = crossings_of(cast.trajectory_a, version=second)
    names = [one.name for one in published.levels.all()]
    assert (seen(found, "D1"), seen(found, "D2")) == (
        {Viewpoint.TEAM: names[1]},
        {Viewpoint.TEAM: f"entre {names[1]} et {names[3]}"},
    )
    assert found.rows[1].gap == "lue avec une autre version"


def test_with_its_own_version_a_reading_is_as_it_was_written(cast, published, second):
    ReadingFactory(trajectory=cast.trajectory_a, levels={"D2": 3, "D3": 4}, sealed=True, viewpoint=Viewpoint.TEAM)
    before = crossings_of(cast.trajectory_a)
    pass_to_version(by=cast.leader, trajectory=cast.trajectory_a, version=second)
    cast.trajectory_a.refresh_from_db()
    assert crossings_of(cast.trajectory_a, version=published).rows == before.rows
    pass_to_version(by=cast.leader, trajectory=cast.trajectory_a, version=published)
    cast.trajectory_a.refresh_from_db()
    assert crossings_of(cast.trajectory_a).rows == before.rows


def test_latest_word_is_found_among_versions(cast, published, second):
    told = {"trajectory": cast.trajectory_a, "sealed": True, "viewpoint": Viewpoint.DIRECTION}
    ReadingFactory(levels={"D1": 2}, read_on=date(2024, 3, 1), **told)
    ReadingFactory(levels={"D1": 4}, read_on=date(2024, 6, 1), framework_version=second, **told)
    ReadingFactory(levels={"D2": 1}, read_on=date(2024, 9, 1), **told)
    names = [one.name for one in second.levels.all()]
    for version in (published, second):
        assert seen(crossings_of(cast.trajectory_a, version=version), "D1") == {Viewpoint.DIRECTION: names[3]}
    assert seen(crossings_of(cast.trajectory_a, version=published), "D2") == {Viewpoint.DIRECTION: names[0]}


def test_start_is_said_in_the_words_of_today(cast, published, second):
    ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2}, sealed=True, viewpoint=Viewpoint.TEAM)
    found = crossings_of(cast.trajectory_a, version=second)
    assert isinstance(found.rows[0].start, Reread)
    assert found.rows[0].start.level == 2


def test_what_no_dimension_takes_up_is_named(cast, published, second):
    ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2, "D3": 3}, sealed=True)
    lost = Dimension.objects.get(framework_version=published, code="D3")
    assert not_reread(cast.trajectory_a, second) == [lost]
    assert not_reread(cast.trajectory_a, published) == []


def test_draft_of_a_reading_is_seen_with_no_version(cast, published, second):
    ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2, "D3": 3})
    assert crossings_of(cast.trajectory_a, version=second).is_empty
    assert not_reread(cast.trajectory_a, second) == []


def page(trajectory, query: str = "") -> str:
    return reverse("trajectory_framework", args=[trajectory.public_id]) + query


def test_leader_looks_passes_and_comes_back(cast, second, signed_in):
    ReadingFactory(trajectory=cast.trajectory_a, levels={"D1": 2, "D2": 3, "D3": 3}, sealed=True)
    visitor = Visitor(signed_in(cast.leader))
    visitor.open(page(cast.trajectory_a))
    visitor.click("Version 2")
    assert "Ce qui ne se relit pas ici" in visitor.page.words
    assert not Passage.objects.exists()
    visitor.press("Lire désormais avec cette version")
    assert "Cette trajectoire se lit maintenant avec la version 2." in visitor.page.words
    visitor.click("Version 1")
    visitor.press("Lire désormais avec cette version")
    assert Passage.objects.count() == 2
    cast.trajectory_a.refresh_from_db()
    assert cast.trajectory_a.framework_version.number == 1


@pytest.mark.parametrize("name", ["coordinator", "staff"])
def test_whoever_does_not_steer_looks_and_is_not_offered_to_pass(cast, second, signed_in, name):
    visitor = Visitor(signed_in(cast.users[name]))
    visitor.open(page(cast.trajectory_a, "?version=2"))
    assert "Lire désormais avec cette version" not in visitor.page.words
    sent = signed_in(cast.users[name]).post(reverse("trajectory_pass", args=[cast.trajectory_a.public_id, 2]))
    assert (sent.status_code, Passage.objects.count()) == (403, 0)


@pytest.mark.parametrize("asked", ["3", "0", "-1", "deux", "2'"])
def test_version_that_is_not_there_is_not_found(cast, second, signed_in, asked):
    assert signed_in(cast.leader).get(page(cast.trajectory_a, f"?version={asked}")).status_code == 404


def test_draft_is_not_offered(cast, published, signed_in):
    start_framework(by=cast.coordinator, based_on=published)
    assert signed_in(cast.leader).get(page(cast.trajectory_a, "?version=2")).status_code == 404


def test_band_is_drawn_between_its_two_levels(cast, second):
    from trajectories.pictures import radar_of, rows_of

    ReadingFactory(trajectory=cast.trajectory_a, levels={"D2": 3}, sealed=True, viewpoint=Viewpoint.TEAM)
    found = crossings_of(cast.trajectory_a, version=second)
    radar = radar_of(found)
    (series,) = (one for one in radar.series if one.name == "Équipe")
    assert (series.values[1], series.bands[1]) == (None, (2, 4))
    assert len(radar.drawing()["bands"]) == 1
    assert len(rows_of(found)[1].strip.drawing()["bands"]) == 1


def test_ways_over_time_go_on_across_the_passage(cast, published, second):
    """The same thing keeps its level; what may be several is a band; nothing that was read is said not to be."""
    reads = {"trajectory": cast.trajectory_a, "viewpoint": Viewpoint.TEAM, "sealed": True}
    ReadingFactory(read_on=date(2024, 3, 10), levels={"D1": 2, "D2": 3, "D3": 4}, **reads)
    pass_to_version(by=cast.leader, trajectory=cast.trajectory_a, version=second)
    cast.trajectory_a.refresh_from_db()
    ReadingFactory(read_on=date(2024, 6, 10), levels={"D1": 3, "D2": 4}, framework_version=second, **reads)
    evolution = evolution_of(cast.trajectory_a)
    ways = {
        one.dimension.code: [(word.low, word.high) for words in one.voices.values() for word in words]
        for one in evolution.lines
        if one.is_read
    }
    assert ways == {"D1": [(2, 2), (3, 3)], "D2": [(2, 4), (4, 4)]}
    assert (evolution.carried, evolution.left_out) == (1, 0)
    moves = {one.dimension.code: one for one in moves_between(evolution, date(2024, 4, 1), date(2024, 7, 1))}
    assert [one.what for one in moves["D1"].moves] == ["a bougé"]
    assert (moves["D2"].moves, moves["D2"].still) == (
        (),
        "Équipe\u00a0: «\u00a0Structuration\u00a0», relue en juin 2024",
    )
    then = evolution_of(cast.trajectory_a, Framework.of(published))
    assert [one.dimension.code for one in then.lines if one.is_read] == ["D1", "D2", "D3"]
