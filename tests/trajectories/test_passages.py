"""A version is published with what each dimension comes from; a trajectory passes to it, and back, losing nothing."""

import pytest
from django.db import DatabaseError, transaction

from efc_platform.shared.errors import OperationRefused, StaleEdit
from tests.factories.trajectories import ReadingFactory, TrajectoryFactory
from trajectories.carrying import carry_along, crosswalk_of, is_joined, origins_of
from trajectories.crosswalk import Origin, Said
from trajectories.framework import load_framework
from trajectories.models import (
    Correspondence,
    CorrespondenceSource,
    Dimension,
    FrameworkVersion,
    Passage,
    PositioningState,
    Relation,
    Weight,
)
from trajectories.operations import (
    add_dimension,
    correct_correspondence,
    pass_to_version,
    publish_framework,
    remove_part,
    retire_framework,
    start_framework,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(db) -> FrameworkVersion:
    return load_framework()


@pytest.fixture
def draft(cast, published) -> FrameworkVersion:
    return start_framework(by=cast.coordinator, based_on=published)


@pytest.fixture
def second(cast, draft) -> FrameworkVersion:
    return publish(cast, draft)


def publish(cast, draft) -> FrameworkVersion:
    told = {"expected_changes": draft.changes.count(), "why": "Des mots plus simples."}
    return publish_framework(by=cast.coordinator, framework=draft, **told)


def one(version: FrameworkVersion, code: str) -> Dimension:
    return version.dimensions.get(code=code)


def correct(cast, dimension, **more) -> Correspondence:
    told = {"expected_version": 0, "relation": Relation.NARROWER, "weight": Weight.PART, "why": "Deux signes de moins."}
    return correct_correspondence(by=cast.coordinator, dimension=dimension, **told | more)


def test_what_was_corrected_stands_in_place_of_what_the_words_suggest(cast, draft, published):
    correct(cast, one(draft, "D2"), sources=[one(published, "D1")])
    found = crosswalk_of(draft).origins
    key = one(draft, "D2").key
    assert found[key] == Origin(Relation.NARROWER, (one(published, "D1").key,), Weight.PART)
    assert {one.relation for name, one in found.items() if name != key} == {Relation.EQUAL}
    assert draft.changes.get().after == "n’en garde qu’une partie (Travail vivant)"


def test_version_is_published_with_what_each_of_its_dimensions_comes_from(cast, draft, published):
    correct(cast, one(draft, "D2"), sources=[one(published, "D1")])
    proposed = crosswalk_of(draft).origins
    assert origins_of(publish(cast, draft)) == proposed
    assert Correspondence.objects.count() == 9


def test_first_version_of_all_comes_from_nothing(published):
    assert (origins_of(published), is_joined(published.pk, published.pk)) == ({}, True)


def test_what_is_published_keeps_where_it_comes_from_even_by_sql(second):
    for rows in (Correspondence.objects.all(), CorrespondenceSource.objects.all()):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Correspondence.objects.update(weight=Weight.PART)


def test_origin_of_a_dimension_taken_away_goes_with_it(cast, draft, published):
    dimension = one(draft, "D2")
    correct(cast, dimension, sources=[one(published, "D2")])
    remove_part(by=cast.coordinator, part=dimension, why="Dite ailleurs.")
    assert len(origins_of(publish(cast, draft))) == 8


@pytest.mark.parametrize(
    ("relation", "codes", "weight", "field"),
    [
        (Relation.NEW, ["D1"], None, "sources"),
        (Relation.EQUAL, [], Weight.WHOLE, "sources"),
        (Relation.EQUAL, ["D1", "D2"], Weight.WHOLE, "sources"),
        (Relation.MERGED, ["D1"], Weight.MOST, "sources"),
        (Relation.SPLIT, ["D1"], None, "weight"),
        (Relation.NEW, [], Weight.WHOLE, "weight"),
    ],
)
def test_number_of_dimensions_goes_with_the_relation(cast, draft, published, relation, codes, weight, field):
    sources = [one(published, code) for code in codes]
    with pytest.raises(OperationRefused) as refused:
        correct(cast, one(draft, "D2"), relation=relation, sources=sources, weight=weight)
    assert (refused.value.field, Correspondence.objects.count()) == (field, 0)


def test_dimension_of_another_version_is_no_origin(cast, draft):
    with pytest.raises(OperationRefused, match="version d’avant"):
        correct(cast, one(draft, "D2"), sources=[one(draft, "D1")])


def test_correction_overtaken_is_refused_and_nobody_else_corrects(cast, draft, published):
    correct(cast, one(draft, "D2"), sources=[one(published, "D1")])
    with pytest.raises(StaleEdit):
        correct(cast, one(draft, "D2"), sources=[one(published, "D2")])
    with pytest.raises(OperationRefused, match="coordination"):
        correct_correspondence(
            by=cast.practitioner,
            dimension=one(draft, "D3"),
            expected_version=0,
            relation=Relation.NEW,
            sources=[],
            weight=None,
            why="Essai.",
        )


def test_new_dimension_comes_from_nothing_until_somebody_says_otherwise(cast, draft):
    names = {"name": "La lune", "short_name": "Lune", "spoke_name": "Lune", "question": "Qui la regarde ?"}
    made = add_dimension(by=cast.coordinator, axis=draft.axes.first(), why="Un angle de plus.", **names)
    assert crosswalk_of(draft).origins[made.key] == Origin(Relation.NEW)


def test_trajectory_passes_and_comes_back_and_its_readings_stay(cast, published, second):
    trajectory = cast.trajectory_a
    reading = ReadingFactory(trajectory=trajectory, levels={"D1": 2}, sealed=True)
    passage = pass_to_version(by=cast.leader, trajectory=trajectory, version=second)
    trajectory.refresh_from_db()
    assert (trajectory.framework_version, passage.from_version, passage.passed_by) == (
        second,
        published,
        cast.leader.person,
    )
    reading.refresh_from_db()
    assert (reading.framework_version, reading.positionings.get().level) == (published, 2)
    pass_to_version(by=cast.practitioner, trajectory=trajectory, version=published)
    trajectory.refresh_from_db()
    assert (trajectory.framework_version, Passage.objects.count()) == (published, 2)


def test_passing_twice_is_once(cast, second):
    first = pass_to_version(by=cast.leader, trajectory=cast.trajectory_a, version=second)
    assert pass_to_version(by=cast.leader, trajectory=cast.trajectory_a, version=second) == first
    assert Passage.objects.count() == 1


@pytest.mark.parametrize("name", ["coordinator", "staff", "board", "leader_b", "other_practitioner", "nobody"])
def test_only_those_who_steer_choose_when(cast, second, name):
    with pytest.raises(OperationRefused, match="décident"):
        pass_to_version(by=cast.users[name], trajectory=cast.trajectory_a, version=second)
    assert not Passage.objects.exists()


def test_version_in_preparation_and_present_one_are_no_passage(cast, draft, published):
    for version in (draft, published):
        with pytest.raises(OperationRefused):
            pass_to_version(by=cast.leader, trajectory=cast.trajectory_a, version=version)


def test_version_retired_since_is_only_come_back_to(cast, published, second):
    pass_to_version(by=cast.leader, trajectory=cast.trajectory_a, version=second)
    retire_framework(by=cast.coordinator, framework=published)
    elsewhere = TrajectoryFactory(framework_version=second, structure=cast.structure_b, closed_on="2024-06-01")
    with pytest.raises(OperationRefused, match="ne peut pas passer"):
        pass_to_version(by=cast.leader_b, trajectory=elsewhere, version=published)
    assert pass_to_version(by=cast.leader, trajectory=cast.trajectory_a, version=published).to_version == published


def test_passage_stays_even_by_sql(cast, second):
    pass_to_version(by=cast.leader, trajectory=cast.trajectory_a, version=second)
    with pytest.raises(DatabaseError), transaction.atomic():
        Passage.objects.all().delete()


def test_reading_is_carried_along_versions_and_back(cast, draft, published):
    source = one(published, "D1")
    correct(cast, one(draft, "D2"), sources=[source], weight=Weight.MOST)
    second = publish(cast, draft)
    third = publish(cast, start_framework(by=cast.coordinator, based_on=second))
    read = {source.key: Said.level(3)}
    ahead = carry_along(read, published.pk, third.pk)
    band = Said(PositioningState.LEVEL, 2, 4)
    assert ahead == {source.key: Said.level(3), one(second, "D2").key: band}
    assert carry_along(ahead, third.pk, published.pk) == read
    assert carry_along(read, published.pk, published.pk) == read
