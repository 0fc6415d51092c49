"""The grid of OWASP's ASVS: each line says how it is held, and what it points at is there."""

import ast
import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GRID = ROOT / "docs" / "security" / "asvs.csv"
# What version 5.0.0 has: the lines of levels 1 and 2, and ten of level 3 that the project takes on.
LINES = {"1": 70, "2": 183, "3": 10}
# Out of a hundred lines that apply, those that an automated test holds. It only grows.
HELD_BY_TESTS = 79


@dataclass(frozen=True)
class Line:
    requirement: str
    level: str
    title: str
    status: str
    evidence: str


def grid() -> list[Line]:
    with GRID.open(encoding="utf-8", newline="") as file:
        return [Line(**row) for row in csv.DictReader(file)]


@cache
def functions(path: Path) -> set[str]:
    return {one.name for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.FunctionDef)}


@cache
def headings(path: Path) -> set[str]:
    """The places of a Markdown page, named as its readers name them in an address."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def is_test(node: str) -> bool:
    path, _, name = node.partition("::")
    return (ROOT / path).is_file() and name.startswith("test_") and name in functions(ROOT / path)


def is_document(place: str) -> bool:
    path, _, heading = place.partition("#")
    return (ROOT / path).is_file() and (not heading or heading in headings(ROOT / path))


def test_every_requirement_has_one_line():
    found = grid()
    assert Counter(line.level for line in found) == LINES
    assert len({line.requirement for line in found}) == len(found)
    assert [line for line in found if not re.fullmatch(r"\d+\.\d+\.\d+", line.requirement) or not line.title] == []


def test_every_line_says_how_it_is_held():
    held_by = {
        "test": lambda evidence: bool(evidence) and all(map(is_test, evidence.split())),
        "document": is_document,
        # Why it does not apply, and what misses: a sentence.
        "na": lambda evidence: evidence.endswith("."),
        "todo": lambda evidence: evidence.endswith("."),
    }
    lost = [line for line in grid() if line.status not in held_by or not held_by[line.status](line.evidence)]
    assert lost == []


def test_share_of_tests_only_grows():
    counts = Counter(line.status for line in grid() if line.status != "na")
    share = 100 * counts["test"] // counts.total()
    assert share == HELD_BY_TESTS, f"{dict(counts)}: write the new share down"


def test_a_test_that_went_away_is_noticed():
    assert is_test("tests/architecture/test_asvs.py::test_a_test_that_went_away_is_noticed")
    assert not is_test("tests/architecture/test_asvs.py::test_that_nobody_wrote")
    assert not is_test("tests/nowhere.py::test_a_test_that_went_away_is_noticed")
    assert not is_document("docs/production.md#nulle-part")
