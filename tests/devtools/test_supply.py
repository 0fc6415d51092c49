"""What the platform is made of may be part of it, and each package is held to one content."""

import re

from devtools.supply import LOCKED, Licence, licences, locked_packages
from tests.architecture.test_rules import ROOT


def test_every_locked_package_has_terms_that_go_with_ours():
    known = list(licences())
    assert len(known) > 60
    assert [f"{one.package}: {one.terms}" for one in known if not one.is_compatible] == []


def test_terms_that_do_not_go_with_ours_are_seen():
    said = {"MIT License": True, "AGPL-3.0-or-later": True, "Proprietary": False, "CC BY-NC-ND 4.0": False, "": False}
    assert {terms: Licence("un-paquet", "1", terms).is_compatible for terms in said} == said


def test_every_locked_package_is_held_to_its_hashes():
    text = LOCKED.read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    bare = [block.split()[0] for block in blocks if "==" in block.split("\n")[0] and "--hash=sha256:" not in block]
    assert (bare, len(locked_packages()) > 60) == ([], True)


def test_each_dependency_says_why_it_is_there():
    """A comment stands above each, or above the few that it speaks of."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("dependencies = [\n")[2].split("\n]")[0]
    kinds = ["#" if one.strip().startswith("#") else '"' for one in lines.splitlines()]
    assert kinds[0] == "#"
    assert not re.search(r'""""', "".join(kinds)), "four in a row without a word"
