"""What was frozen comes back equal, and its digest tells any change."""

from dataclasses import dataclass, replace
from datetime import date

from efc_platform.shared.frozen import digest, from_json, to_json


@dataclass(frozen=True)
class Leaf:
    on: date
    level: int | None = None


@dataclass(frozen=True)
class Tree:
    name: str
    leaves: tuple[Leaf, ...] = ()
    best: Leaf | None = None
    is_old: bool = False


TREE = Tree("Chêne d’été", (Leaf(date(2026, 11, 23), 3), Leaf(date(2025, 3, 6))), Leaf(date(2024, 1, 1)))


def test_frozen_content_comes_back_equal():
    stored = to_json(TREE)
    assert stored["leaves"][0] == {"on": "2026-11-23", "level": 3}
    assert from_json(Tree, stored) == TREE


def test_field_added_later_takes_its_default_and_a_removed_one_is_left_aside():
    assert from_json(Tree, {"name": "Hêtre", "gone": 1}) == Tree("Hêtre")


def test_digest_does_not_depend_on_the_order_of_keys():
    stored = to_json(TREE)
    assert digest(stored) == digest(dict(reversed(stored.items())))
    assert len(digest(stored)) == 64


def test_digest_tells_a_change():
    assert digest(to_json(TREE)) != digest(to_json(replace(TREE, name="Chene d’été")))
