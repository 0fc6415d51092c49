"""Rounds: name the views expected, read blind, leave out the one that never came, open together, take a view up."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import (
    Milestone,
    Reading,
    Reopening,
    ReopeningConsent,
    Round,
    RoundView,
    Trajectory,
    Viewpoint,
)
from trajectories.notifications import (
    remind_of_round,
    tell_reopening_agreed,
    tell_reopening_asked,
    tell_round,
)
from trajectories.permissions import can_ask_reopening, can_prepare_round, can_speak_for, viewpoints_of_round
from trajectories.reminders import round_reminder_of
from trajectories.rounds import milestones_open_to
from trajectories.sharing import open_if_ready

FEWEST_VIEWS = 2
_OVERTAKEN = "Le tour a avancé entre-temps\u00a0: voici où il en est."


@transaction.atomic
def prepare_round(
    *, by: User, trajectory: Trajectory, milestone: Milestone, opens_on: date, viewpoints: Collection[Viewpoint]
) -> Round:
    """Names the views expected, two or more, and the day they open; those who hold them are told.

    By its leaders and practitioners. One blind round at a time: in a second one, a view would read what the first still
    hides. OperationRefused for a day that is past, and for a milestone of another time.
    """
    current = Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    if not can_prepare_round(by, current):
        raise OperationRefused("La direction de la structure et les personnes qui l’accompagnent préparent un tour.")
    _refuse_strange_round(current, milestone, opens_on, viewpoints)
    made = Round.objects.create(
        trajectory=current,
        framework_version=current.framework_version,
        milestone=milestone,
        opens_on=opens_on,
        created_by=by.person,
    )
    RoundView.objects.bulk_create(RoundView(round=made, viewpoint=one) for one in Viewpoint if one in set(viewpoints))
    tell_round(made, by=by.person)
    return made


def _refuse_strange_round(
    trajectory: Trajectory, milestone: Milestone, opens_on: date, viewpoints: Collection[Viewpoint]
) -> None:
    if milestone not in milestones_open_to(trajectory):
        raise OperationRefused("Ce jalon n’est pas de ce temps de la trajectoire.", field="milestone")
    if opens_on < timezone.localdate():
        raise OperationRefused("Un tour s’ouvre aujourd’hui ou plus tard.", field="opens_on")
    if len(set(viewpoints)) < FEWEST_VIEWS:
        raise OperationRefused("Un tour attend au moins deux regards.", field="viewpoints")
    if trajectory.rounds.blind().exists():
        raise OperationRefused("Un tour est déjà en cours\u00a0: le suivant se prépare une fois celui-ci ouvert.")


@transaction.atomic
def start_round_reading(*, by: User, tour: Round, viewpoint: Viewpoint, read_on: date | None = None) -> Reading:
    """The draft of a view that the round expects, from a place open to the writer. A view has one reading: asked again
    by one of its authors, it is the same.

    OperationRefused when somebody else has begun it, when it was left out, or once the round is open.
    """
    held = Round.objects.select_for_update(of=["self"]).select_related("trajectory").get(pk=tour.pk)
    view = held.views.select_related("reading__created_by").filter(viewpoint=viewpoint).first()
    if view is None or viewpoint not in viewpoints_of_round(by, held):
        raise OperationRefused("Vous ne pouvez pas écrire ce regard.")
    if view.reading:
        return _own(by, view.reading)
    if held.is_open or view.left_out_at:
        raise OperationRefused(
            "Ce tour n’attend plus ce regard\u00a0: vous pouvez donner une lecture en dehors de lui."
        )
    view.reading = Reading.objects.create(
        trajectory=held.trajectory,
        framework_version=held.framework_version,
        round=held,
        viewpoint=viewpoint,
        read_on=read_on or timezone.localdate(),
        created_by=by.person,
        client_key=uuid.uuid4(),
    )
    view.reading.authors.set([by.person])
    view.save(update_fields=["reading"])
    return view.reading


def _own(by: User, reading: Reading) -> Reading:
    if Reading.objects.visible_to(by).filter(pk=reading.pk).exists():
        return reading
    raise OperationRefused(f"{reading.created_by.display_name} a commencé à écrire ce regard.")


@transaction.atomic
def leave_out_view(
    *, by: User, view: RoundView, expected_version: int, why: str, left_out_at: datetime | None = None
) -> Round:
    """A view that never came is left out: signed, dated, with its reason, for good. The round opens if it was the last
    one waited for. What its author had begun stays theirs, and becomes an ordinary reading. `left_out_at` is given only
    for a decision brought in afterwards.

    OperationRefused before the day, and for a view that is sealed; StaleEdit when the round went on meanwhile.
    """
    held = _prepared(by, view.round)
    if held.version != expected_version:
        raise StaleEdit(_OVERTAKEN)
    current = held.views.select_related("reading").get(pk=view.pk)
    if not held.day_has_come:
        raise OperationRefused("On n’écarte un regard qu’à partir du jour prévu pour l’ouverture.")
    if held.is_open or current.sealed or current.left_out_at:
        raise OperationRefused("Ce tour n’attend plus ce regard.")
    if not why.strip():
        raise OperationRefused("Dites pourquoi ce regard est laissé de côté.", field="why")
    Reading.objects.drafts().filter(round=held, viewpoint=current.viewpoint).update(round=None)
    current.reading, current.left_out_at = None, left_out_at or timezone.now()
    current.left_out_by, current.left_out_why = by.person, why.strip()
    current.save()
    held.version += 1
    held.save(update_fields=["version"])
    open_if_ready(held)
    return held


@transaction.atomic
def set_round_reminders(*, by: User, tour: Round, paused: bool) -> Round:
    """Suspends the reminders of a round, or lets them leave again."""
    held = _prepared(by, tour)
    held.reminders_paused = paused
    held.save(update_fields=["reminders_paused"])
    return held


def _prepared(by: User, tour: Round) -> Round:
    held = Round.objects.select_for_update(of=["self"]).select_related("trajectory__structure").get(pk=tour.pk)
    if not can_prepare_round(by, held.trajectory):
        raise OperationRefused("La direction de la structure et les personnes qui l’accompagnent conduisent ce tour.")
    return held


def open_due_rounds(*, day: date | None = None) -> int:
    """Those whose day comes and whose views are all sealed already; gives how many. The clock does it."""
    due = Round.objects.blind().filter(opens_on__lte=day or timezone.localdate()).order_by("pk")
    return sum(_open_one(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _open_one(pk: int) -> bool:
    rounds = Round.objects.select_for_update(of=["self"]).select_related("trajectory__structure")
    return open_if_ready(rounds.get(pk=pk))


def remind_of_rounds(*, day: date | None = None) -> int:
    """Tells those whose view is waited for, and nobody else; gives of how many rounds. Once for each date, however
    often the clock asks. The clock does it."""
    today, reminded = day or timezone.localdate(), 0
    for one in Round.objects.blind().filter(reminders_paused=False).select_related("trajectory__structure"):
        if due := round_reminder_of(one, today):
            with transaction.atomic():
                remind_of_round(one, due)
            reminded += 1
    return reminded


@transaction.atomic
def ask_reopening(*, by: User, reading: Reading, why: str) -> Reopening:
    """Somebody who wrote a view asks to take it up: the author of each other view must agree. Whoever asks agrees by
    that for the other views that they wrote.

    OperationRefused before the round is open: until then what is sealed waits, so that nobody is influenced.
    """
    held = Round.objects.select_for_update().get(pk=reading.round_id) if reading.round_id else None
    if held is None or not held.is_open:
        raise OperationRefused("Une lecture scellée se reprend dans un tour ouvert, avec l’accord des autres regards.")
    if not can_ask_reopening(by, reading):
        raise OperationRefused("La reprise de cette lecture ne peut pas être demandée.")
    if not why.strip():
        raise OperationRefused("Dites pourquoi vous voulez la reprendre.", field="why")
    asked = Reopening.objects.create(reading=reading, asked_by=by.person, why=why.strip())
    for view in _others(asked):
        if view.reading and can_speak_for(by, view.reading):
            _consent(by, asked, view)
    if not _take_up_if_agreed(asked):
        tell_reopening_asked(asked, by=by.person)
    return asked


@transaction.atomic
def agree_reopening(*, by: User, reopening: Reopening) -> Reopening:
    """The author of another view agrees, once for each view; with the last one, the draft is opened.

    OperationRefused to whoever wrote none of the views that are waited for.
    """
    held = Round.objects.select_for_update(of=["self"]).get(readings=reopening.reading)
    current = Reopening.objects.select_related("reading__trajectory__structure").get(pk=reopening.pk)
    mine = [view for view in _waited_for(current) if view.reading and can_speak_for(by, view.reading)]
    if not held.is_open or not mine:
        raise OperationRefused("Cette reprise n’attend pas votre accord.")
    for view in mine:
        _consent(by, current, view)
    if _take_up_if_agreed(current):
        tell_reopening_agreed(current, by=by.person)
    return current


def _consent(by: User, asked: Reopening, view: RoundView) -> None:
    ReopeningConsent.objects.create(reopening=asked, viewpoint=view.viewpoint, person=by.person)


def _others(asked: Reopening) -> list[RoundView]:
    """Those who were in: the other views that are sealed."""
    views = RoundView.objects.filter(round=asked.reading.round_id, reading__sealed_at__isnull=False)
    others = views.exclude(viewpoint=asked.reading.viewpoint)
    return list(others.select_related("reading__trajectory__structure").prefetch_related("reading__authors"))


def _waited_for(asked: Reopening) -> list[RoundView]:
    given = set(asked.consents.values_list("viewpoint", flat=True))
    return [view for view in _others(asked) if view.viewpoint not in given]


def _take_up_if_agreed(asked: Reopening) -> bool:
    """A draft copied from the sealed reading, which stays as it is; sealed, it will stand in its place."""
    sealed = asked.reading
    if _waited_for(asked):
        return False
    draft = Reading.objects.create(
        trajectory_id=sealed.trajectory_id,
        framework_version_id=sealed.framework_version_id,
        round_id=sealed.round_id,
        reopens=sealed,
        viewpoint=sealed.viewpoint,
        read_on=sealed.read_on,
        created_by=asked.asked_by,
    )
    draft.authors.set([asked.asked_by, *sealed.authors.all()])
    for one in sealed.positionings.prefetch_related("evidence"):
        evidence = list(one.evidence.all())
        one.pk, one.reading, one.version = None, draft, 1
        one._state.adding = True
        one.save()
        for held in evidence:
            held.pk, held.positioning = None, one
            held._state.adding = True
            held.save()
    return True
