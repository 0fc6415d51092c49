"""Useful effects and immaterial resources: noted, said better, taken away, put back."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import (
    PUT_BACK_WITHIN,
    Confidence,
    Direction,
    Resource,
    ResourceNote,
    Trajectory,
    Trial,
    UsefulEffect,
)
from trajectories.permissions import can_keep_moments


@transaction.atomic
def note_effect(
    *,
    by: User,
    trajectory: Trajectory,
    title: str,
    for_whom: str,
    since_on: date,
    fact: str,
    confidence: Confidence,
    territory: str = "",
    trial: Trial | None = None,
) -> UsefulEffect:
    """Notes what changes usefully for somebody. Without a fact it is an opinion: it waits for one."""
    _refuse(by, trajectory)
    _refuse_effect(trajectory, since_on, fact, trial)
    return UsefulEffect.objects.create(
        trajectory=trajectory,
        title=title,
        for_whom=for_whom,
        territory=territory,
        since_on=since_on,
        fact=fact,
        confidence=confidence,
        trial=trial,
        created_by=by.person,
    )


@transaction.atomic
def edit_effect(
    *,
    by: User,
    effect: UsefulEffect,
    expected_version: int,
    title: str,
    for_whom: str,
    since_on: date,
    fact: str,
    confidence: Confidence,
    territory: str = "",
    trial: Trial | None = None,
) -> UsefulEffect:
    """StaleEdit when another changed it since the form was opened."""
    current = UsefulEffect.objects.select_for_update().get(pk=effect.pk)
    _refuse(by, current.trajectory)
    if current.version != expected_version:
        raise StaleEdit("Cet effet a été modifié entre-temps par une autre personne.")
    _refuse_effect(current.trajectory, since_on, fact, trial)
    current.title, current.for_whom, current.territory = title, for_whom, territory
    current.since_on, current.fact, current.confidence, current.trial = since_on, fact, confidence, trial
    current.version += 1
    current.save()
    return current


@transaction.atomic
def remove_effect(*, by: User, effect: UsefulEffect, removed: bool = True) -> UsefulEffect:
    """Takes an effect away, or puts it back within a month; twice the same changes nothing."""
    current = UsefulEffect.objects.select_for_update().get(pk=effect.pk)
    _take_away(by, current, removed)
    return current


@transaction.atomic
def note_resource(
    *,
    by: User,
    trajectory: Trajectory,
    resource: Resource,
    direction: Direction,
    noted_on: date,
    situation: str,
    among: str = "",
) -> ResourceNote:
    """Notes where one of the four resources was seen to go. It answers to no earlier note: both stay."""
    _refuse(by, trajectory)
    _refuse_note(noted_on, situation)
    return ResourceNote.objects.create(
        trajectory=trajectory,
        resource=resource,
        direction=direction,
        noted_on=noted_on,
        situation=situation,
        among=among,
        created_by=by.person,
    )


@transaction.atomic
def edit_resource_note(
    *,
    by: User,
    note: ResourceNote,
    expected_version: int,
    resource: Resource,
    direction: Direction,
    noted_on: date,
    situation: str,
    among: str = "",
) -> ResourceNote:
    """StaleEdit when another changed it since the form was opened."""
    current = ResourceNote.objects.select_for_update().get(pk=note.pk)
    _refuse(by, current.trajectory)
    if current.version != expected_version:
        raise StaleEdit("Cette note a été modifiée entre-temps par une autre personne.")
    _refuse_note(noted_on, situation)
    current.resource, current.direction, current.noted_on = resource, direction, noted_on
    current.situation, current.among = situation, among
    current.version += 1
    current.save()
    return current


@transaction.atomic
def remove_resource_note(*, by: User, note: ResourceNote, removed: bool = True) -> ResourceNote:
    """Takes a note away, or puts it back within a month; twice the same changes nothing."""
    current = ResourceNote.objects.select_for_update().get(pk=note.pk)
    _take_away(by, current, removed)
    return current


def _take_away(by: User, row: UsefulEffect | ResourceNote, removed: bool) -> None:
    _refuse(by, row.trajectory)
    if (row.removed_at is not None) == removed:
        return
    if row.removed_at and row.removed_at < timezone.now() - PUT_BACK_WITHIN:
        raise OperationRefused("C’est retiré depuis plus d’un mois\u00a0: notez-le de nouveau.")
    row.removed_at, row.removed_by = (timezone.now(), by.person) if removed else (None, None)
    row.version += 1
    row.save()


def _refuse(by: User, trajectory: Trajectory) -> None:
    if not can_keep_moments(by, trajectory):
        raise OperationRefused(
            "Seules la direction de la structure et les personnes qui l’accompagnent notent les effets et les "
            "ressources."
        )


def _refuse_effect(trajectory: Trajectory, since_on: date, fact: str, trial: Trial | None) -> None:
    if not fact.strip():
        raise OperationRefused(
            "Dites le fait qui montre cet effet\u00a0: une scène, un geste, une phrase.", field="fact"
        )
    if since_on > timezone.localdate():
        raise OperationRefused("Un effet se note une fois qu’il se voit.", field="since_on")
    if trial is not None and trial.trajectory_id != trajectory.pk:
        raise OperationRefused("Choisissez un essai de cette trajectoire.", field="trial")


def _refuse_note(noted_on: date, situation: str) -> None:
    if not situation.strip():
        raise OperationRefused("Racontez la situation qui le montre.", field="situation")
    if noted_on > timezone.localdate():
        raise OperationRefused("Une situation se raconte une fois passée.", field="noted_on")
