"""The weighted kappa of a wording: the published examples, and all the cases in which nothing is said."""

import subprocess
import sys
from itertools import chain, repeat

import pytest
from nltk.metrics.agreement import AnnotationTask

from community.agreement import UNSAYABLE, kappa_of, measure
from community.models import Agreement


def spread(table: list[list[int]]) -> tuple[dict[int, int], dict[int, int]]:
    """Two raters of a published table: rows are the first, columns the second."""
    cells = chain.from_iterable(
        repeat((row, column), number) for row, line in enumerate(table, 1) for column, number in enumerate(line, 1)
    )
    one, other = {}, {}
    for item, (row, column) in enumerate(cells):
        one[item], other[item] = row, column
    return one, other


def test_library_gives_what_cohen_printed():
    """Cohen (1968), table 1: two judges, 200 cases, his own weights; kappa without weights .492, with them .348."""
    one, other = spread([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    said = [("b", item, rank) for item, rank in one.items()] + [("a", item, rank) for item, rank in other.items()]
    weights = {frozenset({1, 2}): 1, frozenset({1, 3}): 3, frozenset({2, 3}): 6}
    weighted = AnnotationTask(said, distance=lambda a, b: weights.get(frozenset({a, b}), 0))
    assert round(weighted.weighted_kappa(), 3) == 0.348
    assert round(AnnotationTask(said).kappa(), 3) == 0.492


def test_pair_is_worked_out_as_published_with_linear_weights():
    """Ninety-one couples (Agresti, 1990), as the R package vcd prints them: 0.1293 unweighted, 0.2374 weighted."""
    one, other = spread([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]])
    kappa = kappa_of(one, other)
    assert kappa is not None
    assert round(kappa, 4) == 0.2374
    assert kappa_of(other, one) == pytest.approx(kappa)


STORIES = {0: 1, 1: 3, 2: 5, 3: 2}


def test_five_who_read_alike_read_the_same_thing():
    found = measure([STORIES] * 5)
    assert (found.agreement, round(found.kappa or 0, 6), found.pairs) == (Agreement.SAME, 1, 10)


def test_each_pair_counts_once():
    """Three who agree and two who read everything the other way: kappa is shared between the ten pairs."""
    turned = {story: 6 - level for story, level in STORIES.items()}
    alike, apart = kappa_of(STORIES, STORIES), kappa_of(STORIES, turned)
    assert (alike, apart) != (None, None)
    found = measure([STORIES] * 3 + [turned] * 2)
    assert found.kappa == pytest.approx((4 * alike + 6 * apart) / 10)
    assert found.agreement == Agreement.DIFFERENT


@pytest.mark.parametrize(
    ("kappa", "words"),
    [(0.4, "on ne lit pas la même chose"), (0.6, "on lit à peu près la même chose"), (0.61, "on lit la même chose")],
)
def test_thresholds_are_those_of_landis_and_koch(kappa, words):
    from community import agreement

    assert agreement._in_words(kappa).label == words


@pytest.mark.parametrize(
    "readings",
    [
        [],
        # Four people.
        [STORIES] * 4,
        # Two stories.
        [{0: 1, 1: 4}] * 6,
        # All on one level: nothing to compare with chance.
        [dict.fromkeys(range(4), 3)] * 6,
        # Nearly all on one level: kappa would be about zero, though they nearly agree.
        [dict.fromkeys(range(4), 3)] * 5 + [{0: 3, 1: 3, 2: 3, 3: 4}],
        # Three stories each, never the same three.
        [{10 * rank + story: level for story, level in STORIES.items()} for rank in range(6)],
    ],
    ids=["nobody", "four", "two stories", "one level", "nearly one level", "nothing in common"],
)
def test_nothing_is_said_rather_than_zero(readings):
    assert measure(readings) == UNSAYABLE
    assert UNSAYABLE.kappa is None


def test_story_without_a_level_is_left_aside_never_zero():
    """« Sans objet » and « pas assez d’éléments » are absent from what is compared."""
    some = [{story: level for story, level in STORIES.items() if story != left} for left in range(3)] + [STORIES] * 2
    found = measure(some)
    # Two who left two different stories have two in common: that pair is not compared.
    assert (found.agreement, found.pairs) == (Agreement.SAME, 7)


def test_pages_do_not_pay_for_the_library():
    """It takes a second and some fifty megabytes to import."""
    script = (
        "import os, sys, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'efc_platform.settings'); "
        "django.setup(); import efc_platform.urls, community.tasks; sys.exit('nltk' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
