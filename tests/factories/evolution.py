"""Readings that follow one another: a few, in a line each, or forty over ten years."""

from datetime import date, timedelta

from django.utils import timezone

from tests.factories.people import PersonFactory
from trajectories.models import Positioning, PositioningState, Reading, Trajectory, Viewpoint

STATES = {state.value: state for state in PositioningState}
VIEWPOINTS = list(Viewpoint)


def read(trajectory: Trajectory, viewpoint: Viewpoint, on: date, **said: int | str) -> Reading:
    """`read(…, D1=2, D4="not_applicable")`: each level rests on a fact of its own; sealed."""
    made = Reading.objects.create(
        trajectory=trajectory,
        framework_version=trajectory.framework_version,
        viewpoint=viewpoint,
        read_on=on,
        created_by=PersonFactory(),
    )
    dimensions = {one.code: one for one in trajectory.framework_version.dimensions.all()}
    Positioning.objects.bulk_create(
        Positioning(
            reading=made,
            dimension=dimensions[code],
            state=STATES["level" if isinstance(one, int) else one],
            level=one if isinstance(one, int) else None,
            observed_fact=f"Fait de {viewpoint.label}, {code}, {on:%d/%m/%Y}." if isinstance(one, int) else "",
        )
        for code, one in said.items()
    )
    made.sealed_at = timezone.now()
    made.save()
    return made


def read_for_ten_years(trajectory: Trajectory, *, readings: int = 40) -> None:
    """Each point of view in its turn, every dimension, up and down, and now and then without a level."""
    today = timezone.localdate()
    start = today - timedelta(days=3650)
    Trajectory.objects.filter(pk=trajectory.pk).update(started_on=start)
    trajectory.refresh_from_db()
    for rank in range(readings):
        on = start + timedelta(days=3640 * rank // max(readings - 1, 1))
        read(trajectory, VIEWPOINTS[rank % 4], on, **{f"D{code}": _said(rank, code) for code in range(1, 10)})


def _said(rank: int, code: int) -> int | str:
    place = (rank * 7 + code * 3) % 23
    if place > 20:
        return PositioningState.NOT_APPLICABLE if place == 21 else PositioningState.NOT_ENOUGH_EVIDENCE
    return 1 + (rank // 4 + code + place) % 5
