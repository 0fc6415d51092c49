"""What keeps a trajectory moving: its words, its trials, its promises."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Structure
from trajectories.endings import refuse_closed
from trajectories.models import (
    Dimension,
    FollowUp,
    FrameworkVersion,
    Intervention,
    NextStep,
    Trajectory,
    Trial,
    TrialState,
)
from trajectories.models.trajectory import TRIAL_TRANSITIONS
from trajectories.notifications import tell_step, tell_trial
from trajectories.permissions import can_open_trajectory, can_steer


@transaction.atomic
def open_trajectory(*, by: User, structure: Structure, started_on: date) -> Trajectory:
    """Opens a structure's trajectory on the référentiel's current version; one at most is open.

    By a practitioner who accompanies it or by coordination; OperationRefused otherwise.
    """
    if not can_open_trajectory(by, structure):
        raise OperationRefused(
            "Seules la coordination et les personnes qui accompagnent la structure ouvrent une trajectoire."
        )
    if structure.archived_at:
        raise OperationRefused("Cette fiche est archivée\u00a0: faites-la d’abord revenir.")
    _refuse_overlap(structure, started_on)
    version = FrameworkVersion.objects.current()
    try:
        with transaction.atomic():
            made = Trajectory.objects.create(structure=structure, framework_version=version, started_on=started_on)
    except IntegrityError:
        raise OperationRefused("Cette structure a déjà une trajectoire ouverte.") from None
    FollowUp.objects.forget_waiting(structure)
    return made


def _refuse_overlap(structure: Structure, started_on: date) -> None:
    """Coming back, a structure sets out after its last end."""
    last = structure.trajectories.filter(closed_on__gt=started_on).order_by("-closed_on").first()
    if last and last.closed_on:
        raise OperationRefused(
            f"La trajectoire précédente finit le {date_format(last.closed_on)}\u00a0: celle-ci commence ce jour-là ou "
            "après.",
            field="started_on",
        )


@transaction.atomic
def edit_words(
    *,
    by: User,
    trajectory: Trajectory,
    expected_version: int,
    starting_words: str,
    aim: str,
    working_question: str,
    lead_words: str,
    starting_words_by: Person | None = None,
) -> Trajectory:
    """Rewrites the trajectory's own words; StaleEdit when another did since the form was opened."""
    current = Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    _refuse_stranger(by, current)
    if current.version != expected_version:
        raise StaleEdit("Ces mots ont été modifiés entre-temps par une autre personne.")
    if starting_words != current.starting_words:
        # Words changed are no longer those of whoever said them, unless it is said again who does.
        current.starting_words, current.starting_words_by = starting_words, starting_words_by
    current.aim, current.working_question, current.lead_words = aim, working_question, lead_words
    current.version += 1
    current.save()
    return current


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
) -> Trial:
    """Notes something the structure will try, or tries already; those who read it are told."""
    _refuse_stranger(by, trajectory)
    refuse_closed(trajectory, "un nouvel essai n’y entre plus")
    trial = Trial.objects.create(
        trajectory=trajectory, title=title, question=question, dimension=dimension, state=state, started_on=started_on
    )
    tell_trial(trial, by=by.person)
    return trial


@transaction.atomic
def change_trial(
    *, by: User, trial: Trial, state: TrialState, expected_version: int, learnt: str = "", ended_on: date | None = None
) -> Trial:
    """Moves a trial on and keeps what was learnt; dropping one is a result, and says why.

    OperationRefused for a move that TRIAL_TRANSITIONS does not know, or an end without a word on
    what was learnt.
    """
    current = Trial.objects.select_for_update().get(pk=trial.pk)
    _refuse_stranger(by, current.trajectory)
    if current.version != expected_version:
        raise StaleEdit("Cet essai a été modifié entre-temps par une autre personne.")
    if state != current.state and state not in TRIAL_TRANSITIONS[TrialState(current.state)]:
        raise OperationRefused(
            f"Un essai {current.get_state_display()} ne peut pas devenir {state.label}.", field="state"
        )
    if state in {TrialState.KEPT, TrialState.DROPPED} and not learnt.strip():
        raise OperationRefused("Dites en une phrase ce que cet essai vous a appris.", field="learnt")
    ends, moves = state in {TrialState.KEPT, TrialState.DROPPED}, state != current.state
    current.ended_on = (ended_on or current.ended_on or timezone.localdate()) if ends else None
    if state == TrialState.RUNNING and current.started_on is None:
        current.started_on = timezone.localdate()
    current.state, current.learnt = state, learnt
    current.version += 1
    current.save()
    if moves:
        tell_trial(current, by=by.person)
    return current


@transaction.atomic
def add_next_step(
    *,
    by: User,
    trajectory: Trajectory,
    text: str,
    due_on: date | None = None,
    owner: Person | None = None,
    intervention: Intervention | None = None,
) -> NextStep:
    """Notes a promise, whoever of the structure or its practitioners makes it; whoever is to keep it is told."""
    _refuse_stranger(by, trajectory)
    if intervention is None:
        refuse_closed(trajectory, "un nouveau pas n’y entre plus")
    step = NextStep.objects.create(
        trajectory=trajectory, text=text, due_on=due_on, owner=owner, intervention=intervention
    )
    tell_step(step, by=by.person)
    return step


def complete_next_step(*, by: User, step: NextStep, done: bool = True, done_at: datetime | None = None) -> NextStep:
    """Ticks a promise kept, or unticks it; twice the same changes nothing. `done_at` is given only when
    it was kept earlier than it is ticked."""
    _refuse_stranger(by, step.trajectory)
    if done and step.done_at is None:
        step.done_at, step.done_by = done_at or timezone.now(), by.person
    elif not done:
        step.done_at, step.done_by = None, None
    step.save(update_fields=["done_at", "done_by"])
    return step


def _refuse_stranger(by: User, trajectory: Trajectory) -> None:
    if not can_steer(by, trajectory):
        raise OperationRefused(
            "Seules la direction de la structure et les personnes qui l’accompagnent peuvent faire cela."
        )
