"""What some structures bring about, and what becomes of their immaterial resources."""

from typing import Any

import pghistory

from efc_platform.management.demo_world.world import World
from trajectories import operations
from trajectories.models import Confidence, Direction, Resource, Trajectory


def make_effects(world: World, rows: dict[str, Any]) -> None:
    for part, make in (("effects", _effect), ("resources", _resource)):
        for row in rows[part]:
            trajectory = world.structures[row["structure"]].trajectories.open().get()
            with pghistory.context(user=world.user(row["by"]).pk):
                make(world, trajectory, row)


def _effect(world: World, trajectory: Trajectory, row: dict[str, Any]) -> None:
    operations.note_effect(
        by=world.user(row["by"]),
        trajectory=trajectory,
        title=row["title"],
        for_whom=row["for_whom"],
        territory=row["territory"],
        since_on=world.ago(row["since_days_ago"]),
        fact=row["fact"],
        confidence=Confidence(row["confidence"]),
        trial=trajectory.trials.get(title=row["trial"]) if "trial" in row else None,
    )


def _resource(world: World, trajectory: Trajectory, row: dict[str, Any]) -> None:
    operations.note_resource(
        by=world.user(row["by"]),
        trajectory=trajectory,
        resource=Resource(row["resource"]),
        direction=Direction(row["direction"]),
        noted_on=world.ago(row["days_ago"]),
        situation=row["situation"],
        among=row.get("among", ""),
    )
