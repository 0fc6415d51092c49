"""The page of what the latest levels are held on."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from trajectories.lines import held_groups
from trajectories.permissions import can_read_texts, viewpoints_open_to
from trajectories.views import visible_trajectory


@require_safe
def evidence(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The latest level of each point of view, by what it is held on; for those who read the texts."""
    found = visible_trajectory(request, public_id)
    if not can_read_texts(request.user, found):
        raise PermissionDenied
    groups = held_groups(found, request.user)
    context = {
        "trajectory": found,
        "structure": found.structure,
        "groups": groups,
        "to_resume": sum(one.is_to_resume for group in groups for one in group.levels),
        "can_read": bool(viewpoints_open_to(request.user, found)),
    }
    return render(request, "trajectories/evidence.html", context)
