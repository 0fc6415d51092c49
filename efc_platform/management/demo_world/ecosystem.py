"""With whom structures live, and how their relations came to be what they are."""

from typing import Any

import pghistory

from efc_platform.management.demo_world.trajectories import lead_of
from efc_platform.management.demo_world.world import World, months_ago
from structures import operations
from structures.models import EcosystemActor, Structure


def make_ecosystems(world: World, rows: list[dict[str, Any]]) -> None:
    """Once all structures are there: some are on the map of another."""
    for row in rows:
        with pghistory.context(user=lead_of(world, row).pk):
            for actor in row.get("ecosystem", []):
                _make_actor(world, row, world.structures[row["slug"]], actor)


def _make_actor(world: World, row: dict[str, Any], structure: Structure, told: dict[str, Any]) -> None:
    by, (first, *later) = lead_of(world, row), [_state(world, one) for one in told["states"]]
    actor = operations.add_relation(by=by, structure=structure, name=told["name"], category=told["category"], **first)
    if "slug" in told:
        kept = {name: first.get(name, "") for name in ("contributes", "receives", "tendency")}
        actor = operations.edit_relation(
            by=by,
            actor=actor,
            expected_version=actor.version,
            name=actor.name,
            category=told["category"],
            linked=world.structures[told["slug"]],
            since=first["since"],
            **kept,
        )
    for state in later:
        actor = operations.change_relation(by=by, actor=actor, expected_version=actor.version, **state)
    _end(world, by, actor, told)


def _state(world: World, told: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in told.items() if name != "months_ago"}
    return said | {"since": months_ago(told["months_ago"], world.today)}


def _end(world: World, by: Any, actor: EcosystemActor, told: dict[str, Any]) -> None:
    if "ended_months_ago" in told:
        until = months_ago(told["ended_months_ago"], world.today)
        operations.end_relation(by=by, actor=actor, expected_version=actor.version, until=until)
