"""Trials: proposing one, saying more of it, moving it on, and what bears witness to it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import StructureDocument
from trajectories.endings import refuse_closed
from trajectories.models import (
    CONCLUDED,
    TRIAL_TRANSITIONS,
    Criterion,
    Dimension,
    Intervention,
    InterventionShare,
    Trajectory,
    Trial,
    TrialMove,
    TrialState,
)
from trajectories.notifications import tell_trial
from trajectories.people import people_of
from trajectories.permissions import refuse_stranger


@dataclass(frozen=True)
class TrialFacts:
    """What a trial is: what is tried, why, with whom, until when, what will be looked at."""

    title: str
    question: str = ""
    gap: str = ""
    watched: str = ""
    dimension: Dimension | None = None
    criterion: Criterion | None = None
    started_on: date | None = None
    until_on: date | None = None
    with_words: str = ""
    people: Collection[Person] = field(default_factory=tuple)


@transaction.atomic
def start_trial(
    *,
    by: User,
    trajectory: Trajectory,
    title: str,
    question: str = "",
    dimension: Dimension | None = None,
    state: TrialState = TrialState.RUNNING,
    started_on: date | None = None,
    continues: Trial | None = None,
) -> Trial:
    """Notes something the structure will try, or tries already; those who read it are told. One that was adapted may
    go on as another."""
    refuse_stranger(by, trajectory)
    refuse_closed(trajectory, "un nouvel essai n’y entre plus")
    if state not in {TrialState.PLANNED, TrialState.RUNNING}:
        raise OperationRefused("Un essai commence proposé ou en cours.", field="state")
    if continues is not None and (continues.trajectory_id != trajectory.pk or continues.state != TrialState.ADAPTED):
        raise OperationRefused("Seul un essai adapté, de la même trajectoire, continue par un autre.")
    trial = Trial.objects.create(
        trajectory=trajectory,
        title=title,
        question=question,
        dimension=dimension,
        state=state,
        started_on=started_on,
        continues=continues,
    )
    _note_move(trial, by, started_on or timezone.localdate())
    tell_trial(trial, by=by.person)
    return trial


@transaction.atomic
def edit_trial(*, by: User, trial: Trial, expected_version: int, facts: TrialFacts) -> Trial:
    """Says better what the trial is; StaleEdit when another did since the form was opened. Where it has come to is
    `change_trial`'s."""
    current = _locked(by, trial, expected_version)
    framework = current.trajectory.framework_version_id
    dimension = facts.criterion.dimension if facts.criterion else facts.dimension
    # What it held on before the trajectory passed to another version, it may still hold on.
    if dimension is not None and dimension.framework_version_id != framework and dimension.pk != current.dimension_id:
        raise OperationRefused("Choisissez une dimension du référentiel de cette trajectoire.", field="reason")
    if facts.started_on and facts.until_on and facts.until_on < facts.started_on:
        raise OperationRefused("La fin prévue précède le début.", field="until_on")
    _refuse_strangers(current, facts.people)
    for name in ("title", "question", "gap", "watched", "criterion", "started_on", "until_on", "with_words"):
        setattr(current, name, getattr(facts, name))
    current.dimension = dimension
    current.version += 1
    current.save()
    current.people.set(facts.people)
    return current


def _refuse_strangers(trial: Trial, people: Collection[Person]) -> None:
    """People of the structure, those who accompany it, and those who were named already."""
    known = {one.pk for one in people_of(trial.trajectory.structure)} | set(trial.people.values_list("pk", flat=True))
    if any(one.pk not in known for one in people):
        raise OperationRefused("Choisissez des personnes de la structure ou de son accompagnement.", field="people")


@transaction.atomic
def change_trial(
    *,
    by: User,
    trial: Trial,
    state: TrialState,
    expected_version: int,
    learnt: str = "",
    on: date | None = None,
    why: str = "",
) -> Trial:
    """Moves a trial on, as from a day, and keeps what was learnt; dropping one is a result, and says why.

    OperationRefused for a move that TRIAL_TRANSITIONS does not know, or an end without a word on
    what was learnt. StaleEdit when another moved it since: of two at once, one is told.
    """
    current = _locked(by, trial, expected_version)
    if state != current.state and state not in TRIAL_TRANSITIONS[TrialState(current.state)]:
        raise OperationRefused(
            f"Un essai {current.get_state_display()} ne peut pas devenir {state.label}.", field="state"
        )
    ends, moves = state in CONCLUDED, state != current.state
    if ends and not learnt.strip():
        raise OperationRefused("Dites en une phrase ce que cet essai vous a appris.", field="learnt")
    current.ended_on = (on or current.ended_on or timezone.localdate()) if ends else None
    if state == TrialState.RUNNING and current.started_on is None:
        current.started_on = on or timezone.localdate()
    current.state, current.learnt = state, learnt
    current.version += 1
    current.save()
    if moves:
        _note_move(current, by, current.ended_on or on or timezone.localdate(), why)
        tell_trial(current, by=by.person)
    return current


def _note_move(trial: Trial, by: User, day: date, words: str = "") -> None:
    TrialMove.objects.create(trial=trial, state=trial.state, moved_on=day, words=words, moved_by=by.person)


def _locked(by: User, trial: Trial, expected_version: int) -> Trial:
    current = Trial.objects.select_for_update().get(pk=trial.pk)
    refuse_stranger(by, current.trajectory)
    if current.version != expected_version:
        raise StaleEdit("Cet essai a été modifié entre-temps par une autre personne.")
    return current


def tie_trial(*, by: User, trial: Trial, intervention: Intervention) -> None:
    """Says that an intervention touched a trial; twice the same changes nothing. OperationRefused for one of another
    trajectory, or whose account one does not read."""
    refuse_stranger(by, trial.trajectory)
    read = InterventionShare.objects.readable_by(by).filter(trajectory=trial.trajectory, intervention=intervention)
    if not read.exists():
        raise OperationRefused("Choisissez une intervention de cette trajectoire, que vous lisez.")
    trial.interventions.add(intervention)


def untie_trial(*, by: User, trial: Trial, intervention: Intervention) -> None:
    """The intervention stays; that it touched this trial is no longer said."""
    refuse_stranger(by, trial.trajectory)
    trial.interventions.remove(intervention)


def tie_evidence(*, by: User, trial: Trial, document: StructureDocument) -> None:
    """A document of the structure that bears witness to the trial; twice the same changes nothing."""
    refuse_stranger(by, trial.trajectory)
    read = StructureDocument.objects.visible_to(by).filter(structure=trial.trajectory.structure_id, pk=document.pk)
    if not read.exists():
        raise OperationRefused("Choisissez un document de cette structure.")
    trial.documents.add(document)


def untie_evidence(*, by: User, trial: Trial, document: StructureDocument) -> None:
    """The document stays among those of the structure."""
    refuse_stranger(by, trial.trajectory)
    trial.documents.remove(document)
