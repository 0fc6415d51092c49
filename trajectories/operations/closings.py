"""Closing a trajectory, taking a closing back, asking for news afterwards."""

from datetime import date

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import in_charge
from trajectories.models import Closing, ClosingReason, FollowUp, NextStep, Round, Trajectory
from trajectories.notifications import tell_closed, tell_news, tell_news_due, tell_reopened
from trajectories.permissions import can_close_trajectory, can_reopen_trajectory, can_steer
from trajectories.rounds import months_after

# News are asked for after so many months.
NEWS_AFTER = {6: "six mois", 12: "un an"}


@transaction.atomic
def close_trajectory(
    *, by: User, trajectory: Trajectory, closed_on: date, reason: ClosingReason, review: str, what_continues: str = ""
) -> Closing:
    """Ends a trajectory on a day, with its review; two promises of news follow, unless the structure is no more.

    By somebody who accompanies it. OperationRefused when it is closed already, or for a day that it does not hold.
    """
    current = Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    if not can_close_trajectory(by, current):
        raise OperationRefused("Seules les personnes qui accompagnent la structure closent sa trajectoire.")
    _refuse_strange_day(current, closed_on)
    current.closed_on = closed_on
    current.version += 1
    current.save(update_fields=["closed_on", "version"])
    closing = Closing.objects.create(
        trajectory=current, reason=reason, review=review, what_continues=what_continues, created_by=by.person
    )
    if reason != ClosingReason.DISSOLVED:
        _promise_news(closing, by.person)
    tell_closed(closing, by=by.person)
    return closing


def _refuse_strange_day(trajectory: Trajectory, day: date) -> None:
    if trajectory.closed_on is not None:
        raise OperationRefused("Cette trajectoire est déjà close.")
    if not trajectory.started_on <= day <= timezone.localdate():
        raise OperationRefused("La fin se situe entre le début de la trajectoire et aujourd’hui.", field="closed_on")
    if trajectory.shares.filter(occurred_on__gt=day).exists():
        raise OperationRefused(
            "Une intervention est notée après ce jour\u00a0: choisissez une fin qui la comprenne.", field="closed_on"
        )


def _promise_news(closing: Closing, by: Person) -> None:
    """Whoever is in charge keeps them; they stand among the other promises, with their day."""
    trajectory = closing.trajectory
    charged = in_charge().filter(structure=trajectory.structure).select_related("practitioner").first()
    for months, words in NEWS_AFTER.items():
        step = NextStep.objects.create(
            trajectory=trajectory,
            text=f"Prendre des nouvelles, {words} après la fin de l’accompagnement",
            due_on=months_after(closing.trajectory.closed_on or timezone.localdate(), months),
            owner=charged.practitioner if charged else by,
        )
        FollowUp.objects.create(closing=closing, months=months, step=step)


@transaction.atomic
def edit_closing(
    *, by: User, closing: Closing, expected_version: int, reason: ClosingReason, review: str, what_continues: str
) -> Closing:
    """Rewrites the words of the end; StaleEdit when another did since the form was opened."""
    current = Closing.objects.select_for_update().get(pk=closing.pk)
    _refuse_stranger(by, current.trajectory)
    if current.version != expected_version:
        raise StaleEdit("Ces mots ont été modifiés entre-temps par une autre personne.")
    current.reason, current.review, current.what_continues = reason, review, what_continues
    current.version += 1
    current.save()
    return current


@transaction.atomic
def reopen_trajectory(*, by: User, trajectory: Trajectory) -> Trajectory:
    """Takes back a closing made by mistake; its words stay, and are offered again at the true end.

    OperationRefused after 30 days, once news were written, or when the structure has set out again.
    """
    current = Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    if not can_reopen_trajectory(by, current):
        raise OperationRefused(
            "Une trajectoire se rouvre dans les 30 jours, par qui l’accompagne, tant que la structure n’en a pas "
            "ouvert une autre. Ensuite, ouvrez-en une nouvelle\u00a0: elle gardera le lien."
        )
    FollowUp.objects.forget_waiting(current.structure)
    current.closings.standing().update(reopened_at=timezone.now())
    current.closed_on = None
    current.version += 1
    current.save(update_fields=["closed_on", "version"])
    tell_reopened(current, by=by.person)
    return current


@transaction.atomic
def write_news(*, by: User, follow_up: FollowUp, expected_version: int, heard_on: date, words: str) -> FollowUp:
    """Notes what was heard; the promise is kept. StaleEdit when another wrote since the form was opened."""
    current = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    trajectory, is_first = current.closing.trajectory, current.heard_on is None
    _refuse_stranger(by, trajectory)
    if current.version != expected_version:
        raise StaleEdit("Ces nouvelles ont été écrites entre-temps par une autre personne.")
    if not (trajectory.closed_on or trajectory.started_on) <= heard_on <= timezone.localdate():
        raise OperationRefused("Ce jour se situe entre la fin de l’accompagnement et aujourd’hui.", field="heard_on")
    current.heard_on, current.words, current.written_by = heard_on, words, by.person
    current.version += 1
    current.save()
    NextStep.objects.open().filter(pk=current.step_id).update(done_at=timezone.now(), done_by=by.person)
    if is_first:
        tell_news(current, by=by.person)
    return current


def remind_of_news() -> int:
    """Whoever is in charge learns, once, that it is the day to ask for news; how many promises are due. Where a round
    is held at that milestone, its own reminders ask already."""
    followed = FollowUp.objects.waiting().filter(closing__trajectory__structure__archived_at__isnull=True)
    due = followed.filter(step__due_on__lte=timezone.localdate(), closing__reopened_at__isnull=True)
    milestone = Concat(Value("after_"), Cast(OuterRef("months"), CharField()))
    held = Round.objects.filter(trajectory=OuterRef("closing__trajectory"), milestone=milestone)
    found = list(due.exclude(Exists(held)).select_related("closing__trajectory__structure"))
    for one in found:
        tell_news_due(one)
    return len(found)


def _refuse_stranger(by: User, trajectory: Trajectory) -> None:
    if not can_steer(by, trajectory):
        raise OperationRefused(
            "Seules la direction de la structure et les personnes qui l’accompagnent peuvent faire cela."
        )
