"""With which version of the référentiel a trajectory is read: looking with another, then passing, or coming back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from trajectories import operations, pictures
from trajectories.carrying import is_joined, versions_open_to
from trajectories.models import FrameworkVersion, Trajectory
from trajectories.permissions import can_pass_to_version
from trajectories.queries import crossings_of
from trajectories.rereading import not_reread
from trajectories.views import visible_trajectory


@require_safe
def trajectory_framework(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The same readings seen with each version that may be chosen; nothing is written by looking."""
    found = visible_trajectory(request, public_id)
    others = _others(found)
    shown = _shown(found, others, request.GET.get("version", ""))
    crossings = crossings_of(found, version=shown)
    context = {
        "trajectory": found,
        "structure": found.structure,
        "current": found.framework_version,
        "shown": shown,
        "others": others,
        "crossings": crossings,
        "radar": None if crossings.is_empty else pictures.radar_of(crossings),
        "table": None if crossings.is_empty else pictures.table_of(crossings),
        "lost": not_reread(found, shown),
        "passages": found.passages.select_related("from_version", "to_version", "passed_by"),
        "can_pass": can_pass_to_version(request.user, found),
    }
    return render(request, "trajectories/trajectory_framework.html", context)


def _others(trajectory: Trajectory) -> list[FrameworkVersion]:
    """Those it may pass to, without any that nothing joins to the present one."""
    return [one for one in versions_open_to(trajectory) if is_joined(trajectory.framework_version_id, one.pk)]


def _shown(trajectory: Trajectory, others: list[FrameworkVersion], asked: str) -> FrameworkVersion:
    known = {str(one.number): one for one in (trajectory.framework_version, *others)}
    if asked and asked not in known:
        raise Http404
    return known.get(asked, trajectory.framework_version)


@require_POST
def trajectory_pass(request: SignedInRequest, public_id: UUID, number: int) -> HttpResponse:
    """Once, however often the button is pressed."""
    found = visible_trajectory(request, public_id)
    if not can_pass_to_version(request.user, found):
        raise PermissionDenied
    version = next((one for one in (found.framework_version, *_others(found)) if one.number == number), None)
    if version is None:
        raise Http404
    operations.pass_to_version(by=request.user, trajectory=found, version=version)
    messages.success(
        request,
        f"Cette trajectoire se lit maintenant avec la version {version.number}. Ce qui fut lu auparavant est gardé "
        "tel quel.",
    )
    return redirect("trajectory_framework", public_id)
