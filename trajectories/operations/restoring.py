"""Putting a text back as it was: an edit like another, by whoever may make it."""

from dataclasses import replace
from typing import Any

from accounts.models import Circle, User
from trajectories.models import Intervention, InterventionShare, Modality, Place, Trajectory, Trial, TrialState
from trajectories.operations.interventions import InterventionFacts, ShareFacts, edit_intervention
from trajectories.operations.steering import edit_words
from trajectories.operations.trials import change_trial
from trajectories.participants import Participant

WORDS = ("starting_words", "aim", "working_question", "lead_words")


def restore_words(*, by: User, trajectory: Trajectory, column: str, text: str, expected_version: int) -> None:
    """One of the trajectory's own words; those of the departure keep whoever said them."""
    words = {name: getattr(trajectory, name) for name in WORDS} | {column: text}
    edit_words(
        by=by,
        trajectory=trajectory,
        expected_version=expected_version,
        starting_words_by=trajectory.starting_words_by,
        **words,
    )


def restore_learnt(*, by: User, trial: Trial, text: str, expected_version: int) -> None:
    """What a trial taught; its state stays."""
    change_trial(
        by=by,
        trial=trial,
        state=TrialState(trial.state),
        learnt=text,
        on=trial.ended_on,
        expected_version=expected_version,
    )


def restore_account(*, by: User, share: InterventionShare, column: str, text: str, expected_version: int) -> None:
    """An account, a decision or an open question; the rest of the intervention stays, its circle too."""
    changed: dict[str, Any] = {column: text}
    edit_intervention(
        by=by,
        intervention=share.intervention,
        expected_version=expected_version,
        facts=_facts(share.intervention),
        share=replace(_share_facts(share), **changed),
    )


def _facts(intervention: Intervention) -> InterventionFacts:
    present = intervention.participations.select_related("person")
    return InterventionFacts(
        occurred_on=intervention.occurred_on,
        minutes=intervention.minutes,
        modality=Modality(intervention.modality),
        added_modality=intervention.added_modality,
        preparation_minutes=intervention.preparation_minutes,
        travel_minutes=intervention.travel_minutes,
        title=intervention.title,
        place=Place(intervention.place),
        location=intervention.location,
        participants=[Participant(one.person, one.words, one.kind, one.count) for one in present],
    )


def _share_facts(share: InterventionShare) -> ShareFacts:
    return ShareFacts(
        trajectory=share.trajectory,
        minutes=share.minutes,
        account=share.account,
        decision=share.decision,
        open_question=share.open_question,
        circle=Circle(share.circle),
        dimensions=list(share.dimensions.all()),
        criteria=list(share.criteria.all()),
        actors=list(share.actors.all()),
        documents=list(share.documents.all()),
    )
