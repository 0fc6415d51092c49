"""Forged forms of what is restored, of lent places, of texts that the coordination opens."""

from accounts.models import Circle, SupportSignIn
from tests.factories.world import World
from tests.forging import Creation, Edit
from trajectories.models import InterventionShare, TextOpening


def _share(world: World) -> InterventionShare:
    return world.interventions[Circle.STRUCTURE].shares.get()


PROOF_EDITS = [
    Edit(
        "sheet_restore",
        "emptied_sheet",
        "leader",
        {"version": 1},
        lambda world: world.structure,
        {"presentation", "version"},
    ),
    Edit(
        "text_restore",
        "emptied_words",
        "leader",
        {"version": 1},
        lambda world: world.trajectory,
        {"working_question", "version"},
    ),
    Edit("support_grant", "support", "leader", {}, lambda world: world.support, {"granted_at", "until"}),
    Edit("support_end", "support", "leader", {}, lambda world: world.support, {"ended_at"}),
]
PROOF_CREATIONS = [
    Creation(
        "text_open",
        "trajectory",
        "coordinator",
        lambda cast, world: {"what": "texts", "reason": "Pour voir"},
        TextOpening,
        lambda cast, world: {"opened_by": cast.coordinator, "trajectory": world.trajectory, "report": None},
    ),
    Creation(
        "account_open",
        "intervention",
        "coordinator",
        lambda cast, world: {"what": _share(world).pk, "reason": "Pour voir"},
        TextOpening,
        lambda cast, world: {"opened_by": cast.coordinator, "share": _share(world), "report": None},
    ),
    Creation(
        "support",
        None,
        "coordinator",
        lambda cast, world: {"email": cast.staff.email, "reason": "Aider"},
        SupportSignIn,
        lambda cast, world: {"asked_by": cast.coordinator, "granted_at": None, "until": None, "ended_at": None},
    ),
]
