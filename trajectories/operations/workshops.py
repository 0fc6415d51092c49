"""Holding a collective reading: open it, ask dimension by dimension, take the answers of phones, end it."""

import secrets
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.small_numbers import FEWEST
from trajectories.endings import refuse_closed
from trajectories.models import (
    CODE_LENGTH,
    CODE_LETTERS,
    OPEN_FOR,
    QUESTION_TRANSITIONS,
    TOLD_CHOICES,
    AnswerChoice,
    Dimension,
    QuestionState,
    Reading,
    Round,
    RoundView,
    Trajectory,
    Viewpoint,
    Workshop,
    WorkshopAnswer,
    WorkshopLine,
    WorkshopQuestion,
)
from trajectories.operations.readings import start_reading
from trajectories.operations.rounds import start_round_reading
from trajectories.permissions import can_hold_workshop, can_write_team_reading
from trajectories.phones import phone_digest

# Whoever stuffs a room with phones is stopped there, and seen on the wall: so many answered of so many expected.
MOST_ANSWERS_EACH = 2
_OVERTAKEN = "L’atelier a avancé entre-temps\u00a0: voici où il en est."


@transaction.atomic
def open_workshop(*, by: User, trajectory: Trajectory, dimensions: Sequence[Dimension], expected: int) -> Workshop:
    """Those who accompany the structure open one on an open trajectory, on one to nine dimensions, in this order.

    From five people expected, phones come in by a code, for twelve hours at most. Under five nobody answers on a
    phone: anybody would know who said what. The room talks, and writes its reading together.
    """
    Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    if not can_hold_workshop(by, trajectory):
        raise OperationRefused("Seules les personnes qui accompagnent la structure y tiennent un atelier.")
    refuse_closed(trajectory, "on n’y tient plus d’atelier")
    if not dimensions:
        raise OperationRefused("Choisissez au moins une dimension.")
    by_phone = expected >= FEWEST
    made = Workshop.objects.create(
        trajectory=trajectory,
        created_by=by.person,
        expected=expected,
        held_on=timezone.localdate(),
        closes_at=timezone.now() + OPEN_FOR,
        code=_new_code() if by_phone else None,
        key=secrets.token_bytes(32) if by_phone else None,
    )
    WorkshopQuestion.objects.bulk_create(
        WorkshopQuestion(workshop=made, dimension=dimension, place=place) for place, dimension in enumerate(dimensions)
    )
    return made


def _new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


@transaction.atomic
def open_question(*, by: User, workshop: Workshop, expected_version: int) -> Workshop:
    """Phones may answer the dimension on the wall; StaleEdit when the workshop went on meanwhile."""
    held, question = _held(by, workshop, expected_version)
    if not held.is_by_phone:
        raise OperationRefused("À moins de cinq, on se parle\u00a0: personne ne répond sur un téléphone.")
    _move(question, QuestionState.OPEN)
    question.save(update_fields=["state"])
    return _go_on(held)


@transaction.atomic
def close_question(*, by: User, workshop: Workshop, expected_version: int) -> Workshop:
    """Nobody may answer any more; what was answered becomes counts, and the answers are gone."""
    held, question = _held(by, workshop, expected_version)
    _count(question)
    return _go_on(held)


@transaction.atomic
def next_question(*, by: User, workshop: Workshop, expected_version: int) -> Workshop:
    """The following dimension comes on the wall; one that was not asked may be passed over."""
    held, question = _held(by, workshop, expected_version)
    if question.state == QuestionState.OPEN:
        raise OperationRefused("Cette question est encore ouverte\u00a0: fermez-la d’abord.")
    if held.questions.filter(place__gt=held.place).exists():
        held.place += 1
    return _go_on(held)


@transaction.atomic
def end_workshop(*, by: User, workshop: Workshop) -> Workshop:
    """Its code opens nothing any more, and nothing ties an answer to a phone. Ended twice, it is ended once."""
    if not can_hold_workshop(by, workshop.trajectory):
        raise OperationRefused("Seules les personnes qui accompagnent la structure terminent cet atelier.")
    held = Workshop.objects.select_for_update().get(pk=workshop.pk)
    return held if held.ended_at else _end(held)


@transaction.atomic
def end_forgotten_workshops(*, now: datetime) -> int:
    """Those whose twelve hours are over and that nobody ended; gives how many. The clock does it."""
    forgotten = list(Workshop.objects.forgotten(now).select_for_update())
    for one in forgotten:
        _end(one)
    return len(forgotten)


