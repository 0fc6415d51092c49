"""The index is the published one."""

import pytest

from tests.browser.ecoindex import ecoindex, grade


@pytest.mark.parametrize(
    ("elements", "kilobytes", "requests", "expected"),
    [(300, 100, 8, 84), (400, 100, 8, 79), (600, 150, 15, 70), (1000, 100, 8, 60), (693, 2420, 78, 44)],
)
def test_index_of_known_pages(elements, kilobytes, requests, expected):
    assert ecoindex(elements=elements, requests=requests, kilobytes=kilobytes) == expected


def test_empty_page_is_the_lightest_and_an_endless_one_the_heaviest():
    assert ecoindex(elements=0, requests=0, kilobytes=0) == 100
    assert ecoindex(elements=10**6, requests=10**4, kilobytes=10**6) == 0


def test_grade_changes_just_above_its_bound():
    assert [grade(score) for score in (100, 81, 80, 71, 70, 11, 10)] == ["A", "A", "B", "B", "C", "F", "G"]
