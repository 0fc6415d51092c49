"""What a structure tells of itself: its phases, and moments of its own."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import PUT_BACK_WITHIN, OwnMoment, Phase, PhaseKind, Trajectory
from trajectories.permissions import can_keep_moments, can_write_phases


@transaction.atomic
def write_phase(
    *,
    by: User,
    trajectory: Trajectory,
    kind: PhaseKind,
    starts_on: date,
    ends_on: date | None = None,
    name: str = "",
    phase: Phase | None = None,
    expected_version: int | None = None,
) -> Phase:
    """Notes a phase, or says it better. Phases overlap and follow no order: only each one's own days are in order.

    StaleEdit when another changed it since the form was opened.
    """
    _refuse_strange_phase(by, trajectory)
    current = Phase.objects.select_for_update().get(pk=phase.pk) if phase else None
    if current and (current.trajectory_id != trajectory.pk or current.version != expected_version):
        raise StaleEdit("Cette phase a été modifiée entre-temps par une autre personne.")
    if ends_on and ends_on < starts_on:
        raise OperationRefused("La fin précède le début.", field="ends_on")
    if kind == PhaseKind.OTHER and not name.strip():
        raise OperationRefused("Nommez cette phase avec vos mots.", field="name")
    current = current or Phase(trajectory=trajectory, created_by=by.person, version=0)
    current.kind, current.name, current.starts_on, current.ends_on = kind, name.strip(), starts_on, ends_on
    current.version += 1
    current.save()
    return current


def remove_phase(*, by: User, phase: Phase) -> None:
    """Noted by mistake; the history keeps that it was."""
    _refuse_strange_phase(by, phase.trajectory)
    phase.delete()


def _refuse_strange_phase(by: User, trajectory: Trajectory) -> None:
    if not can_write_phases(by, trajectory):
        raise OperationRefused(
            "Seules la direction de la structure et les personnes qui l’accompagnent notent les phases."
        )


@transaction.atomic
def tell_moment(
    *,
    by: User,
    trajectory: Trajectory,
    happened_on: date,
    title: str,
    words: str = "",
    is_milestone: bool = False,
) -> OwnMoment:
    """Tells something that mattered; it may be older than the trajectory, and does not lie ahead."""
    _refuse(by, trajectory)
    _refuse_future(happened_on)
    return OwnMoment.objects.create(
        trajectory=trajectory,
        happened_on=happened_on,
        title=title,
        words=words,
        is_milestone=is_milestone,
        created_by=by.person,
    )


@transaction.atomic
def edit_moment(
    *,
    by: User,
    moment: OwnMoment,
    expected_version: int,
    happened_on: date,
    title: str,
    words: str,
    is_milestone: bool,
) -> OwnMoment:
    """StaleEdit when another changed it since the form was opened."""
    current = OwnMoment.objects.select_for_update().get(pk=moment.pk)
    _refuse(by, current.trajectory)
    if current.version != expected_version:
        raise StaleEdit("Ce moment a été modifié entre-temps par une autre personne.")
    _refuse_future(happened_on)
    current.happened_on, current.title, current.words = happened_on, title, words
    current.is_milestone = is_milestone
    current.version += 1
    current.save()
    return current


@transaction.atomic
def remove_moment(*, by: User, moment: OwnMoment, removed: bool = True) -> OwnMoment:
    """Takes a moment away, or puts it back within a month; twice the same changes nothing."""
    current = OwnMoment.objects.select_for_update().get(pk=moment.pk)
    _refuse(by, current.trajectory)
    if (current.removed_at is not None) == removed:
        return current
    if current.removed_at and current.removed_at < timezone.now() - PUT_BACK_WITHIN:
        raise OperationRefused("Ce moment a été retiré il y a plus d’un mois\u00a0: racontez-le de nouveau.")
    current.removed_at, current.removed_by = (timezone.now(), by.person) if removed else (None, None)
    current.version += 1
    current.save()
    return current


def _refuse(by: User, trajectory: Trajectory) -> None:
    if not can_keep_moments(by, trajectory):
        raise OperationRefused(
            "Seules la direction de la structure et les personnes qui l’accompagnent racontent ces moments."
        )


def _refuse_future(day: date) -> None:
    if day > timezone.localdate():
        raise OperationRefused("Un moment se raconte une fois passé.", field="happened_on")
