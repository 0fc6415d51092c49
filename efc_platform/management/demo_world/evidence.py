"""What some facts of the readings are held on, and the criteria that were read one by one."""

from typing import Any

from efc_platform.management.demo_world.world import World, rows_of
from trajectories.evidence import Linked
from trajectories.models import EvidenceKind, InterventionShare, Trajectory
from trajectories.operations import EvidenceFacts


def held_of(slug: str, reading: dict[str, Any]) -> dict[str, Any]:
    """What is told of this reading beside its levels; nothing for most."""
    same = (slug, reading["months_ago"], reading["viewpoint"])
    rows = rows_of("evidence.yaml")
    return next((row for row in rows if (row["structure"], row["months_ago"], row["viewpoint"]) == same), {})


def facts_of(world: World, trajectory: Trajectory, rows: list[dict[str, Any]]) -> list[EvidenceFacts]:
    return [
        EvidenceFacts(
            EvidenceKind(row["kind"]), world.ago(row["days_ago"]), row.get("words", ""), _linked(trajectory, row)
        )
        for row in rows
    ]


def _linked(trajectory: Trajectory, row: dict[str, Any]) -> Linked:
    if title := row.get("intervention"):
        return Linked(share=InterventionShare.objects.get(trajectory=trajectory, intervention__title=title))
    if title := row.get("trial"):
        return Linked(trial=trajectory.trials.get(title=title))
    if title := row.get("document"):
        return Linked(document=trajectory.structure.documents.get(title=title))
    return Linked()
