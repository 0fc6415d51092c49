"""What a structure tries and tells of itself: one row of each, for the access matrix and the leak tests."""

from collections.abc import Callable
from datetime import date
from typing import Any

import factory
from django.utils import timezone

from accounts.models import Person
from tests.factories.effects import NOTED, NOTED_AWAY, fill_effects, furnish_effects
from tests.factories.people import PersonFactory
from tests.factories.structures import DocumentFactory, MembershipFactory
from tests.factories.trajectories import InterventionFactory, NextStepFactory, TrajectoryFactory, TrialFactory
from trajectories.models import (
    Intervention,
    OwnMoment,
    Phase,
    PhaseKind,
    Trajectory,
    Trial,
    TrialState,
    Verbatim,
    VerbatimCircle,
)

Words = Callable[[str], str]
TRIED = {
    *(f"trial.{name}" for name in ("title", "gap", "question", "watched", "with_words", "learnt")),
    "trial_move.words",
    "set_aside.text",
    "set_aside.set_aside_why",
    "owned.owner_words",
    "phase.name",
    "moment.title",
    "moment.words",
    "verbatim.words",
    "verbatim.named_as",
    *NOTED,
}
# Taken away: those who write them may put it back.
REMOVED = {"removed_moment.title", "removed_moment.words", *NOTED_AWAY}
# Not agreed to yet: whoever noted it.
WAITING = {"waiting_verbatim.words", "waiting_verbatim.named_as"}


def make_trial(trajectory: Trajectory, words: Words) -> Trial:
    """Ended, so that the story tells what was learnt."""
    return TrialFactory(
        trajectory=trajectory,
        title=words("trial.title"),
        question=words("trial.question"),
        learnt=words("trial.learnt"),
        state=TrialState.KEPT,
        ended_on=date(2025, 3, 3),
    )


def furnish_story(trajectory: Trajectory, trial: Trial, intervention: Intervention, words: Words) -> dict[str, Any]:
    """The trial says all that it is, and is tied; another was adapted, and goes on as nothing yet."""
    for name in ("gap", "watched", "with_words"):
        setattr(trial, name, words(f"trial.{name}"))
    trial.save()
    trial.interventions.add(intervention)
    trial.moves.create(state=TrialState.SUSPENDED, moved_on=date(2025, 2, 2), words=words("trial_move.words"))
    by = intervention.created_by
    NextStepFactory(trajectory=trajectory, trial=trial, owner_words=words("owned.owner_words"))
    NextStepFactory(
        trajectory=trajectory,
        text=words("set_aside.text"),
        set_aside_at=intervention.created_at,
        set_aside_by=by,
        set_aside_why=words("set_aside.set_aside_why"),
    )
    adapted = TrialFactory(trajectory=trajectory, state=TrialState.ADAPTED, ended_on=date(2025, 4, 4), learnt="Oui")
    noted = furnish_effects(trajectory, trial, by, words)
    return {"adapted": adapted, "what_shows": noted, **_told(trajectory, by, words)}


def _told(trajectory: Trajectory, by: Person, words: Words) -> dict[str, Any]:
    """A phase, a moment and one that was taken away, words agreed to and words that wait."""
    own = {"trajectory": trajectory, "created_by": by}
    gone = {"removed_at": timezone.now(), "removed_by": by}
    titled = {"title": words("removed_moment.title"), "words": words("removed_moment.words")}
    agreed = {"agreed_on": date(2025, 5, 6), "agreed_circle": VerbatimCircle.REPORTS, "agreement_noted_by": by}
    said = {name: {one: words(f"{name}.{one}") for one in ("words", "named_as")} for name in SAID}
    return {
        "phase": Phase.objects.create(
            **own, kind=PhaseKind.OTHER, name=words("phase.name"), starts_on=date(2025, 1, 1), ends_on=date(2025, 6, 1)
        ),
        "moment": OwnMoment.objects.create(
            **own, happened_on=date(2025, 5, 5), title=words("moment.title"), words=words("moment.words")
        ),
        "removed_moment": OwnMoment.objects.create(**own, happened_on=date(2025, 5, 5), **titled, **gone),
        "verbatim": VerbatimFactory(trajectory=trajectory, noted_by=by, **said["verbatim"], **agreed),
        "waiting_verbatim": VerbatimFactory(trajectory=trajectory, noted_by=by, **said["waiting_verbatim"]),
    }


SAID = ("verbatim", "waiting_verbatim")


class VerbatimFactory(factory.django.DjangoModelFactory):
    """Not agreed to yet; said by somebody who is not known here."""

    class Meta:
        model = Verbatim

    trajectory = factory.SubFactory(TrajectoryFactory)
    said_on = date(2025, 5, 5)
    words = "On court moins."
    named_as = "une salariée"
    noted_by = factory.SubFactory(PersonFactory)


def fill_story(made: Any, by: Person) -> None:
    """One more of each thing that a trial, or the story, holds."""
    trajectory, trial = made.trajectory, made.trial
    meeting = InterventionFactory(created_by=by, share={"trajectory": trajectory, "account": "Un essai."})
    trial.interventions.add(meeting)
    trial.documents.add(DocumentFactory(structure=trajectory.structure))
    trial.people.add(MembershipFactory(structure=trajectory.structure).person)
    trial.moves.create(state=TrialState.RUNNING, moved_on=date(2025, 2, 3), moved_by=PersonFactory())
    TrialFactory(trajectory=trajectory, state=TrialState.ADAPTED, ended_on=date(2025, 4, 4), continues=made.adapted)
    done = {"set_aside_at": timezone.now(), "set_aside_by": PersonFactory(), "set_aside_why": "Inutile"}
    for more in ({}, done):
        NextStepFactory(trajectory=trajectory, trial=trial, owner=PersonFactory(), **more)
    own = {"trajectory": trajectory, "created_by": PersonFactory()}
    Phase.objects.create(**own, kind=PhaseKind.REVIEW, starts_on=date(2025, 1, 1))
    for removed_at in (None, timezone.now()):
        OwnMoment.objects.create(**own, happened_on=date(2025, 5, 5), title="Un moment", removed_at=removed_at)
    fill_effects(trajectory, trial)
    agreed = {"agreed_on": date(2025, 5, 6), "agreed_circle": VerbatimCircle.STRUCTURE, "agreement_noted_by": by}
    for more in ({}, agreed):
        VerbatimFactory(trajectory=trajectory, noted_by=by, **more)
