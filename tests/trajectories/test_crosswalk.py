"""From one version of the référentiel to another: what the words suggest, and what a reading becomes, honestly."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.trajectories.test_framework_compare import WORDS, dimension, with_dimension
from trajectories.crosswalk import Origin, Said, carry, dropped, propose, reversed_origins
from trajectories.framework_words import AxisWords, CriterionWords, DimensionWords, FrameworkWords
from trajectories.models import LEVELS, PositioningState, Relation, Weight

KEYS = [one.key for one in WORDS.dimensions]
LIVING, *_OTHERS = KEYS
NOT_APPLICABLE, NOT_ENOUGH = Said(PositioningState.NOT_APPLICABLE), Said(PositioningState.NOT_ENOUGH_EVIDENCE)


def same(*keys: str, weight: Weight = Weight.WHOLE) -> Origin:
    return Origin(Relation.EQUAL, keys, weight)


def without(words: FrameworkWords, code: str) -> FrameworkWords:
    axes = (replace(axis, dimensions=tuple(one for one in axis.dimensions if one.code != code)) for axis in words.axes)
    return replace(words, axes=tuple(axes))


def joined_by(words: FrameworkWords, one: DimensionWords) -> FrameworkWords:
    return replace(words, axes=(*words.axes, AxisWords("Z", "Un axe de plus", (one,))))


def a_dimension(key: str, *criteria: CriterionWords, **told) -> DimensionWords:
    names = {"code": "D99", "name": key, "short_name": key, "spoke_name": key, "question": "Et la lune ?"} | told
    return DimensionWords(key=key, criteria=criteria, **names)


def test_same_words_are_the_same_thing_entirely():
    assert propose(WORDS, WORDS) == {key: same(key) for key in KEYS}


def test_comma_moved_is_still_the_same_thing_and_half_the_words_are_the_same_in_part():
    one = dimension(WORDS, "D1")
    reworded = with_dimension(WORDS, "D1", question=one.question.replace(",", "\u00a0;"))
    assert propose(WORDS, reworded)[LIVING] == same(LIVING)
    rewritten = with_dimension(WORDS, "D1", markers=tuple(f"Tout autre chose, {rank}." for rank in range(5)))
    assert propose(WORDS, rewritten)[LIVING].relation == Relation.EQUAL
    assert propose(WORDS, rewritten)[LIVING].weight in {Weight.MOST, Weight.PART}


def test_criterion_taken_away_narrows_and_one_added_broadens():
    one = dimension(WORDS, "D1")
    narrower = propose(WORDS, with_dimension(WORDS, "D1", criteria=one.criteria[:-1]))[LIVING]
    broader = propose(
        WORDS, with_dimension(WORDS, "D1", criteria=(*one.criteria, CriterionWords("D1.9", "neuf", "Un signe.")))
    )
    assert (narrower.relation, narrower.sources) == (Relation.NARROWER, (LIVING,))
    assert (broader[LIVING].relation, broader[LIVING].sources) == (Relation.BROADER, (LIVING,))


def test_criterion_that_moves_takes_something_of_its_dimension_with_it():
    first, second = dimension(WORDS, "D1"), dimension(WORDS, "D2")
    moved = with_dimension(WORDS, "D1", criteria=first.criteria[1:])
    moved = with_dimension(moved, "D2", criteria=(*second.criteria, first.criteria[0]))
    found = propose(WORDS, moved)
    assert (found[second.key].relation, found[second.key].sources) == (Relation.MERGED, (first.key, second.key))
    assert found[first.key].relation == Relation.NARROWER


def test_dimension_cut_in_two_is_shared_between_them():
    one = dimension(WORDS, "D1")
    cut = with_dimension(WORDS, "D1", criteria=one.criteria[:1])
    found = propose(WORDS, joined_by(cut, a_dimension("autre_moitie", *one.criteria[1:])))
    assert {found[key].relation for key in (LIVING, "autre_moitie")} == {Relation.SPLIT}
    assert {found[key].sources for key in (LIVING, "autre_moitie")} == {(LIVING,)}


def test_dimension_that_nothing_announces_is_new_and_one_that_goes_is_told():
    found = propose(WORDS, joined_by(without(WORDS, "D9"), a_dimension("lune")))
    assert found["lune"] == Origin(Relation.NEW)
    assert [one.code for one in dropped(WORDS, found.values())] == ["D9"]


def test_dimension_under_another_key_is_known_by_its_words():
    one = dimension(WORDS, "D9")
    renamed = replace(one, key="autre_cle", criteria=tuple(replace(said, key=f"x{said.key}") for said in one.criteria))
    found = propose(WORDS, joined_by(without(WORDS, "D9"), renamed))
    assert found["autre_cle"] == same(one.key)


@pytest.mark.parametrize(
    ("origin", "low", "high"),
    [
        (same("a"), 3, 3),
        (same("a", weight=Weight.MOST), 2, 4),
        (same("a", weight=Weight.PART), 1, 5),
        (Origin(Relation.NARROWER, ("a",), Weight.WHOLE), 2, 4),
        (Origin(Relation.BROADER, ("a",), Weight.MOST), 2, 4),
        (Origin(Relation.SPLIT, ("a",), Weight.PART), 1, 5),
    ],
)
def test_level_carried_over_is_what_it_may_be(origin, low, high):
    assert carry({"a": Said.level(3)}, {"z": origin}) == {"z": Said(PositioningState.LEVEL, low, high)}


def test_between_two_sources_it_may_be_any_of_theirs_and_never_their_average():
    both = Origin(Relation.MERGED, ("a", "b"), Weight.WHOLE)
    assert carry({"a": Said.level(2), "b": Said.level(4)}, {"z": both})["z"] == Said(PositioningState.LEVEL, 1, 5)
    close = carry({"a": Said.level(3), "b": Said.level(3)}, {"z": both})["z"]
    assert (close.low, close.high) == (2, 4)


def test_what_is_not_applicable_says_nothing_of_the_level_and_what_is_unknown_widens_it():
    both = Origin(Relation.MERGED, ("a", "b"), Weight.WHOLE)
    assert carry({"a": Said.level(3), "b": NOT_APPLICABLE}, {"z": both})["z"] == Said(PositioningState.LEVEL, 2, 4)
    partial = Said(PositioningState.LEVEL, 1, 5, is_partial=True)
    assert carry({"a": Said.level(3), "b": NOT_ENOUGH}, {"z": both})["z"] == partial
    assert carry({"a": Said.level(3)}, {"z": both})["z"] == partial


def test_not_applicable_not_enough_and_not_read_stay_three_things():
    both = Origin(Relation.MERGED, ("a", "b"), Weight.WHOLE)
    assert carry({"a": NOT_APPLICABLE, "b": NOT_APPLICABLE}, {"z": both})["z"] == NOT_APPLICABLE
    mixed = replace(NOT_ENOUGH, is_partial=True)
    assert carry({"a": NOT_APPLICABLE, "b": NOT_ENOUGH}, {"z": both})["z"] == mixed
    assert carry({}, {"z": both}) == {}
    assert carry({"a": Said.level(3)}, {"z": Origin(Relation.NEW)}) == {}


def random_origins(dice: random.Random, old: list[str], new: list[str]) -> dict[str, Origin]:
    found = {}
    for key in new:
        relation = dice.choice(list(Relation))
        many = {Relation.NEW: 0, Relation.MERGED: dice.randint(2, 3)}.get(relation, 1)
        weight = dice.choice(list(Weight)) if many else None
        found[key] = Origin(relation, tuple(dice.sample(old, many)), weight)
    return found


@pytest.mark.parametrize("seed", range(60))
def test_band_holds_what_was_read_whatever_the_versions_between(seed):
    """Through three versions and back: never out of the five levels, never narrower than what it comes from."""
    dice = random.Random(seed)  # noqa: S311 (a die for a test)
    names = [[f"{version}{rank}" for rank in range(4)] for version in "abc"]
    steps = [random_origins(dice, old, new) for old, new in pairwise(names)]
    steps += [reversed_origins(one) for one in reversed(steps)]
    told = {key: Said.level(dice.randint(1, LEVELS)) for key in names[0] if dice.random() < 0.8}
    for origins in steps:
        after = carry(told, origins)
        for key, said in after.items():
            sources = [told[one] for one in origins[key].sources if one in told]
            levels = [one for one in sources if one.state == PositioningState.LEVEL]
            assert 1 <= said.low <= min(one.low for one in levels)
            assert max(one.high for one in levels) <= said.high <= LEVELS
        assert {key for key in after if not set(origins[key].sources) & set(told)} == set()
        told = after


def test_way_back_from_what_was_the_same_gives_the_same():
    there = {key: same(key) for key in KEYS}
    read = {key: Said.level(rank % LEVELS + 1) for rank, key in enumerate(KEYS)}
    assert carry(carry(read, there), reversed_origins(there)) == read


def test_way_back_goes_by_the_same_thing_rather_than_by_what_took_a_part_of_it():
    there = {"same": same("a"), "part": Origin(Relation.NARROWER, ("a",), Weight.PART)}
    assert reversed_origins(there) == {"a": same("same")}


def test_way_back_turns_each_relation_round():
    there = {
        "wide": Origin(Relation.BROADER, ("a",), Weight.MOST),
        "thin": Origin(Relation.NARROWER, ("b",), Weight.MOST),
        "one": Origin(Relation.SPLIT, ("c",), Weight.PART),
        "two": Origin(Relation.SPLIT, ("c",), Weight.MOST),
        "both": Origin(Relation.MERGED, ("d", "e"), Weight.MOST),
        "moon": Origin(Relation.NEW),
    }
    assert reversed_origins(there) == {
        "a": Origin(Relation.NARROWER, ("wide",), Weight.MOST),
        "b": Origin(Relation.BROADER, ("thin",), Weight.MOST),
        "c": Origin(Relation.MERGED, ("one", "two"), Weight.PART),
        "d": Origin(Relation.SPLIT, ("both",), Weight.MOST),
        "e": Origin(Relation.SPLIT, ("both",), Weight.MOST),
    }
