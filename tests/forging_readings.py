"""Forged forms of what is read of a dimension or of a criterion, and of what that is held on."""

from tests.forging import Creation, Edit
from trajectories.models import Evidence, Positioning

_HELD = {"kind_1": "said", "noted_on_1": "2025-02-01", "words_1": "Au quai."}
_READ = {"answer": "3", "observed_fact": "Un fait", "version": 0, **_HELD}

READING_EDITS = [
    Edit(
        "positioning",
        "draft_line",
        "practitioner",
        {"answer": "3", "observed_fact": "Un fait", "version": 1},
        lambda world: world.draft,
    ),
    Edit(
        "positioning",
        "draft_line",
        "practitioner",
        {"answer": "3", "observed_fact": "Un fait", "version": 1},
        lambda world: world.draft.positionings.get(),
        {"state", "level", "observed_fact", "next_question", "version"},
    ),
]
READING_CREATIONS = [
    Creation(
        "positioning_criterion",
        "draft_sign",
        "practitioner",
        lambda cast, world: _READ,
        Positioning,
        lambda cast, world: {"reading": world.draft, "dimension": None},
    ),
    Creation(
        "positioning_criterion",
        "draft_sign",
        "practitioner",
        lambda cast, world: _READ,
        Evidence,
        lambda cast, world: {"share": None, "trial": None, "document": None},
    ),
]
