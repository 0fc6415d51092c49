"""Forged forms of rounds and of their meetings."""

from typing import Any

from django.utils import timezone

from tests.factories.cast import Cast
from tests.factories.world import World
from tests.forging import Creation, Edit
from trajectories.models import Milestone, Reopening, Round, RoundView, Settlement


def _expected(world: World) -> RoundView:
    return world.rounds["blind"].views.get(viewpoint="team")


def _once_open(cast: Cast, world: World) -> dict[str, Any]:
    """A new round, for which the one that is blind must be open."""
    Round.objects.filter(pk=world.rounds["blind"].pk).update(opened_at=timezone.now())
    day = timezone.localdate().isoformat()
    return {"milestone": "review", "opens_on": day, "viewpoints": ["direction", "team"]}


ROUND_EDITS = [
    Edit("round_read", "expected_view", "staff", {}, _expected, {"reading_id"}),
    Edit(
        "round_leave_out",
        "expected_view",
        "leader",
        {"why": "Partie.", "version": 1},
        _expected,
        {"left_out_at", "left_out_by_id", "left_out_why"},
    ),
    Edit(
        "round_reminders",
        "blind_round",
        "leader",
        {"pause": "1"},
        lambda world: world.rounds["blind"],
        {"reminders_paused"},
    ),
]
ROUND_CREATIONS = [
    Creation(
        "round_new",
        "trajectory",
        "leader",
        _once_open,
        Round,
        lambda cast, world: {
            "trajectory": world.trajectory,
            "created_by": cast.leader.person,
            "milestone": Milestone.REVIEW,
            "opened_at": None,
            "reminders_paused": False,
        },
    ),
    Creation(
        "reading_reopen",
        "met_reading",
        "practitioner",
        lambda cast, world: {"why": "Un fait nous avait échappé."},
        Reopening,
        lambda cast, world: {"reading": world.rounds["other"], "asked_by": cast.practitioner.person},
    ),
    Creation(
        "settlement",
        "met_dimension",
        "leader",
        lambda cast, world: {"outcome": "agreed", "words": "Ensemble.", "version": 1},
        Settlement,
        lambda cast, world: {"round": world.rounds["met"], "number": 2, "settled_by": cast.leader.person},
    ),
]
