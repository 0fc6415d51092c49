"""Pages of trajectories."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.requests import SignedInRequest
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.forms import SentOnceForm, carry_out
from structures.looks import note_look
from trajectories.models import Trajectory
from trajectories.permissions import can_steer


def visible_trajectory(request: SignedInRequest, public_id: UUID) -> Trajectory:
    """The trajectory with its structure, or 404 for a stranger: its existence is not told."""
    trajectories = Trajectory.objects.visible_to(request.user).select_related(
        "structure", "framework_version", "starting_words_by"
    )
    found = get_object_or_404(trajectories, public_id=public_id)
    note_look(request.user, found.structure)
    return found


def steered(request: SignedInRequest, public_id: UUID) -> Trajectory:
    """The trajectory, for whoever leads the structure or accompanies it."""
    found = visible_trajectory(request, public_id)
    if not can_steer(request.user, found):
        raise PermissionDenied
    return found


def write_once(
    request: SignedInRequest, form: SentOnceForm, operation: Callable[..., Any], url: str = "", **more: Any
) -> str | None:
    """Runs the operation for a form that is valid, once however often it is sent, and says where to go next: to
    `url`, or to what was made. None leaves the form to show."""
    chosen = {name: value for name, value in form.cleaned_data.items() if name != "client_key"}

    def write() -> str:
        made = operation(by=request.user, **chosen, **more)
        return url or str(made.get_absolute_url())

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)
