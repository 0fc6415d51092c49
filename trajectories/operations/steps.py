"""Next steps: promised, said better, kept, set aside."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.endings import refuse_closed
from trajectories.models import Intervention, NextStep, Trajectory, Trial
from trajectories.notifications import tell_step
from trajectories.people import people_of
from trajectories.permissions import can_keep_step, refuse_stranger


@transaction.atomic
def add_next_step(
    *,
    by: User,
    trajectory: Trajectory,
    text: str,
    due_on: date | None = None,
    owner: Person | None = None,
    owner_words: str = "",
    intervention: Intervention | None = None,
    trial: Trial | None = None,
) -> NextStep:
    """Notes a promise, whoever of the structure or its practitioners makes it; whoever is to keep it is told."""
    refuse_stranger(by, trajectory)
    if intervention is None:
        refuse_closed(trajectory, "un nouveau pas n’y entre plus")
    _refuse_strange_owner(trajectory, owner, owner_words)
    _refuse_other_trial(trajectory, trial)
    step = NextStep.objects.create(
        trajectory=trajectory,
        text=text,
        due_on=due_on,
        owner=owner,
        owner_words=owner_words,
        intervention=intervention,
        trial=trial,
    )
    tell_step(step, by=by.person)
    return step


@transaction.atomic
def edit_next_step(
    *,
    by: User,
    step: NextStep,
    expected_version: int,
    text: str,
    due_on: date | None = None,
    owner: Person | None = None,
    owner_words: str = "",
    trial: Trial | None = None,
) -> NextStep:
    """Says a promise better, gives it to somebody else or to another day; whoever is newly to keep it is told.

    StaleEdit when another did since the form was opened.
    """
    current = NextStep.objects.select_for_update(of=("self",)).select_related("trajectory").get(pk=step.pk)
    refuse_stranger(by, current.trajectory)
    if current.version != expected_version:
        raise StaleEdit("Ce prochain pas a été modifié entre-temps par une autre personne.")
    was = current.owner_id
    _refuse_strange_owner(current.trajectory, owner, owner_words, kept_by=was)
    _refuse_other_trial(current.trajectory, trial)
    current.text, current.due_on, current.trial = text, due_on, trial
    current.owner, current.owner_words = owner, owner_words
    current.version += 1
    current.save()
    if current.owner_id and current.owner_id != was and current.is_open:
        tell_step(current, by=by.person, only_owner=True)
    return current


def _refuse_strange_owner(trajectory: Trajectory, owner: Person | None, words: str, kept_by: int | None = None) -> None:
    """Somebody of the structure or who accompanies it, or who kept it already; anybody else in free words, and not
    both."""
    if owner is not None and words:
        raise OperationRefused(
            "Choisissez une personne dans la liste, ou écrivez un nom, pas les deux.", field="owner_words"
        )
    if (
        owner is not None
        and owner.pk != kept_by
        and owner.pk not in {one.pk for one in people_of(trajectory.structure)}
    ):
        raise OperationRefused(
            "Cette personne n’est ni de la structure ni de son accompagnement\u00a0: écrivez plutôt son nom.",
            field="owner",
        )


def _refuse_other_trial(trajectory: Trajectory, trial: Trial | None) -> None:
    if trial is not None and trial.trajectory_id != trajectory.pk:
        raise OperationRefused("Choisissez un essai de cette trajectoire.", field="trial")


@transaction.atomic
def complete_next_step(*, by: User, step: NextStep, done: bool = True, done_at: datetime | None = None) -> NextStep:
    """Ticks a promise kept, or takes it up again, kept or set aside; twice the same changes nothing. `done_at` is
    given only when it was kept earlier than it is ticked."""
    current = NextStep.objects.select_for_update(of=("self",)).select_related("trajectory").get(pk=step.pk)
    if not can_keep_step(by, current):
        raise OperationRefused(
            "Seules la direction de la structure, les personnes qui l’accompagnent et celle qui s’en charge disent "
            "qu’un prochain pas est fait."
        )
    if done and current.is_open:
        current.done_at, current.done_by = done_at or timezone.now(), by.person
    elif not done:
        current.done_at = current.done_by = current.set_aside_at = current.set_aside_by = None
        current.set_aside_why = ""
    else:
        return current
    current.version += 1
    current.save()
    return current


@transaction.atomic
def set_aside_next_step(*, by: User, step: NextStep, expected_version: int, why: str) -> NextStep:
    """A promise that will not be kept, with a word why; it may be taken up again. OperationRefused for one kept
    already, StaleEdit when another changed it since."""
    current = NextStep.objects.select_for_update(of=("self",)).select_related("trajectory").get(pk=step.pk)
    refuse_stranger(by, current.trajectory)
    if current.version != expected_version:
        raise StaleEdit("Ce prochain pas a été modifié entre-temps par une autre personne.")
    if not current.is_open:
        raise OperationRefused("Ce prochain pas n’est plus à faire.")
    if not why.strip():
        raise OperationRefused("Dites en quelques mots pourquoi.", field="why")
    current.set_aside_at, current.set_aside_by, current.set_aside_why = timezone.now(), by.person, why.strip()
    current.version += 1
    current.save()
    return current
