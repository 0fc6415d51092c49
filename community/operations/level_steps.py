"""The look of each quarter: once, at what was shared before it, and kept for good."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from community.level_steps import Look, Step, is_due, look, told_group
from community.models import DeedFloor, QuarterlyLook, StepTable
from community.precedents import STEPS, Subject, beginning_of, deeds_before, histories, subjects_of, teams, told_of
from efc_platform.shared.small_numbers import GUARD
from trajectories.models import FrameworkVersion


def _first_of_quarter(day: date) -> date:
    return day.replace(month=day.month - (day.month - 1) % 3, day=1)


@transaction.atomic
def look_at_the_quarter(*, day: date | None = None) -> QuarterlyLook | None:
    """Of each dimension and criterion that enough structures have read again since the last look, keeps what may be
    told of each step. Once a quarter, whatever happens during it: nothing is looked at a second time, so that no
    correction shows. None when it was done already."""
    version = FrameworkVersion.objects.current()
    # Two workers at once: the second waits here for the first, and finds it done.
    made, is_new = QuarterlyLook.objects.get_or_create(cut_on=_first_of_quarter(day or timezone.localdate()))
    if not is_new:
        return None
    followed = teams()
    for subject in subjects_of(version):
        _look_at(made, subject, followed)
    return made


def _look_at(made: QuarterlyLook, subject: Subject, followed: Mapping[int, set[int]]) -> None:
    cut = beginning_of(made.cut_on)
    found = look(histories(subject, cut), cut, told_of(subject), STEPS)
    if is_due(found):
        for step in STEPS:
            _keep(made, subject, step, found, told_group(found, step, followed))


def _keep(made: QuarterlyLook, subject: Subject, step: Step, found: Look, group: int) -> None:
    table = StepTable.objects.create(
        look=made,
        dimension=subject.dimension,
        criterion=subject.criterion,
        lower=step.lower,
        is_forward=step.is_forward,
        is_told=group > 0,
    )
    if not group:
        return
    counted = deeds_before([word.reading for word in found.movers[step].values()])
    floors = {deed: GUARD.at_least(number, of=group) for deed, number in counted.items()}
    DeedFloor.objects.bulk_create(
        DeedFloor(table=table, deed=deed, at_least=floor) for deed, floor in floors.items() if floor
    )
