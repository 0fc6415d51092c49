"""Rounds of readings: one that was opened and met, one that still waits."""

from collections.abc import Mapping
from typing import Any

import pghistory

from efc_platform.management.demo_world.trajectories import positioned
from efc_platform.management.demo_world.world import World
from trajectories import operations
from trajectories.models import Milestone, Outcome, Round, Viewpoint


def make_rounds(world: World, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        with pghistory.context(user=world.user(row["by"]).pk):
            _round(world, row)


def _round(world: World, row: Mapping[str, Any]) -> None:
    """Prepared long before: nobody is told of it today."""
    trajectory = world.structures[row["structure"]].trajectories.open().get()
    opened_on = world.ago(row["opens_days_ago"])
    tour = Round.objects.create(
        trajectory=trajectory,
        framework_version=trajectory.framework_version,
        milestone=Milestone(row["milestone"]),
        opens_on=opened_on,
        created_by=world.user(row["by"]).person,
    )
    left_out = row.get("left_out")
    names = [view["viewpoint"] for view in row["views"]] + row.get("expected", [])
    for name in names + ([left_out["viewpoint"]] if left_out else []):
        tour.views.create(viewpoint=Viewpoint(name))
    if left_out:
        view = tour.views.get(viewpoint=left_out["viewpoint"])
        told: dict[str, Any] = {"expected_version": tour.version, "why": left_out["why"]}
        told["left_out_at"] = world.evening(row["opens_days_ago"])
        operations.leave_out_view(by=world.user(left_out["by"]), view=view, **told)
    for view in row["views"]:
        _view(world, tour, view, row["opens_days_ago"] + 1)
    if meeting := row.get("meeting"):
        Round.objects.filter(pk=tour.pk).update(opened_at=world.evening(row["opens_days_ago"]))
        for one in meeting["outcomes"]:
            _outcome(world, tour, one, meeting["days_ago"])
    if asked := row.get("reopening"):
        reading = tour.readings.get(viewpoint=asked["viewpoint"])
        operations.ask_reopening(by=world.user(asked["by"]), reading=reading, why=asked["why"])


def _view(world: World, tour: Round, row: Mapping[str, Any], days_ago: int) -> None:
    by, read_on = world.user(row["by"]), world.ago(days_ago)
    draft = operations.start_round_reading(by=by, tour=tour, viewpoint=Viewpoint(row["viewpoint"]), read_on=read_on)
    dimensions = {one.code: one for one in tour.framework_version.dimensions.all()}
    for one in row["positionings"]:
        operations.position(
            by=by, reading=draft, dimension=dimensions[one["dimension"]], facts=positioned(world, tour.trajectory, one)
        )
    if not row.get("is_draft"):
        operations.seal_reading(by=by, reading=draft, sealed_at=world.evening(days_ago))


def _outcome(world: World, tour: Round, row: Mapping[str, Any], days_ago: int) -> None:
    operations.settle_dimension(
        by=world.user(row["by"]),
        tour=tour,
        dimension=tour.framework_version.dimensions.get(code=row["dimension"]),
        outcome=Outcome(row["outcome"]),
        expected_number=0,
        words=row["words"],
        level=row.get("level"),
        voices=row.get("voices"),
        settled_on=world.ago(days_ago),
    )
