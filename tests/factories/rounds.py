"""Rounds of readings: prepared by the practitioner of the cast, and views sealed in them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import Person, User
from tests.factories.cast import Cast
from trajectories import operations
from trajectories.models import (
    Milestone,
    Outcome,
    PositioningState,
    Reading,
    Reopening,
    Round,
    RoundView,
    Settlement,
    Trajectory,
    Viewpoint,
)
from trajectories.operations import PositioningFacts

Words = Callable[[str], str]
WRITERS = {
    Viewpoint.DIRECTION: "leader",
    Viewpoint.TEAM: "staff",
    Viewpoint.ACCOMPANIMENT: "practitioner",
    Viewpoint.PARTNER: "practitioner",
}


def prepare(cast: Cast, *viewpoints: Viewpoint, opens_on: date | None = None, **changed: Any) -> Round:
    """Of the direction and the accompaniment, open today, unless told otherwise."""
    return operations.prepare_round(
        by=cast.practitioner,
        trajectory=changed.pop("trajectory", cast.trajectory_a),
        milestone=changed.pop("milestone", Milestone.MIDWAY),
        opens_on=opens_on or timezone.localdate(),
        viewpoints=viewpoints or (Viewpoint.DIRECTION, Viewpoint.ACCOMPANIMENT),
        **changed,
    )


def write(cast: Cast, tour: Round, viewpoint: Viewpoint, levels: Mapping[str, int | str], by: User | None = None):
    """The draft of a view: a level, or the name of another state, for each dimension."""
    by = by or cast.users[WRITERS[viewpoint]]
    draft = operations.start_round_reading(by=by, tour=tour, viewpoint=viewpoint)
    return fill(by, draft, levels)


def fill(by: User, draft: Reading, levels: Mapping[str, int | str]) -> Reading:
    dimensions = {one.code: one for one in draft.framework_version.dimensions.all()}
    for code, answer in levels.items():
        is_level = isinstance(answer, int)
        state = PositioningState.LEVEL if is_level else PositioningState(answer)
        facts = PositioningFacts(state, answer if is_level else None, f"{draft.viewpoint} voit {code}.")
        operations.position(by=by, reading=draft, dimension=dimensions[code], facts=facts)
    return draft


def seal(cast: Cast, tour: Round, viewpoint: Viewpoint, levels: Mapping[str, int | str], by: User | None = None):
    by = by or cast.users[WRITERS[viewpoint]]
    return operations.seal_reading(by=by, reading=write(cast, tour, viewpoint, levels, by))


def open_round(cast: Cast, direction: Mapping[str, int | str], accompaniment: Mapping[str, int | str]) -> Round:
    """Two views sealed on the day it opens."""
    tour = prepare(cast)
    seal(cast, tour, Viewpoint.DIRECTION, direction)
    seal(cast, tour, Viewpoint.ACCOMPANIMENT, accompaniment)
    tour.refresh_from_db()
    return tour


def furnish_rounds(trajectory: Trajectory, practitioner: Person, leader: Person, words: Words) -> dict[str, Any]:
    """One open, with what its meeting came to and a view that somebody asks to take up; one blind, in which the
    practitioner has sealed what nobody else may read."""
    met = _make(trajectory, practitioner, opened_at=timezone.now())
    first = _read(met, leader, Viewpoint.DIRECTION, 2, words("met.observed_fact"))
    other = _read(met, practitioner, Viewpoint.ACCOMPANIMENT, 4, words("met_too.observed_fact"))
    left = met.views.create(viewpoint=Viewpoint.PARTNER)
    RoundView.objects.filter(pk=left.pk).update(
        left_out_at=timezone.now(), left_out_by=practitioner, left_out_why=words("view.left_out_why")
    )
    Reading.objects.filter(pk__in=[first.pk, other.pk]).update(shared_at=met.opened_at)
    asked = Reopening.objects.create(reading=first, asked_by=leader, why=words("reopening.why"))
    blind = _make(trajectory, practitioner)
    hidden = _read(blind, practitioner, Viewpoint.ACCOMPANIMENT, 5, words("hidden.observed_fact"))
    blind.views.create(viewpoint=Viewpoint.TEAM)
    settle(met, practitioner, words)
    return {"met": met, "blind": blind, "hidden": hidden, "other": other, "asked": asked}


def settle(tour: Round, by: Person, words: Words) -> Settlement:
    """A disagreement that is kept, with each view's text."""
    dimension = tour.framework_version.dimensions.get(code="D1")
    number = tour.settlements.filter(dimension=dimension).count() + 1
    made = tour.settlements.create(
        dimension=dimension, number=number, outcome=Outcome.KEPT, words=words("settlement.words"), settled_by=by
    )
    for viewpoint in (Viewpoint.DIRECTION, Viewpoint.ACCOMPANIMENT):
        made.voices.create(viewpoint=viewpoint, words=words(f"voice.words.{viewpoint}"))
    return made


def fill_rounds(met: Round, blind: Round, by: Person, rank: int) -> None:
    """One more of each thing that a round holds, and one more round."""
    settle(met, by, lambda name: "Une issue de plus.")
    if rank == 1:
        more = _read(met, by, Viewpoint.TEAM, 3, "Un regard de plus.")
        Reading.objects.filter(pk=more.pk).update(shared_at=met.opened_at)
        Reopening.objects.create(reading=more, asked_by=by, why="Une demande de plus.")
        blind.views.create(viewpoint=Viewpoint.PARTNER)
    _make(met.trajectory, by, opened_at=timezone.now())


def _make(trajectory: Trajectory, by: Person, **more: Any) -> Round:
    return Round.objects.create(
        trajectory=trajectory,
        framework_version=trajectory.framework_version,
        milestone=Milestone.MIDWAY,
        opens_on=timezone.localdate(),
        created_by=by,
        **more,
    )


def _read(tour: Round, by: Person, viewpoint: Viewpoint, level: int, fact: str) -> Reading:
    reading = Reading.objects.create(
        trajectory=tour.trajectory,
        framework_version=tour.framework_version,
        round=tour,
        viewpoint=viewpoint,
        read_on=timezone.localdate(),
        created_by=by,
    )
    reading.authors.add(by)
    reading.positionings.create(
        dimension=tour.framework_version.dimensions.get(code="D1"),
        state=PositioningState.LEVEL,
        level=level,
        observed_fact=fact,
    )
    Reading.objects.filter(pk=reading.pk).update(sealed_at=timezone.now())
    reading.refresh_from_db()
    tour.views.create(viewpoint=viewpoint, reading=reading)
    return reading
