"""Forged forms of the exercises in which the same stories are read."""

from typing import Any

from community.models import Calibration, Vignette, VignetteReading
from tests.factories.world import World
from tests.forging import Creation, Edit


def _story(world: World, name: str) -> Vignette:
    return world.calibrations[name].vignettes.earliest("pk")


def _reading(world: World) -> VignetteReading:
    return VignetteReading.objects.get(vignette=_story(world, "open"))


def _answered(world: World) -> dict[str, Any]:
    part = world.calibrations["open"].parts.earliest("pk")
    return {f"choice-{part.pk}": "3", f"words-{part.pk}": "Un bout du récit."}


CALIBRATION_EDITS = [
    Edit(
        "calibration_edit",
        "calibration_draft",
        "coordinator",
        {"title": "Autrement dit", "dimensions": ["D2"], "version": 1},
        lambda world: world.calibrations["draft"],
        {"title", "closes_on", "version"},
    ),
    Edit(
        "vignette_edit",
        "story_draft",
        "coordinator",
        {"title": "Le camion", "text": "Il est revenu à moitié vide.", "version": 1},
        lambda world: _story(world, "draft"),
        {"title", "text", "version"},
    ),
    Edit("vignette_read", "story_open", "practitioner", {"version": 1}, _reading, {"version"}, _answered),
]
CALIBRATION_CREATIONS = [
    Creation(
        "calibration_new",
        None,
        "coordinator",
        lambda cast, world: {"title": "Un accordage", "dimensions": ["D1"]},
        Calibration,
        lambda cast, world: {"created_by": cast.coordinator.person, "state": "draft", "finished": None, "version": 1},
    ),
    Creation(
        "vignette_new",
        "calibration_draft",
        "coordinator",
        lambda cast, world: {"title": "Un récit", "text": "Une scène."},
        Vignette,
        lambda cast, world: {"calibration": world.calibrations["draft"], "place": 1, "version": 1},
    ),
]
