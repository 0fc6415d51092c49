"""Forged forms of useful effects and of immaterial resources."""

from tests.forging import Creation, Edit
from trajectories.models import ResourceNote, UsefulEffect

_EFFECT = {
    "title": "Un effet",
    "for_whom": "les voisines",
    "since_on": "2025-02-01",
    "fact": "On l’a vu.",
    "confidence": "told",
}
_NOTE = {"resource": "health", "direction": "weakened", "noted_on": "2025-02-01", "situation": "Un lundi au quai."}

EFFECT_EDITS = [
    Edit(
        "useful_effect",
        "effect",
        "leader",
        {**_EFFECT, "version": 1},
        lambda world: world.what_shows.effect,
        {"title", "for_whom", "territory", "since_on", "fact", "confidence", "trial_id", "version"},
    ),
    Edit(
        "effect_remove",
        "effect",
        "leader",
        {},
        lambda world: world.what_shows.effect,
        {"removed_at", "removed_by_id", "version"},
    ),
    Edit(
        "resource_note",
        "resource_note",
        "leader",
        {**_NOTE, "version": 1},
        lambda world: world.what_shows.note,
        {"resource", "direction", "noted_on", "situation", "among", "version"},
    ),
    Edit(
        "resource_note_remove",
        "resource_note",
        "leader",
        {},
        lambda world: world.what_shows.note,
        {"removed_at", "removed_by_id", "version"},
    ),
]
EFFECT_CREATIONS = [
    Creation(
        "effect_new",
        "trajectory",
        "leader",
        lambda cast, world: _EFFECT,
        UsefulEffect,
        lambda cast, world: {"trajectory": world.trajectory, "created_by": cast.leader.person, "removed_at": None},
    ),
    Creation(
        "resource_note_new",
        "trajectory",
        "leader",
        lambda cast, world: _NOTE,
        ResourceNote,
        lambda cast, world: {"trajectory": world.trajectory, "created_by": cast.leader.person, "removed_at": None},
    ),
]
