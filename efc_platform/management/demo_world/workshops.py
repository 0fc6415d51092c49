"""Teams that read together: a workshop that is over, another that a room is holding today."""

from collections.abc import Mapping
from typing import Any

from efc_platform.management.demo_world.world import World
from trajectories import operations
from trajectories.models import AnswerChoice, Workshop


def make_workshops(world: World, rows: Mapping[str, Any]) -> None:
    for row in rows["held"]:
        _hold(world, row)


def _hold(world: World, row: Mapping[str, Any]) -> None:
    """Held as rooms hold them; then the days go by."""
    by = world.user(row["by"])
    dimensions = {one.code: one for one in world.framework.dimensions.all()}
    held = operations.open_workshop(
        by=by,
        trajectory=world.structures[row["structure"]].trajectories.open().get(),
        dimensions=[dimensions[question["dimension"]] for question in row["questions"]],
        expected=row["expected"],
    )
    for place, question in enumerate(row["questions"]):
        if "answers" not in question:
            continue
        held = operations.open_question(by=by, workshop=held, expected_version=held.version)
        _answer(held, place, question)
        if row.get("is_running"):
            return
        held = operations.close_question(by=by, workshop=held, expected_version=held.version)
        held = operations.next_question(by=by, workshop=held, expected_version=held.version)
    operations.end_workshop(by=by, workshop=held)
    evening = world.evening(row["days_ago"])
    Workshop.objects.filter(pk=held.pk).update(held_on=world.ago(row["days_ago"]), closes_at=evening, ended_at=evening)


def _answer(held: Workshop, place: int, question: Mapping[str, Any]) -> None:
    given = [choice for choice, number in question["answers"].items() for _ in range(number)]
    lines = question.get("lines", [])
    for rank, choice in enumerate(given):
        operations.answer_question(
            workshop=held,
            token=f"phone-{rank}",
            place=place,
            choice=AnswerChoice(choice),
            line=lines[rank] if rank < len(lines) else "",
        )
