"""Keeps the browser tests in one worker, where they share one demonstration, and prints at the end what pages weigh."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

FOLDER = "tests/browser/"
WEIGHED = "weighed"
HEADER = ("rôle", "page", "requêtes", "kB", "kB ensuite", "HTML", "JS", "CSS", "DOM", "EcoIndex", "", "axe")
ROW = "{:<15}{:<34}{:>9}{:>8}{:>11}{:>7}{:>7}{:>7}{:>6}{:>10} {:<2}{:>4}"


class BrowserTestsTogether(LoadScopeScheduling):
    """Each test goes to whichever worker is free, those of this folder to one."""

    def _split_scope(self, nodeid: str) -> str:
        return FOLDER if nodeid.startswith(FOLDER) else nodeid


# In place of the mark of pytest-xdist 3.8, which pytest 9.2 no longer lets add a group to a test's name.
@pytest.hookimpl
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    return BrowserTestsTogether(config, log) if config.getvalue("dist") == "loadgroup" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What the whole site is looked at for comes first: the other tests then write in the same demonstration."""
    items.sort(key=lambda item: "sites" not in getattr(item, "fixturenames", ()))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    # The reports come back from the workers with what their tests kept.
    reports = [report for found in terminalreporter.stats.values() for report in found]
    rows = [
        row
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for kept, row in report.user_properties
        if kept == WEIGHED
    ]
    if rows:
        terminalreporter.section("what the pages weigh")
        for row in [HEADER, *sorted(rows)]:
            terminalreporter.write_line(ROW.format(*row))
