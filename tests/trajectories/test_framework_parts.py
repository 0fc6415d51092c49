"""Writing in a draft: reword, add, take away, put in another order, with a reason each time."""

import pytest

from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories import operations
from trajectories.framework import load_framework
from trajectories.framework_checks import what_is_missing
from trajectories.framework_drafts import version_of_markers
from trajectories.framework_words import words_of
from trajectories.models import ChangeKind, Criterion, Dimension, FrameworkVersion, PartKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast) -> FrameworkVersion:
    return operations.start_framework(by=cast.coordinator, based_on=load_framework())


@pytest.fixture
def dimension(draft) -> Dimension:
    return draft.dimensions.get(code="D2")


@pytest.fixture
def criterion(dimension) -> Criterion:
    return dimension.criteria.get(code="D2.1")


def told(draft: FrameworkVersion) -> list[tuple[str, str, str, str, str]]:
    return [(one.part, one.key, one.kind, one.before, one.after) for one in draft.changes.all()]


def names_of(dimension: Dimension, **changed) -> dict:
    known = {name: getattr(dimension, name) for name in ("axis", "name", "short_name", "spoke_name", "question")}
    return known | changed


def test_reworded_criterion_keeps_its_key_and_tells_both_wordings(cast, draft, criterion):
    before = criterion.text
    made = operations.edit_criterion(
        by=cast.coordinator, criterion=criterion, expected_version=1, text="Plus court.", why="Trop long à l’oral."
    )
    assert (made.key, made.code, made.text, made.version) == ("D2.1", "D2.1", "Plus court.", 2)
    assert told(draft) == [("critere", "D2.1", "reworded", before, "Plus court.")]
    change = draft.changes.get()
    assert (change.why, change.made_by, change.label) == (
        "Trop long à l’oral.",
        cast.coordinator.person,
        "Critère D2.1",
    )


def test_reason_is_asked_for_and_nothing_is_written_without_it(cast, draft, criterion):
    with pytest.raises(OperationRefused) as refused:
        operations.edit_criterion(by=cast.coordinator, criterion=criterion, expected_version=1, text="x", why=" ")
    assert refused.value.field == "why"
    criterion.refresh_from_db()
    assert (criterion.text != "x", told(draft)) == (True, [])


def test_nothing_changed_is_no_change(cast, draft, criterion):
    with pytest.raises(OperationRefused, match="Rien n’a changé"):
        operations.edit_criterion(
            by=cast.coordinator, criterion=criterion, expected_version=1, text=criterion.text, why="?"
        )


def test_wording_changed_by_another_since_is_a_stale_edit(cast, criterion):
    edit = {"by": cast.coordinator, "criterion": criterion, "expected_version": 1, "why": "?"}
    operations.edit_criterion(text="La première", **edit)
    with pytest.raises(StaleEdit):
        operations.edit_criterion(text="La seconde", **edit)
    assert Criterion.objects.get(pk=criterion.pk).text == "La première"


def test_part_taken_away_meanwhile_is_said_to_be_gone(cast, criterion):
    operations.remove_part(by=cast.coordinator, part=criterion, why="?")
    criterion.pk = Criterion.objects.order_by("pk").last().pk + 100
    with pytest.raises(OperationRefused, match="retirée entre-temps"):
        operations.edit_criterion(by=cast.coordinator, criterion=criterion, expected_version=1, text="x", why="?")


def test_presentation_is_its_name_its_introduction_and_the_five_levels(cast, draft):
    levels = ["Là", "Questions", "Essais", "Structure", "Avec d’autres"]
    edit = {"by": cast.coordinator, "framework": draft, "expected_version": 1, "why": "Des mots de tous les jours."}
    made = operations.edit_framework_words(name="Notre carte", introduction="Bonjour.", levels=levels, **edit)
    words = words_of(made)
    assert (words.name, words.introduction, [one.name for one in words.levels]) == ("Notre carte", "Bonjour.", levels)
    assert words.levels[0].key == "already_there"
    assert told(draft)[0][3].splitlines()[0] == "Nom\u00a0: Référentiel EFC"
    with pytest.raises(StaleEdit):
        operations.edit_framework_words(name="Autre", introduction="", levels=levels, **edit)


def test_dimension_reworded_keeps_key_and_code(cast, draft, dimension):
    told_of = names_of(dimension, question="De quoi dépendons-nous\u00a0?")
    made = operations.edit_dimension(
        by=cast.coordinator, dimension=dimension, expected_version=1, why="Plus direct.", **told_of
    )
    assert (made.key, made.code, made.question) == ("intangible_resources", "D2", "De quoi dépendons-nous\u00a0?")
    assert told(draft)[0][1:3] == ("intangible_resources", "reworded")


def test_dimension_goes_to_another_axis_and_follows_its_order(cast, draft, dimension):
    other = draft.axes.get(code="B")
    operations.edit_dimension(
        by=cast.coordinator, dimension=dimension, expected_version=1, why="?", **names_of(dimension, axis=other)
    )
    assert [one.code for one in draft.dimensions.all()] == ["D1", "D3", "D4", "D5", "D6", "D2", "D7", "D8", "D9"]
    assert told(draft) == [("dimension", "intangible_resources", "moved", "Organisation interne", "Relations externes")]


