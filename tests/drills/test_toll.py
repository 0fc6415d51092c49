"""The table of the drills tells what each test found, also when it fails."""

import pytest

from tests.drills.toll import TOLL, Toll, table


def report(node: str, when: str, outcome: str, toll: Toll | None = None) -> pytest.TestReport:
    kept = [(TOLL, vars(toll))] if toll else []
    return pytest.TestReport(node, (node, 1, node), {}, outcome, None, when, user_properties=kept)


def test_each_drill_is_a_line_in_the_order_of_the_faults():
    late, early = (
        Toll("D10", "disque en lecture seule", 3, 0, 0, 1.5, 60),
        Toll("D2", "ouvrier tué", 20, 0, 0, 9.25, 63),
    )
    lines = table([report("a", "teardown", "passed", late), report("b", "teardown", "passed", early)])
    assert [line.split()[0] for line in lines[1:]] == ["D2", "D10"]
    assert lines[1].split()[-7:] == ["20", "0", "0", "9.2", "s", "63.0", "s"]


def test_a_drill_that_failed_says_so_with_what_it_had_found():
    unsettled = Toll("D7", "base relancée")
    lines = table([report("a", "call", "failed"), report("a", "teardown", "passed", unsettled)])
    assert lines[1].split()[-6:] == ["—", "—", "—", "—", "—", "ÉCHEC"]


def test_without_drills_there_is_no_table():
    assert table([report("a", "call", "passed")]) == []


def test_losing_doubling_or_showing_nothing_is_refused():
    for counts in ({"accepted": 3, "lost": 1, "doubled": 0}, {"accepted": 3, "lost": 0, "doubled": 1}):
        with pytest.raises(AssertionError):
            Toll("D1", "").settle(**counts)
    with pytest.raises(AssertionError):
        Toll("D1", "").settle(accepted=0, lost=0, doubled=0)


def test_a_recovery_that_lasts_too_long_is_refused_and_its_time_kept():
    toll = Toll("D1", "")
    with pytest.raises(AssertionError), toll.until_well(within=0):
        pass
    assert toll.seconds > 0
