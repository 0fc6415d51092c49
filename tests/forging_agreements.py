"""Forged forms of what frames an accompaniment: its agreement, its end and the news that follow."""

from typing import Any

from django.utils import timezone

from tests.factories.world import World
from tests.forging import Creation, Edit
from trajectories.models import (
    DIAGNOSED,
    Agreement,
    Amendment,
    Closing,
    DiagnosisAnswer,
    FollowUp,
    Signature,
    Trajectory,
)

TODAY = timezone.localdate().isoformat()


def _came_back_on_nothing(world: World) -> dict[str, Any]:
    """Nothing came after the end: neither another trajectory nor news."""
    Trajectory.objects.filter(pk=world.trajectory.pk).update(closed_on=timezone.localdate())
    FollowUp.objects.filter(pk=world.news.pk).update(heard_on=None, words="")
    return {}


def _after_closing(world: World) -> dict[str, str]:
    """A structure has one open trajectory at a time."""
    Trajectory.objects.filter(pk=world.trajectory.pk).update(closed_on=timezone.localdate())
    return {}


def _on_its_way(world: World) -> dict[str, Any]:
    """The trajectory without an agreement is the open one."""
    Trajectory.objects.filter(pk=world.trajectory.pk).update(closed_on=timezone.localdate())
    Trajectory.objects.filter(pk=world.past.pk).update(closed_on=None)
    return {}


AGREED = {
    **{name: "Un texte" for name in ("aim", "working_question", "modalities", "confidentiality", "rights")},
    "starts_on": TODAY,
    "ends_on": TODAY,
    "days_agreed": "4,5",
    "board_says": "not_asked",
    "board_not_asked": "Le conseil délègue",
}
AGREED_EDITS = [
    Edit(
        "diagnosis_write",
        "trajectory",
        "leader",
        {**{name: "Un texte" for name in DIAGNOSED}, "version": 1},
        lambda world: world.diagnosis,
        {*DIAGNOSED, "version"},
    ),
    Edit(
        "diagnosis_propose",
        "diagnosis",
        "practitioner",
        {"version": 1},
        lambda world: world.diagnosis,
        {"proposed_at", "version"},
    ),
    Edit(
        "amendment_edit",
        "amendment",
        "leader",
        {"what_changes": "Un mois de plus", "version": 1},
        lambda world: world.amendment,
        {"what_changes", "ends_on", "days_agreed", "version"},
    ),
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
        "diagnosis",
        "trajectory",
        "leader",
        lambda cast, world: {"ask": "1", "words": "Autrement", "version": 2},
        DiagnosisAnswer,
        lambda cast, world: {"diagnosis": world.proposed, "person": cast.leader.person, "opinion": "asks"},
    ),
    Creation(
        "trajectory_open",
        "structure",
        "coordinator",
        lambda cast, world: _after_closing(world) | {"started_on": TODAY},
        Trajectory,
        lambda cast, world: {"structure": world.structure, "aim": "", "closed_on": None, "version": 1},
    ),
    Creation(
        "agreement_write",
        "past",
        "leader",
        lambda cast, world: _on_its_way(world) | AGREED,
        Agreement,
        lambda cast, world: {"trajectory": world.past, "created_by": cast.leader.person, "version": 1},
    ),
    Creation(
        "amendment_new",
        "trajectory",
        "leader",
        lambda cast, world: {"what_changes": "Un mois de plus"},
        Amendment,
        lambda cast, world: {"agreement": world.agreement, "number": 2, "created_by": cast.leader.person, "version": 1},
    ),
    Creation(
        "agreement_sign",
        "as_board",
        "board",
        lambda cast, world: {"name": "Rose Lemaire", "version": 1},
        Signature,
        lambda cast, world: {
            "agreement": world.agreement,
            "amendment": None,
            "party": "board",
            "manner": "typed",
            "signed_on": timezone.localdate(),
            "kept_where": "",
            "person": cast.board.person,
            "recorded_by": cast.board.person,
        },
    ),
    Creation(
        "agreement_paper",
        "as_board",
        "practitioner",
        lambda cast, world: {"name": "Rose Lemaire", "signed_on": TODAY, "kept_where": "Classeur", "version": 1},
        Signature,
        lambda cast, world: {"party": "board", "manner": "paper", "strokes": [], "person": None, "amendment": None},
    ),
    Creation(
        "trajectory_close",
        "trajectory",
        "practitioner",
        lambda cast, world: {"closed_on": TODAY, "reason": "alone", "review": "Un bilan"},
        Closing,
        lambda cast, world: {"trajectory": world.trajectory, "created_by": cast.practitioner.person, "version": 1},
    ),
]
