"""What a fault cost: what had been accepted, what was lost of it, what was done twice, how long until all was well.

A drill names its fault, `@pytest.mark.fault("D2", "ouvrier tué, vingt bilans en attente")`, asks for `toll`, and
settles it; the table of all of them closes the run.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from time import monotonic

import pytest

TOLL = "toll of a fault"


@dataclass
class Toll:
    """Counts are of what people had been told was accepted: reports, mails, texts, forms, files."""

    fault: str
    words: str
    accepted: int | None = None
    lost: int | None = None
    doubled: int | None = None
    seconds: float | None = None
    within: float | None = None

    @contextlib.contextmanager
    def until_well(self, *, within: float) -> Iterator[None]:
        """Around the wait that begins when the fault is over, or when nobody is left to notice it."""
        began = monotonic()
        yield
        self.seconds, self.within = monotonic() - began, within
        assert self.seconds <= within

    def settle(self, *, accepted: int, lost: int, doubled: int) -> None:
        """Nothing may be lost, nothing done twice; and a drill in which nothing was accepted shows nothing."""
        self.accepted, self.lost, self.doubled = accepted, lost, doubled
        assert accepted > 0
        assert (lost, doubled) == (0, 0)


@pytest.fixture
def toll(request: pytest.FixtureRequest, record_property) -> Iterator[Toll]:
    """Goes with the test's result to whoever draws the table, also from another process."""
    fault, words = request.node.get_closest_marker("fault").args
    found = Toll(fault, words)
    yield found
    record_property(TOLL, asdict(found))
    assert found.accepted is not None, "a drill settles its toll"


def table(reports: list[pytest.TestReport]) -> list[str]:
    """One line for each drill, in the order of the faults; one that failed before it was settled says so too."""
    failed = {report.nodeid for report in reports if report.failed}
    tolls = {
        report.nodeid: Toll(**value)
        for report in reports
        for name, value in report.user_properties
        if name == TOLL and report.when == "teardown"
    }
    if not tolls:
        return []
    lines = [f"{'':<5}{'panne':<62}{'accepté':>9}{'perdu':>7}{'doublé':>8}{'remis en':>11}{'au plus':>9}"]
    for node, one in sorted(tolls.items(), key=lambda found: (int(found[1].fault[1:]), found[0])):
        counts = [f"{'—' if value is None else value:>{width}}" for value, width in _counts(one)]
        times = [f"{'—' if value is None else f'{value:.1f} s':>{width}}" for value, width in _times(one)]
        lines.append(f"{one.fault:<5}{one.words:<62}{''.join(counts + times)}{'  ÉCHEC' if node in failed else ''}")
    return lines


def _counts(one: Toll) -> list[tuple[int | None, int]]:
    return [(one.accepted, 9), (one.lost, 7), (one.doubled, 8)]


def _times(one: Toll) -> list[tuple[float | None, int]]:
    return [(one.seconds, 11), (one.within, 9)]


def pytest_terminal_summary(terminalreporter) -> None:
    reports = [report for found in terminalreporter.stats.values() for report in found]
    lines = table([report for report in reports if isinstance(report, pytest.TestReport)])
    if lines:
        terminalreporter.section("ce que les pannes ont coûté")
        terminalreporter.write_line("\n".join(lines))
