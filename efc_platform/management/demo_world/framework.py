"""What readers say of the words of the référentiel, the version that hears it, a trajectory that passes to it, and the
version that coordination prepares next."""

from typing import Any

from efc_platform.management.demo_world.trajectories import positioned
from efc_platform.management.demo_world.world import World
from trajectories import operations
from trajectories.models import Criterion, Dimension, FrameworkVersion, Relation, Trajectory, Viewpoint, Weight


def make_framework(world: World, rows: dict[str, Any]) -> None:
    by, first = world.user("coordination"), world.framework
    draft = operations.start_framework(by=by, based_on=first)
    for row in rows["remarks"]:
        _remark(world, row)
    for row in rows["second"]["criteria"]:
        told = {"text": row["text"], "why": row["why"], "expected_version": 1}
        operations.edit_criterion(by=by, criterion=_criterion(draft, row["code"]), **told)
    _split(world, draft, rows["second"]["split"])
    changes, why = draft.changes.count(), rows["second"]["why"]
    second = operations.publish_framework(by=by, framework=draft, expected_changes=changes, why=why)
    _pass(world, second, rows["passed"])
    draft = operations.start_framework(by=by, based_on=second)
    for row in rows["draft"]:
        dimension = draft.dimensions.get(key=row["dimension"])
        operations.add_criterion(by=by, dimension=dimension, text=row["text"], why=row["why"])


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


def _split(world: World, draft: FrameworkVersion, row: dict[str, Any]) -> None:
    """A part of a dimension becomes another, and what each comes from is said by hand."""
    by, why, source = world.user("coordination"), row["why"], world.framework.dimensions.get(code=row["from"])
    names = {name: row[name] for name in ("name", "short_name", "spoke_name", "question")}
    made = operations.add_dimension(by=by, axis=draft.axes.get(code=row["axis"]), why=why, **names)
    for text in row["criteria"]:
        operations.add_criterion(by=by, dimension=made, text=text, why=why)
    markers = row["markers"]
    operations.edit_markers(by=by, dimension=made, expected_version=len(markers), texts=markers, why=why)
    operations.remove_part(by=by, part=_criterion(draft, row["criterion"]), why=why)
    for dimension, weight in ((made, Weight.PART), (draft.dimensions.get(code=row["from"]), Weight.MOST)):
        _correct(world, dimension, source, weight, why)


def _correct(world: World, dimension: Dimension, source: Dimension, weight: Weight, why: str) -> None:
    operations.correct_correspondence(
        by=world.user("coordination"),
        dimension=dimension,
        expected_version=0,
        relation=Relation.SPLIT,
        sources=[source],
        weight=weight,
        why=why,
    )


def _pass(world: World, version: FrameworkVersion, row: dict[str, Any]) -> None:
    """Whoever leads the structure decides of it, then reads what the new words let her see."""
    by, told = world.user(row["by"]), row["reading"]
    trajectory = Trajectory.objects.open().get(structure=world.structures[row["structure"]])
    operations.pass_to_version(by=by, trajectory=trajectory, version=version)
    trajectory.refresh_from_db()
    reading = operations.start_reading(
        by=by,
        trajectory=trajectory,
        viewpoint=Viewpoint(told["viewpoint"]),
        read_on=world.today,
        authors=world.named(told["authors"]),
    )
    for one in told["positionings"]:
        dimension = version.dimensions.get(short_name=one["dimension"])
        operations.position(by=by, reading=reading, dimension=dimension, facts=positioned(world, trajectory, one))
    operations.seal_reading(by=by, reading=reading)
