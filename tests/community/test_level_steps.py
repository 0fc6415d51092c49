"""Somebody reads every table ever published, knows the rules by heart, who shared a reading when, who accompanies whom,
and all about some structures; and tries to recognise another one. They fail, in every small world there is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.level_steps import Step, Told, Word, in_force, look, read_again, steps_passed, told_group
from community.precedents import STEPS
from efc_platform.shared.small_numbers import GUARD, Guard
from tests.community.small_worlds import ELSEWHERE, SEEN, UNSEEN, Kinds, Life, published, unsafe_conclusions

UP, DOWN = Step(1), Step(1, is_forward=False)
SMALL = Guard(3, 1)


def lives(quarters: tuple[int, ...], *ways: tuple[int, ...], team: str = "") -> list[Life]:
    """All the lives of one that reads in these quarters and says its levels in one of these ways: at the quarter in
    which it moves first, it had done the thing, or not."""
    found = []
    for levels in ways:
        moved = next((rank for rank in range(len(quarters)) if levels[rank] != levels[rank + 1]), None)
        for has_done in (False, True) if moved is not None else (False,):
            done = tuple(has_done and rank == moved for rank in range(len(quarters)))
            found.append(Life(quarters, (levels,), done, team))
    return found


EARLY = lives((0,), (2, 2), (1, 2))
LATE = lives((1,), (2, 2), (1, 2))
TWICE = lives((0, 1), (2, 2, 2), (1, 2, 2), (1, 1, 2))


def one_look() -> dict[str, tuple[Kinds, Guard]]:
    both = [
        Life((0,), (one, other), (done,))
        for one in ((2, 2), (1, 2))
        for other in ((2, 2), (1, 2))
        for done in (False, True)
    ]
    followed = lives((0,), (2, 2), (1, 2), team="ines")
    return {
        **{f"the real floors, {number} structures": ([(number, EARLY)], GUARD) for number in (10, 11, 12, 13, 16, 19)},
        **{f"small floors, {number} structures": ([(number, EARLY)], SMALL) for number in (6, 7, 8, 9, 12)},
        "jumps over two levels": ([(8, lives((0,), (2, 2), (1, 2), (2, 3), (1, 3)))], SMALL),
        "jumps, a reader who knows two": ([(10, lives((0,), (2, 2), (1, 2), (2, 3), (1, 3)))], Guard(4, 2)),
        **{
            f"forward and back, {number} structures": ([(number, lives((0,), (2, 2), (1, 2), (2, 1)))], SMALL)
            for number in (7, 10, 11)
        },
        "two things read by the same": ([(7, both)], SMALL),
        "some followed by one person": ([(4, followed), (6, EARLY)], SMALL),
        "half followed by one person": ([(5, followed), (7, EARLY)], SMALL),
    }


@pytest.mark.parametrize("name", one_look())
def test_nobody_is_recognised_in_one_look(name):
    kinds, guard = one_look()[name]
    assert list(unsafe_conclusions(kinds, guard)) == []


@pytest.mark.parametrize(
    "numbers", [(7, 0, 1), (7, 0, 7), (0, 7, 1), (5, 2, 5), (3, 4, 3)], ids=lambda numbers: str(numbers)
)
def test_nobody_is_recognised_from_one_quarter_to_the_next(numbers):
    """Some read in the first quarter, some in both, some in the second; some tables are told twice."""
    kinds = [(number, some) for number, some in zip(numbers, (EARLY, TWICE, LATE), strict=True) if number]
    assert list(unsafe_conclusions(kinds, SMALL, quarters=2)) == []


@pytest.mark.parametrize("number", [7, 8])
def test_nobody_is_recognised_when_the_same_read_each_quarter(number):
    ways = lives((0, 1), (2, 2, 2), (1, 2, 2), (1, 1, 2), (2, 2, 1))
    assert list(unsafe_conclusions([(number, ways)], SMALL, quarters=2)) == []


@dataclass(frozen=True)
class Careless(Guard):
    """Spares one only, as if the reader knew nothing of the group: at most « all but one »."""

    @property
    def spared(self) -> int:
        return 1


def test_reader_recognises_somebody_as_soon_as_the_rules_are_weaker():
    """The search would find what it looks for: sparing one unit, with a reader who is another, is not enough."""
    found = list(unsafe_conclusions([(8, EARLY)], Careless(3, 1)))
    assert found
    assert any("can only be ['did not pass', 'passed, having done it']" in one for one in found)


@st.composite
def large_worlds(draw: st.DrawFn) -> tuple[Life, ...]:
    """Of one hundred or so structures, two things read, three quarters, anything lived."""
    level = st.integers(1, 4)
    quarters = st.sampled_from([(0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)])

    def life(times: tuple[int, ...]) -> st.SearchStrategy[Life]:
        said = st.tuples(*[level] * (len(times) + 1))
        done = st.tuples(*[st.booleans()] * len(times))
        return st.builds(Life, st.just(times), st.tuples(said, said), done, st.sampled_from(["", "ines", "paul"]))

    return tuple(draw(st.lists(quarters.flatmap(life), min_size=20, max_size=60)))


@settings(deadline=None, max_examples=30)
@given(large_worlds(), st.randoms(use_true_random=False), st.sampled_from([SMALL, GUARD]))
def test_what_is_published_is_the_same_whoever_lived_what(world, random, guard):
    """Those who read in the same quarters, with the same people beside them, may exchange their lives: it is on this
    that the search of every world above rests."""
    others = list(world)
    random.shuffle(others)
    assert published(tuple(others), guard, quarters=3) == published(world, guard, quarters=3)


@settings(deadline=None, max_examples=30)
@given(large_worlds(), st.sampled_from([SMALL, GUARD]))
def test_what_is_told_is_true_and_never_of_all(world, guard):
    for line in published(world, guard, quarters=3):
        if len(line) == 2:
            continue
        _quarter, subject, step, floor = line
        fates = [life.fate(subject, step) for life in world]
        assert floor <= fates.count(SEEN)
        assert floor + guard.spared <= fates.count(SEEN) + fates.count(UNSEEN)
        assert floor % guard.fewest == 0
        assert fates.count(ELSEWHERE) >= guard.spared


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


def word(level: int, on: int, *, shared: int | None = None, taken_up: int | None = None, voice: str = "team") -> Word:
    taken_up_at = day(taken_up) if taken_up else None
    return Word(on, (1, voice), date(2026, 1, on), level, day(shared or on), taken_up_at)


def test_jump_passes_both_steps_and_the_first_passing_counts():
    words = [word(1, 1), word(3, 3), word(2, 5), word(3, 7)]
    passed = steps_passed(words, day(20))
    assert {step: one.reading for step, one in passed.items()} == {UP: 3, Step(2): 3, Step(2, is_forward=False): 5}


def test_points_of_view_are_not_compared_with_each_other():
    assert steps_passed([word(1, 1), word(3, 3, voice="direction")], day(20)) == {}


def test_earliest_point_of_view_says_when_a_structure_passed():
    words = [word(1, 1), word(2, 9), word(1, 2, voice="direction"), word(2, 5, voice="direction")]
    assert steps_passed(words, day(20))[UP].reading == 5


def test_reading_taken_up_counts_until_the_other_is_shared():
    words = [word(1, 1), word(2, 3, taken_up=8)]
    assert [one.reading for one in in_force(words, day(5))] == [1, 3]
    assert [one.reading for one in in_force(words, day(9))] == [1]


def test_reading_shared_on_the_day_of_the_look_waits_for_the_next():
    words = [word(1, 1), word(2, 3)]
    assert UP not in steps_passed(words, day(3))
    assert UP in steps_passed(words, day(4))


def test_reading_shared_late_is_seen_when_it_is_shared():
    words = [word(1, 1, shared=6), word(2, 3)]
    assert read_again(words, day(5), None) is False
    assert read_again(words, day(7), day(5)) is True
    assert read_again(words, day(9), day(7)) is False


def movers(number: int) -> list[tuple[int, list[Word]]]:
    return [(key, [word(1, 1), word(2, 3)]) for key in range(number)]


def stayers(number: int) -> list[tuple[int, list[Word]]]:
    return [(100 + key, [word(2, 1), word(2, 3)]) for key in range(number)]


@pytest.mark.parametrize(
    ("moved", "stayed", "group"),
    [(8, 3, 8), (7, 4, 0), (8, 2, 0), (9, 2, 0), (20, 3, 20), (20, 2, 0), (8, 0, 0)],
)
def test_enough_move_and_enough_stay(moved, stayed, group):
    found = look([*movers(moved), *stayers(stayed)], day(20), Told(), STEPS)
    assert told_group(found, UP, {}) == group
    assert told_group(found, DOWN, {}) == 0


def test_nobody_accompanies_more_than_half_of_those_told():
    """Asked of all who could have moved: who did not counts for as much as who did."""
    found = look([*movers(9), *stayers(4)], day(20), Told(), STEPS)
    four, five = ({key: ["ines"] for key in (*range(number), 101)} for number in (3, 4))
    assert told_group(found, UP, four) == 9
    assert told_group(found, UP, five) == 0


def test_structure_told_once_is_never_told_again():
    again = [(key, [*words, word(2, 12)]) for key, words in movers(8)]
    told = Told(day(10), {UP: [day(10)]})
    found = look([*again, *stayers(3)], day(20), told, STEPS)
    assert (len(found.newcomers), found.movers[UP], found.fresh[UP]) == (8, {}, set())
