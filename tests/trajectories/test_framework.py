"""The default référentiel is in the database exactly as its YAML file says it, once."""

import pytest
import yaml
from django.utils import timezone

from trajectories.framework import DATA, Framework, load_framework
from trajectories.models import Axis, Criterion, Dimension, FrameworkState, FrameworkVersion, Level, Marker

CONTENT = yaml.safe_load((DATA / "referentiel-efc.yaml").read_text())
ROWS = [row for axis in CONTENT["axes"] for row in axis["dimensions"]]
MODELS = [FrameworkVersion, Level, Axis, Dimension, Criterion, Marker]

pytestmark = pytest.mark.django_db


def test_framework_has_four_axes_nine_dimensions_five_levels_and_forty_five_markers():
    load_framework()
    assert [model.objects.count() for model in MODELS if model is not Criterion] == [1, 5, 4, 9, 45]
    assert Criterion.objects.count() == sum(len(row["criteria"]) for row in ROWS)


def test_levels_are_those_of_the_file_in_their_order():
    version = load_framework()
    written = [(one.rank, one.key, one.name) for one in version.levels.all()]
    assert written == [(rank, row["key"], row["name"]) for rank, row in enumerate(CONTENT["levels"], start=1)]


def test_axes_hold_the_dimensions_that_the_file_gives_them():
    version = load_framework()
    written = [(axis.code, axis.name, [one.code for one in axis.dimensions.all()]) for axis in version.axes.all()]
    assert written == [
        (axis["code"], axis["name"], [one["code"] for one in axis["dimensions"]]) for axis in CONTENT["axes"]
    ]


def test_dimensions_carry_the_words_of_the_file():
    version = load_framework()
    written = [(one.code, one.key, one.name, one.question) for one in version.dimensions.all()]
    assert written == [(row["code"], row["key"], row["name"], row["question"]) for row in ROWS]


def test_dimensions_carry_their_short_names():
    version = load_framework()
    written = [(one.short_name, one.spoke_name) for one in version.dimensions.all()]
    assert written == [(row["short_name"], row["spoke_name"]) for row in ROWS]


def test_criteria_carry_the_words_of_the_file():
    version = load_framework()
    written = [(one.code, one.text) for dimension in version.dimensions.all() for one in dimension.criteria.all()]
    assert written == [(one["code"], one["text"]) for row in ROWS for one in row["criteria"]]


def test_markers_carry_the_words_of_the_file_under_their_level():
    version = load_framework()
    codes = [row["code"] for row in CONTENT["levels"]]
    written = [
        (dimension.code, codes[marker.level.rank - 1], marker.text)
        for dimension in version.dimensions.all()
        for marker in dimension.markers.select_related("level")
    ]
    assert written == [(row["code"], code, text) for row in ROWS for code, text in row["markers"].items()]


def test_framework_loaded_twice_changes_nothing():
    first = load_framework()
    before = [list(model.objects.order_by("pk").values()) for model in MODELS]
    assert load_framework() == first
    assert [list(model.objects.order_by("pk").values()) for model in MODELS] == before


def test_newer_file_becomes_the_current_version_beside_the_older(tmp_path):
    older = load_framework()
    newer = tmp_path / "referentiel.yaml"
    newer.write_text((DATA / "referentiel-efc.yaml").read_text().replace("version: 1", "version: 2"))
    assert load_framework(newer) == FrameworkVersion.objects.current()
    assert [version.dimensions.count() for version in FrameworkVersion.objects.order_by("number")] == [9, 9]
    assert str(older) == "Référentiel EFC, version 1"


def test_current_version_when_none_is_published_is_an_error():
    load_framework()
    FrameworkVersion.objects.update(state=FrameworkState.RETIRED, retired_on=timezone.localdate())
    with pytest.raises(FrameworkVersion.DoesNotExist):
        FrameworkVersion.objects.current()


def test_framework_of_a_version_is_read_in_two_queries(django_assert_num_queries):
    version = load_framework()
    with django_assert_num_queries(2):
        framework = Framework.of(version)
        axes = {one.axis.name for one in framework.dimensions}
    assert (len(framework.dimensions), len(axes)) == (9, 4)
    assert [framework.level_name(rank) for rank in range(1, 6)] == [row["name"] for row in CONTENT["levels"]]


def test_rows_of_the_framework_name_themselves():
    version = load_framework()
    dimension = version.dimensions.get(code="D1")
    rows = [version.levels.first(), version.axes.first(), dimension, dimension.criteria.first()]
    assert [str(row) for row in rows] == ["Déjà-là", "Organisation interne", "Travail vivant", "D1.1"]
    assert str(dimension.markers.first()) == "D1 Déjà-là"
