"""The next version of the référentiel, that coordination prepares, and what readers say of the words of today."""

from typing import Any

from efc_platform.management.demo_world.world import World
from trajectories import operations
from trajectories.models import Criterion, FrameworkVersion


def make_framework(world: World, rows: dict[str, Any]) -> None:
    by = world.user("coordination")
    draft = operations.start_framework(by=by, based_on=world.framework)
    for row in rows["criteria"]:
        criterion = _criterion(draft, row["code"])
        operations.edit_criterion(by=by, criterion=criterion, expected_version=1, text=row["text"], why=row["why"])
    for row in rows["added"]:
        dimension = draft.dimensions.get(key=row["dimension"])
        operations.add_criterion(by=by, dimension=dimension, text=row["text"], why=row["why"])
    for row in rows["remarks"]:
        _remark(world, row)


def _criterion(version: FrameworkVersion, code: str) -> Criterion:
    return Criterion.objects.get(dimension__framework_version=version, code=code)


def _remark(world: World, row: dict[str, Any]) -> None:
    named = row.get("dimension")
    on = world.framework.dimensions.get(key=named) if named else _criterion(world.framework, row["code"])
    told = {"on": on, "text": row["text"], "rank": row.get("rank")}
    remark = operations.remark_framework(by=world.user(row["by"]), **told)
    if answer := row.get("answer"):
        taken = {"answer": answer, "is_taken_up": row.get("is_taken_up", False)}
        operations.answer_framework_remark(by=world.user("coordination"), remark=remark, **taken)
