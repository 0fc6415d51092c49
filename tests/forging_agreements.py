"""Forged forms of what frames an accompaniment: its end and the news that follow."""

from typing import Any

from django.utils import timezone

from tests.factories.world import World
from tests.forging import Creation, Edit
from trajectories.models import Closing, FollowUp, Trajectory

TODAY = timezone.localdate().isoformat()


def _came_back_on_nothing(world: World) -> dict[str, Any]:
    """Nothing came after the end: neither another trajectory nor news."""
    Trajectory.objects.filter(pk=world.trajectory.pk).update(closed_on=timezone.localdate())
    FollowUp.objects.filter(pk=world.news.pk).update(heard_on=None, words="")
    return {}


AGREED_EDITS = [
    Edit(
        "closing_edit",
        "closing",
        "leader",
        {"reason": "alone", "review": "Un bilan", "what_continues": "Le tri", "version": 1},
        lambda world: world.closing,
        {"reason", "review", "what_continues", "version"},
    ),
    Edit(
        "follow_up",
        "news",
        "leader",
        {"heard_on": TODAY, "words": "Tout tient", "version": 1},
        lambda world: world.news,
        {"heard_on", "words", "written_by_id", "version"},
    ),
    Edit(
        "trajectory_reopen",
        "past",
        "practitioner",
        {},
        lambda world: world.past,
        {"closed_on", "version"},
        _came_back_on_nothing,
    ),
]
AGREED_CREATIONS = [
    Creation(
        "trajectory_close",
        "trajectory",
        "practitioner",
        lambda cast, world: {"closed_on": TODAY, "reason": "alone", "review": "Un bilan"},
        Closing,
        lambda cast, world: {"trajectory": world.trajectory, "created_by": cast.practitioner.person, "version": 1},
    ),
]
