"""Two versions compared: each word accounted for, what came, went or moved named, with its reasons."""

import random
from dataclasses import replace

import pytest

from trajectories import operations
from trajectories.framework import DATA, load_framework
from trajectories.framework_compare import GONE, NEW, SAME, Reasons, Run, compare, reasons_between, word_by_word
from trajectories.framework_file import read_file
from trajectories.framework_words import CriterionWords, FrameworkWords, words_of

WORDS: FrameworkWords = read_file((DATA / "referentiel-efc.yaml").read_text(encoding="utf-8"))[1]


def in_order(words: FrameworkWords, *codes: str) -> FrameworkWords:
    axes = {one.code: one for one in words.axes}
    return replace(words, axes=tuple(axes[code] for code in codes))


def with_dimension(words: FrameworkWords, code: str, **changed) -> FrameworkWords:
    axes = tuple(
        replace(axis, dimensions=tuple(replace(one, **changed) if one.code == code else one for one in axis.dimensions))
        for axis in words.axes
    )
    return replace(words, axes=axes)


def dimension(words: FrameworkWords, code: str):
    return next(one for one in words.dimensions if one.code == code)


def differences(old: FrameworkWords, new: FrameworkWords) -> list[tuple[str, str, str, str]]:
    return [
        (section.heading, part.label.replace("\u00a0", " "), part.kind, part.sentence.replace("\u00a0", " "))
        for section in compare(old, new, Reasons())
        for part in section.parts
    ]


def test_one_word_changed_is_the_only_one_marked():
    assert word_by_word("Le travail réel est dit.", "Le travail vivant est dit.") == (
        Run(SAME, "Le travail "),
        Run(GONE, "réel"),
        Run(NEW, "vivant"),
        Run(SAME, " est dit."),
    )


def test_crumbs_of_a_sentence_go_with_what_changes_around_them():
    assert word_by_word("On compte et note tout ceci.", "On raconte et partage tout ceci.") == (
        Run(SAME, "On "),
        Run(GONE, "compte et note"),
        Run(NEW, "raconte et partage"),
        Run(SAME, " tout ceci."),
    )


@pytest.mark.parametrize("rank", range(40))
def test_both_wordings_are_whole_in_what_is_shown(rank):
    seed = random.Random(rank)  # noqa: S311
    said = ["le", " ", "travail", "’", "réel", ",", "\n", "<del>", "vivant", "\u00a0", ":"]
    before, after = ("".join(seed.choices(said, k=seed.randrange(30))) for _ in range(2))
    runs = word_by_word(before, after)
    assert "".join(one.text for one in runs if one.kind != NEW) == before
    assert "".join(one.text for one in runs if one.kind != GONE) == after


def test_same_words_differ_in_nothing():
    assert compare(WORDS, WORDS, Reasons()) == []


def test_presentation_and_names_are_compared():
    levels = (replace(WORDS.levels[0], name="Là, déjà"), *WORDS.levels[1:])
    new = replace(with_dimension(WORDS, "D3", question="Comment\u00a0?"), name="Notre carte", levels=levels)
    assert differences(WORDS, new) == [
        ("La présentation", "Nom", "reworded", ""),
        ("La présentation", "Repère 1", "reworded", ""),
        (dimension(WORDS, "D3").name, "Question", "reworded", ""),
    ]


def test_axis_set_down_elsewhere_is_the_one_that_moved():
    assert differences(WORDS, in_order(WORDS, "B", "C", "D", "A")) == [
        ("Les axes", "Axe « Organisation interne »", "moved", "de la place 1 à la place 4")
    ]


def test_criterion_that_comes_goes_moves_or_changes_home_is_named():
    first, second, third, fourth = dimension(WORDS, "D3").criteria
    extra = CriterionWords("D3.9", "D3.9", "Un signe de plus.")
    new = with_dimension(WORDS, "D3", criteria=(third, first, extra))
    new = with_dimension(new, "D4", criteria=(*dimension(WORDS, "D4").criteria, replace(second, text="Autrement.")))
    assert differences(WORDS, new) == [
        (dimension(WORDS, "D3").name, "Critère D3.3", "moved", "de la place 3 à la place 1"),
        (dimension(WORDS, "D3").name, "Critère D3.9", "added", ""),
        (dimension(WORDS, "D3").name, "Critère D3.4", "removed", ""),
        (dimension(WORDS, "D4").name, "Critère D3.2", "moved", f"venu de « {dimension(WORDS, 'D3').name} »"),
        (dimension(WORDS, "D4").name, "Critère D3.2", "reworded", ""),
    ]
    assert fourth.code == "D3.4"


def test_dimension_that_comes_or_goes_is_shown_whole():
    gone = dimension(WORDS, "D9")
    without = replace(WORDS, axes=(*WORDS.axes[:3], replace(WORDS.axes[3], dimensions=())))
    for old, new, kind, run in ((WORDS, without, "removed", GONE), (without, WORDS, "added", NEW)):
        (section,) = compare(old, new, Reasons())
        assert (section.heading, section.kind) == (gone.name, kind)
        texts = [gone.question, *(one.text for one in gone.criteria), *gone.markers]
        assert [part.runs for part in section.parts] == [(Run(run, text),) for text in texts]


def test_dimension_that_changes_axis_says_from_where_to_where():
    (inner, outer), moved = WORDS.axes[:2], dimension(WORDS, "D2")
    inner = replace(inner, dimensions=tuple(one for one in inner.dimensions if one != moved))
    new = replace(WORDS, axes=(inner, replace(outer, dimensions=(*outer.dimensions, moved)), *WORDS.axes[2:]))
    assert differences(WORDS, new) == [
        (moved.name, "Axe", "moved", "de l’axe « Organisation interne » à l’axe « Relations externes »")
    ]


def said(sections) -> list[str]:
    return [one.why for section in sections for part in section.parts for one in part.reasons]


@pytest.mark.django_db
def test_reasons_given_between_two_versions_stand_beside_their_words(cast):
    first, me = load_framework(), cast.coordinator
    second = operations.start_framework(by=me, based_on=first)
    one = second.dimensions.get(code="D2").criteria.get(code="D2.1")
    operations.edit_criterion(by=me, criterion=one, expected_version=1, text="Plus court.", why="Trop long.")
    second = operations.publish_framework(by=me, framework=second, expected_changes=1, why="Un essai.")
    third = operations.start_framework(by=me, based_on=second)
    again = third.dimensions.get(code="D2").criteria.get(code="D2.1")
    operations.edit_criterion(by=me, criterion=again, expected_version=1, text="Plus juste.", why="Trop court.")
    words = [words_of(version) for version in (first, second, third)]
    assert said(compare(words[0], words[2], reasons_between(first, third))) == ["Trop long.", "Trop court."]
    assert said(compare(words[1], words[2], reasons_between(second, third))) == ["Trop court."]
