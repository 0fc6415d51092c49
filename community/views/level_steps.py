"""What those who moved had done: the dimensions, then one of them step by step, as the last looks told it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from community.level_steps import Step
from community.models import Deed, ExperienceReport, QuarterlyLook, StepTable
from community.permissions import can_read_what_came_before, is_of_community
from community.precedents import STEPS, Subject, same_dimensions
from community.queries import on_dimension
from efc_platform.shared.small_numbers import GUARD
from trajectories.models import Dimension, FrameworkVersion, Marker

SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One thing done and at least how many did it; 0 when they are too few, or none."""

    deed: Deed
    at_least: int


@dataclass(frozen=True)
class Account:
    """What is told of a step in one direction: nothing, or a line a deed, always in the same order; and the looks that
    told it. Each look tells of other structures: their floors add up."""

    is_forward: bool
    lines: tuple[Line, ...]
    looks: tuple[date, ...]


@dataclass(frozen=True)
class Between:
    """Two neighbouring levels, how the référentiel describes them, and what is told of each direction."""

    lower: Marker
    upper: Marker
    ways: tuple[Account, ...]


@require_safe
def what_came_before(request: SignedInRequest) -> HttpResponse:
    """The dimensions in the order of the référentiel, each with the steps of which something is told."""
    _refuse_others(request.user)
    version = FrameworkVersion.objects.current()
    same = same_dimensions(version)
    told = StepTable.objects.visible_to(request.user).filter(is_told=True, criterion__isnull=True)
    columns = told.order_by().values_list("dimension", "lower", "is_forward").distinct()
    known = {(dimension, Step(lower, is_forward)) for dimension, lower, is_forward in columns}
    dimensions = [
        (one, [step for step in STEPS if any((dimension, step) in known for dimension in same[one.key])])
        for one in version.dimensions.select_related("axis")
    ]
    names = {one.rank: one.name for one in version.levels.all()}
    context = {
        "dimensions": [(one, [_named(step, names) for step in steps]) for one, steps in dimensions],
        "last_look": QuarterlyLook.objects.last(),
        "guard": GUARD,
        "may_meet_community": is_of_community(request.user),
    }
    return render(request, "community/what_came_before.html", context)


def _named(step: Step, names: dict[int, str]) -> str:
    lower, upper = names[step.lower], names[step.lower + 1]
    return (
        f"de «\u00a0{lower}\u00a0» à «\u00a0{upper}\u00a0»"
        if step.is_forward
        else (f"retour de «\u00a0{upper}\u00a0» à «\u00a0{lower}\u00a0»")
    )


@require_safe
def what_came_before_dimension(request: SignedInRequest, code: str) -> HttpResponse:
    """One dimension, or one of its criteria when the address names it."""
    _refuse_others(request.user)
    version = FrameworkVersion.objects.current()
    dimension = get_object_or_404(version.dimensions.select_related("axis"), code=code)
    criteria = list(dimension.criteria.all())
    asked = request.GET.get("critere", "")
    criterion = next((one for one in criteria if one.code == asked), None)
    if asked and criterion is None:
        raise Http404
    subject = Subject(dimension, same_dimensions(version)[dimension.key], criterion)
    context = {
        "dimension": dimension,
        "criteria": criteria,
        "criterion": criterion,
        "steps": list(_steps(subject, request.user)),
        "version": version,
        "last_look": QuarterlyLook.objects.last(),
        "guard": GUARD,
        "reports": _reports(request.user, dimension),
        "may_meet_community": is_of_community(request.user),
    }
    return render(request, "community/what_came_before_dimension.html", context)


def _refuse_others(user: User) -> None:
    """403 rather than 404: that such a page exists is no secret."""
    if not can_read_what_came_before(user):
        raise PermissionDenied


def _steps(subject: Subject, user: User) -> Iterator[Between]:
    visible = StepTable.objects.visible_to(user).values("pk")
    told = list(subject.tables.filter(is_told=True, pk__in=visible).prefetch_related("floors"))
    markers = {one.level.rank: one for one in subject.dimension.markers.select_related("level")}
    for step in STEPS[::2]:
        ways = tuple(_account(told, step.lower, is_forward) for is_forward in (True, False))
        yield Between(markers[step.lower], markers[step.lower + 1], ways)


def _account(tables: Iterable[StepTable], lower: int, is_forward: bool) -> Account:
    mine = [one for one in tables if (one.lower, one.is_forward) == (lower, is_forward)]
    floors = [floor for table in mine for floor in table.floors.all()]
    lines = [Line(deed, sum(one.at_least for one in floors if one.deed == deed)) for deed in Deed]
    return Account(is_forward, tuple(lines) if mine else (), tuple(one.look.cut_on for one in mine))


def _reports(user: User, dimension: Dimension) -> Any:
    shared = ExperienceReport.objects.visible_to(user).shared()
    return on_dimension(shared, dimension).order_by("-shared_at", "-pk")[:SHOWN]
