"""Counts told as floors: whoever knows some units of a group, and the rules by heart, finds both answers possible of
each other one."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from efc_platform.shared.small_numbers import GUARD, Guard, told

GUARDS = st.sampled_from([Guard(3, 1), Guard(4, 2), Guard(5, 1), Guard(5, 2), Guard(5, 3), Guard(10, 4)])


def test_number_of_nobody_is_told_and_small_ones_are_veiled():
    assert [told(number) for number in (0, 1, 4, 5)] == ["0", "moins de 5", "moins de 5", "5"]


@pytest.mark.parametrize(("fewest", "known"), [(5, 0), (5, 4), (2, 1)])
def test_guard_refuses_a_reader_it_cannot_hold(fewest, known):
    with pytest.raises(ValueError, match="reads through these floors"):
        Guard(fewest, known)


@pytest.mark.parametrize(
    ("number", "of", "floor"),
    [(5, 5, 0), (5, 7, 0), (4, 8, 0), (5, 8, 5), (8, 8, 5), (12, 12, 5), (12, 13, 10), (9, 40, 5), (40, 40, 35)],
)
def test_floor_never_leaves_only_the_reader_outside(number, of, floor):
    assert GUARD.at_least(number, of=of) == floor


@given(GUARDS, st.integers(0, 60), st.integers(0, 60))
def test_floor_is_true_round_and_below_all(guard, number, rest):
    floor = guard.at_least(number, of=number + rest)
    assert floor <= number
    assert floor % guard.fewest == 0
    assert floor == 0 or floor <= number + rest - guard.known - 1


@given(GUARDS, st.integers(0, 30))
def test_smallest_group_has_a_floor_and_no_one_follows_more_than_half_of_it(guard, most):
    group = guard.smallest_group(most)
    assert guard.at_least(group, of=group) >= guard.fewest
    assert 2 * most <= group
    assert guard.smallest_round - guard.smallest_group() == guard.known + 1


@pytest.mark.parametrize("guard", [Guard(3, 1), Guard(4, 2), Guard(5, 2), Guard(5, 3)])
def test_reader_who_knows_some_units_cannot_tell_of_another(guard):
    """Every group that may be told of, every count in it, every share of it that the reader may know: among the
    counts that give the same floor, one leaves another unit out, and one counts another unit in."""
    for of in range(guard.smallest_group(), guard.smallest_group() + 12):
        for count, counted in product(range(of + 1), range(guard.known + 1)):
            if not (counted <= count and guard.known - counted <= of - count):
                continue
            floor = guard.at_least(count, of=of)
            # How many of the others do, in each world that reads the same.
            others = {
                one - counted
                for one in range(counted, of - guard.known + counted + 1)
                if guard.at_least(one, of=of) == floor
            }
            assert min(others) < of - guard.known, (of, count, counted)
            assert max(others) > 0, (of, count, counted)
