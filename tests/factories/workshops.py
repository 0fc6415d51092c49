"""Collective readings: held by the practitioner of the cast, or two of them in a world, one over and one going on."""

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import Person
from tests.factories.cast import Cast
from trajectories import operations
from trajectories.models import (
    OPEN_FOR,
    TOLD_CHOICES,
    AnswerChoice,
    QuestionState,
    Trajectory,
    Workshop,
    WorkshopAnswer,
    WorkshopQuestion,
)

Words = Callable[[str], str]


def hold(cast: Cast, *codes: str, expected: int = 8, is_open: bool = False) -> Workshop:
    """On these dimensions of A, its first question open at need."""
    dimensions = {one.code: one for one in cast.trajectory_a.framework_version.dimensions.all()}
    made = operations.open_workshop(
        by=cast.practitioner,
        trajectory=cast.trajectory_a,
        dimensions=[dimensions[code] for code in codes],
        expected=expected,
    )
    return operations.open_question(by=cast.practitioner, workshop=made, expected_version=1) if is_open else made


def answer(workshop: Workshop, token: str, choice: str, line: str = "", *, place: int = 0) -> None:
    """From the phone that holds this token."""
    operations.answer_question(workshop=workshop, token=token, place=place, choice=AnswerChoice(choice), line=line)


def furnish_workshops(trajectory: Trajectory, by: Person, words: Words) -> dict[str, Any]:
    """One over, with what was written there; one going on, in which somebody has answered."""
    held = _make(trajectory, by, ended_at=timezone.now())
    closed = _ask(held, state=QuestionState.CLOSED, answered=5, tally={one.value: 1 for one in TOLD_CHOICES[:5]})
    closed.lines.create(pk=uuid.uuid4(), text=words("workshop_line.text"))
    letters = str.maketrans("0123456789", "ABCDEFGHJK")
    running = _make(trajectory, by, code=f"{trajectory.pk:08d}"[-8:].translate(letters), key=b"k" * 32)
    WorkshopAnswer.objects.create(
        phone=f"phone-{running.pk}",
        question=_ask(running, state=QuestionState.OPEN),
        choice=AnswerChoice.FIRST,
        line=words("workshop_answer.line"),
    )
    return {"held": held, "running": running}


def fill_workshops(held: Workshop, running: Workshop) -> None:
    """One more of each kind, one more question, one more line, one more answer."""
    trajectory, by = held.trajectory, held.created_by
    for one in (held, _make(trajectory, by, ended_at=timezone.now())):
        closed = _ask(one, state=QuestionState.CLOSED, answered=5, tally={"1": 5})
        held.questions.get(place=0).lines.create(pk=uuid.uuid4(), text="Un fait de plus.")
        closed.lines.create(pk=uuid.uuid4(), text="Un autre fait.")
    asked = running.questions.get(place=0)
    WorkshopAnswer.objects.create(phone=uuid.uuid4().hex, question=asked, choice=AnswerChoice.FIRST)
    _ask(running, state=QuestionState.WAITING)


def _make(trajectory: Trajectory, by: Person, **more: Any) -> Workshop:
    day = timezone.localdate()
    closes_at = timezone.now() + OPEN_FOR
    return Workshop.objects.create(
        trajectory=trajectory, created_by=by, expected=12, held_on=day, closes_at=closes_at, **more
    )


def _ask(workshop: Workshop, **more: Any) -> WorkshopQuestion:
    """The next dimension of the référentiel."""
    place = workshop.questions.count()
    dimension = workshop.trajectory.framework_version.dimensions.all()[place]
    return workshop.questions.create(dimension=dimension, place=place, **more)