@transaction.atomic
def answer_question(*, workshop: Workshop, token: str, place: int, choice: AnswerChoice, line: str = "") -> None:
    """What one phone answers to the open question; sent again, or changed, it is still one answer.

    OperationRefused once the question is closed, when it is not the one on the wall, and past twice as many answers
    as people were expected. Whoever answers has no account, and is never known: the token stays on the phone.
    """
    # Locked against closing, so that no answer falls between the count and the erasing.
    question = (
        WorkshopQuestion.objects.select_for_update(of=["self"])
        .select_related("workshop")
        .filter(workshop=workshop, place=place)
    )
    found = question.first()
    if found is None or found.state != QuestionState.OPEN or not found.workshop.is_running:
        raise OperationRefused("Cette question est close\u00a0: votre réponse n’a pas pu être comptée.")
    phone = phone_digest(found, token)
    others = found.answers.exclude(phone=phone).count()
    if others >= MOST_ANSWERS_EACH * found.workshop.expected:
        raise OperationRefused(
            "Il y a déjà deux fois plus de réponses que de personnes attendues\u00a0: dites-le à qui anime l’atelier."
        )
    WorkshopAnswer.objects.update_or_create(phone=phone, question=found, defaults={"choice": choice, "line": line})


@transaction.atomic
def drop_workshop_line(*, by: User, line: WorkshopLine) -> None:
    """A line that names or shows somebody is taken away by whoever accompanies the structure, for good."""
    if not can_hold_workshop(by, line.question.workshop.trajectory):
        raise OperationRefused("Seules les personnes qui accompagnent la structure retirent une ligne.")
    line.delete()


@transaction.atomic
def start_team_reading(*, by: User, workshop: Workshop) -> Reading:
    """The draft in which the team's reading is written from the workshop, its levels chosen by people: nothing is
    filled in. A workshop gives one, however often it is asked for.

    OperationRefused to whoever may not write it, or when another is writing it.
    """
    held = Workshop.objects.select_for_update(of=["self"]).select_related("trajectory", "reading").get(pk=workshop.pk)
    if held.reading:
        if Reading.objects.visible_to(by).filter(pk=held.reading.pk).exists():
            return held.reading
        raise OperationRefused(
            f"{held.reading.created_by.display_name} a commencé à écrire cette lecture\u00a0: elle se lira une fois "
            "scellée."
        )
    refuse_closed(held.trajectory, "on n’y commence plus de lecture")
    if not can_write_team_reading(by, held.trajectory):
        raise OperationRefused("Vous ne pouvez pas écrire la lecture de l’équipe.")
    held.reading = _start(by, held)
    held.save(update_fields=["reading"])
    return held.reading


def _start(by: User, held: Workshop) -> Reading:
    """In the round that waits for the team's view, when there is one."""
    waiting = RoundView.objects.waited_for().filter(round__in=Round.objects.blind(), viewpoint=Viewpoint.TEAM)
    if view := waiting.filter(round__trajectory=held.trajectory).select_related("round").first():
        return start_round_reading(by=by, tour=view.round, viewpoint=Viewpoint.TEAM, read_on=held.held_on)
    return start_reading(
        by=by, trajectory=held.trajectory, viewpoint=Viewpoint.TEAM, read_on=held.held_on, client_key=uuid.uuid4()
    )


def _held(by: User, workshop: Workshop, expected_version: int) -> tuple[Workshop, WorkshopQuestion]:
    if not can_hold_workshop(by, workshop.trajectory):
        raise OperationRefused("Seules les personnes qui accompagnent la structure conduisent cet atelier.")
    held = Workshop.objects.select_for_update().get(pk=workshop.pk)
    if not held.is_running:
        raise OperationRefused("Cet atelier est terminé.")
    if held.version != expected_version:
        raise StaleEdit(_OVERTAKEN)
    return held, held.questions.select_for_update().get(place=held.place)


def _move(question: WorkshopQuestion, state: QuestionState) -> None:
    if state not in QUESTION_TRANSITIONS[QuestionState(question.state)]:
        raise OperationRefused(_OVERTAKEN)
    question.state = state


def _go_on(held: Workshop) -> Workshop:
    held.version += 1
    held.save(update_fields=["place", "version"])
    return held


def _end(held: Workshop) -> Workshop:
    for question in held.questions.select_for_update().filter(state=QuestionState.OPEN):
        _count(question)
    held.code, held.key, held.ended_at = None, None, timezone.now()
    held.version += 1
    held.save(update_fields=["code", "key", "ended_at", "version"])
    return held


def _count(question: WorkshopQuestion) -> None:
    """Under five who took a stand, neither what they chose nor what they wrote is kept."""
    _move(question, QuestionState.CLOSED)
    given = list(question.answers.values_list("choice", "line"))
    counts = Counter(choice for choice, _line in given if choice != AnswerChoice.PASS)
    question.answered = len(given)
    if counts.total() >= FEWEST:
        question.tally = {one.value: counts[one.value] for one in TOLD_CHOICES}
        # Their keys are drawn at random: they are read in an order that is nobody's.
        WorkshopLine.objects.bulk_create(
            WorkshopLine(id=uuid.uuid4(), question=question, text=line) for _choice, line in given if line
        )
    question.save(update_fields=["state", "answered", "tally"])
    question.answers.all().delete()
