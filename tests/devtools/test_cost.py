"""The arithmetic of what an installation would cost."""

import pytest

from devtools.cost import Hypotheses, Range, euros_a_month, needs, told

SURE = {
    "PRACTITIONERS_PER_STRUCTURE": "0.1",
    "PRACTITIONER_PAGES": "40",
    "PEOPLE_PER_STRUCTURE": "4",
    "PERSON_PAGES": "0.5",
    "BUSIEST_HOUR_SHARE": "0.25",
    "PAGE_SECONDS": "0.06",
    "REPORTS_A_YEAR": "0",
    "MAILS_A_DAY": "1",
    "CORES_PER_BUSY_CORE": "2",
    "STRUCTURE_KILOBYTES": "40",
    "DOCUMENT_MEGABYTES": "10",
    "KEPT_ARCHIVES": "18",
    "CORE_EUROS": "10",
    "DISK_EUROS": "0.1",
    "ARCHIVE_EUROS": "0.01",
    "THOUSAND_MAILS_EUROS": "1",
}


def exactly(value: float) -> Range:
    return Range(pytest.approx(value), pytest.approx(value))


def test_needs_are_those_that_a_hand_finds():
    found = needs(Hypotheses.of(SURE), 1_000, 3)
    # 0.1 × 40 + 4 × 0.5 = 6 pages a structure; a quarter of them in one hour, at 60 ms, two cores for one that is busy.
    assert found.pages_a_day == exactly(6_000)
    assert found.cores == exactly(6_000 * 0.25 * 0.06 / 3600 * 2)
    assert found.database_gigabytes == exactly(0.12)
    assert found.files_gigabytes == exactly(30)
    assert found.archives_gigabytes == exactly(18 * 30.12)
    assert found.mails_a_month == exactly(4.1 * 1_000 * 220 / 12)


def test_costs_are_those_that_a_hand_finds():
    said = Hypotheses.of(SURE)
    assert euros_a_month(said, needs(said, 1_000, 3)) == {
        "processeurs": exactly(20),
        "disques": exactly(3.012),
        "sauvegardes": exactly(5.4216),
        "courriels": exactly(4.1 * 220 / 12),
    }


def test_twice_the_structures_or_twice_the_years_hold_twice_as_much():
    said = Hypotheses()
    once, wider, longer = needs(said, 1_000, 3), needs(said, 2_000, 3), needs(said, 1_000, 6)
    assert wider.archives_gigabytes == longer.archives_gigabytes == exactly_twice(once.archives_gigabytes)
    assert (wider.cores, longer.cores) == (exactly_twice(once.cores), once.cores)


def exactly_twice(one: Range) -> Range:
    return Range(pytest.approx(2 * one.low), pytest.approx(2 * one.high))


def test_little_is_never_more_than_much():
    said = Hypotheses()
    found = needs(said, 1_000, 3)
    ranges = [*vars(found).values(), *euros_a_month(said, found).values()]
    assert [one for one in ranges if one.low > one.high] == []


def test_hypothesis_that_is_no_range_is_refused():
    for text in ("beaucoup", "5-2", "-1"):
        with pytest.raises(ValueError, match=r".+"):
            Hypotheses.of({"CORE_EUROS": text})


def test_it_is_told_in_words():
    assert told(Hypotheses.of(SURE), 1_000, 3)[1] == "  pages par jour ouvré : 6\u202f000 à 6\u202f000"
