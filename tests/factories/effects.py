"""What a structure brings about, and what becomes of its resources: one row of each, and one that was taken away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import factory
from django.utils import timezone

from accounts.models import Person
from tests.factories.people import PersonFactory
from tests.factories.trajectories import TrajectoryFactory
from trajectories.models import Confidence, Direction, Resource, ResourceNote, Trajectory, Trial, UsefulEffect

NOTED = {
    *(f"effect.{name}" for name in ("title", "for_whom", "territory", "fact")),
    "resource_note.situation",
    "resource_note.among",
}
# Taken away: those who write them may put it back.
NOTED_AWAY = {
    *(f"removed_effect.{name}" for name in ("title", "for_whom", "territory", "fact")),
    "removed_note.situation",
    "removed_note.among",
}


@dataclass(frozen=True)
class Noted:
    effect: UsefulEffect
    removed_effect: UsefulEffect
    note: ResourceNote
    removed_note: ResourceNote


class UsefulEffectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = UsefulEffect

    trajectory = factory.SubFactory(TrajectoryFactory)
    title = "Réparer seule"
    for_whom = "les locataires"
    since_on = date(2025, 5, 5)
    fact = "Une locataire a remonté son grille-pain devant les autres."
    confidence = Confidence.OBSERVED
    created_by = factory.SubFactory(PersonFactory)


class ResourceNoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ResourceNote

    trajectory = factory.SubFactory(TrajectoryFactory)
    resource = Resource.TRUST
    direction = Direction.DEVELOPED
    noted_on = date(2025, 5, 5)
    situation = "La mairie a laissé la clé de la salle."
    created_by = factory.SubFactory(PersonFactory)


def furnish_effects(trajectory: Trajectory, trial: Trial, by: Person, words: Callable[[str], str]) -> Noted:
    own: dict[str, Any] = {"trajectory": trajectory, "created_by": by}
    gone = own | {"removed_at": timezone.now(), "removed_by": by}

    def said(row: str, *names: str) -> dict[str, str]:
        return {name: words(f"{row}.{name}") for name in names}

    of_effect, of_note = ("title", "for_whom", "territory", "fact"), ("situation", "among")
    return Noted(
        effect=UsefulEffectFactory(**own, **said("effect", *of_effect), trial=trial),
        removed_effect=UsefulEffectFactory(**gone, **said("removed_effect", *of_effect)),
        note=ResourceNoteFactory(**own, **said("resource_note", *of_note)),
        removed_note=ResourceNoteFactory(**gone, **said("removed_note", *of_note)),
    )


def fill_effects(trajectory: Trajectory, trial: Trial) -> None:
    """One more of each, taken away or not."""
    for removed_at in (None, timezone.now()):
        UsefulEffectFactory(trajectory=trajectory, trial=trial, removed_at=removed_at)
        for resource in Resource:
            ResourceNoteFactory(trajectory=trajectory, resource=resource, removed_at=removed_at)