def test_levels_of_a_dimension_are_reworded_together(cast, draft, dimension):
    rows = list(dimension.markers.all())
    texts = [one.text for one in rows[:4]] + ["Partagé avec d’autres."]
    edit = {"by": cast.coordinator, "dimension": dimension, "expected_version": version_of_markers(rows), "why": "?"}
    operations.edit_markers(texts=texts, **edit)
    assert [one.text for one in dimension.markers.all()] == texts
    assert told(draft) == [("reperes", "intangible_resources", "reworded", rows[4].text, "Partagé avec d’autres.")]
    with pytest.raises(StaleEdit):
        operations.edit_markers(texts=["a", "b", "c", "d", "e"], **edit)


def test_added_criterion_takes_a_number_never_used_before(cast, draft, dimension):
    last = dimension.criteria.last()
    operations.remove_part(by=cast.coordinator, part=last, why="?")
    made = operations.add_criterion(by=cast.coordinator, dimension=dimension, text="Un signe de plus.", why="?")
    assert (last.code, made.code, made.key) == ("D2.5", "D2.6", "D2.6")
    assert [one.code for one in dimension.criteria.all()] == ["D2.1", "D2.2", "D2.3", "D2.4", "D2.6"]


def test_added_dimension_has_five_levels_to_describe(cast, draft):
    axis = draft.axes.get(code="A")
    names = {"name": "Le soin du lien", "short_name": "Lien", "spoke_name": "Lien", "question": "Qui relie\u00a0?"}
    made = operations.add_dimension(by=cast.coordinator, axis=axis, why="Dit en débat.", **names)
    assert (made.code, made.key, made.markers.count()) == ("D10", "dimension_10", 5)
    assert [one.code for one in draft.dimensions.all()][:5] == ["D1", "D2", "D3", "D10", "D4"]
    missing = [(one.part, one.key) for one in what_is_missing(words_of(draft))]
    assert missing == [(PartKind.DIMENSION, "dimension_10"), (PartKind.MARKERS, "dimension_10")]


def test_axis_is_added_under_a_new_letter_and_waits_for_a_dimension(cast, draft):
    made = operations.add_axis(by=cast.coordinator, framework=draft, name="Le temps long", why="?")
    assert (made.code, list(draft.axes.values_list("code", flat=True))) == ("E", ["A", "B", "C", "D", "E"])
    assert [one.sentence for one in what_is_missing(words_of(draft))] == [
        "L’axe «\u00a0Le temps long\u00a0» n’a aucune dimension."
    ]


def test_removed_dimension_goes_with_all_it_says_and_tells_it(cast, draft, dimension):
    operations.remove_part(by=cast.coordinator, part=dimension, why="Reprise ailleurs.")
    assert "D2" not in [one.code for one in draft.dimensions.all()]
    change = draft.changes.get()
    assert (change.kind, change.key, change.why) == (ChangeKind.REMOVED, "intangible_resources", "Reprise ailleurs.")
    assert "D2.1 Confiance" in change.before
    assert draft.based_on.dimensions.filter(code="D2").exists()


def test_axis_that_holds_dimensions_is_not_removed(cast, draft):
    with pytest.raises(OperationRefused, match="encore des dimensions"):
        operations.remove_part(by=cast.coordinator, part=draft.axes.first(), why="?")
    empty = operations.add_axis(by=cast.coordinator, framework=draft, name="Vide", why="?")
    operations.remove_part(by=cast.coordinator, part=empty, why="?")
    assert draft.axes.count() == 4


def order(cast, draft, under, rows, why="?"):
    keys = [one.pk for one in rows]
    operations.order_parts(by=cast.coordinator, framework=draft, under=under, keys=keys, why=why)


def test_axes_change_places_with_their_dimensions(cast, draft):
    rows = list(draft.axes.all())
    order(cast, draft, None, [rows[1], rows[0], *rows[2:]])
    assert [one.code for one in draft.axes.all()] == ["B", "A", "C", "D"]
    assert [one.code for one in draft.dimensions.all()] == ["D4", "D5", "D6", "D1", "D2", "D3", "D7", "D8", "D9"]
    assert told(draft)[0][:3] == ("axe", "", "moved")


def test_criteria_change_places_under_the_same_keys(cast, draft, dimension):
    rows = list(dimension.criteria.all())
    order(cast, draft, dimension, [*rows[1:], rows[0]], why="La santé d’abord.")
    assert [one.key for one in dimension.criteria.all()] == ["D2.2", "D2.3", "D2.4", "D2.5", "D2.1"]
    assert draft.changes.get().why == "La santé d’abord."


def test_order_made_before_a_part_came_is_a_stale_edit(cast, draft, dimension):
    rows = list(dimension.criteria.all())
    operations.add_criterion(by=cast.coordinator, dimension=dimension, text="Un de plus.", why="?")
    with pytest.raises(StaleEdit):
        order(cast, draft, dimension, rows[::-1])
    with pytest.raises(OperationRefused, match="celui d’avant"):
        order(cast, draft, dimension, list(dimension.criteria.all()))


def test_nobody_but_coordination_writes_in_a_draft(cast, draft, criterion):
    for user in (cast.practitioner, cast.leader, cast.member, cast.nobody):
        with pytest.raises(OperationRefused, match="coordination"):
            operations.edit_criterion(by=user, criterion=criterion, expected_version=1, text="x", why="?")


def test_names_that_two_dimensions_share_are_told_before_publishing(cast, draft, dimension):
    told_of = names_of(dimension, spoke_name="Solution")
    operations.edit_dimension(by=cast.coordinator, dimension=dimension, expected_version=1, why="?", **told_of)
    assert [one.key for one in what_is_missing(words_of(draft))] == ["intangible_resources", "integrated_solution"]


def test_default_framework_lacks_nothing():
    assert what_is_missing(words_of(load_framework())) == []
