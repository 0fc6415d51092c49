"""Pages of trajectories."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.requests import SignedInRequest
from structures.looks import note_look
from trajectories.models import Trajectory


def visible_trajectory(request: SignedInRequest, public_id: UUID) -> Trajectory:
    """The trajectory with its structure, or 404 for a stranger: its existence is not told."""
    trajectories = Trajectory.objects.visible_to(request.user).select_related(
        "structure", "framework_version", "starting_words_by"
    )
    found = get_object_or_404(trajectories, public_id=public_id)
    note_look(request.user, found.structure)
    return found
