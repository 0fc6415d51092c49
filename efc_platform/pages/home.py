"""Where each person lands: what concerns them first, by what they do rather than by a chosen role."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from structures.models import Structure
from trajectories.models import Appointment, Reading, Trajectory
from trajectories.queries import accompanied_trajectories, last_time, network_figures, silent_trajectories, steps_due

SHOWN = 6


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """A leader of one structure lands on its dashboard; others on a page of what is due for them."""
    user = request.user
    if is_permitted(user, "accompany_structure"):
        return render(request, "pages/home_practitioner.html", _practitioner(user))
    if is_permitted(user, "see_network_figures"):
        return network(request)
    own = list(
        Trajectory.objects.open()
        .filter(structure__in=Structure.objects.joined_by(user))
        .select_related("structure")[:2]
    )
    if len(own) == 1:
        return redirect(own[0])
    structures = Structure.objects.joined_by(user).in_french_order()
    return render(request, "pages/home_member.html", {"structures": structures})


@require_safe
def network(request: SignedInRequest) -> HttpResponse:
    """The coordination's page: also the home of whoever coordinates without accompanying."""
    if not is_permitted(request.user, "see_network_figures"):
        raise PermissionDenied
    return render(request, "pages/home_coordination.html", _coordination())


def _practitioner(user: User) -> dict[str, Any]:
    trajectories = list(accompanied_trajectories(user))
    mine = Structure.objects.accompanied_by(user)
    meetings = (
        Appointment.objects.filter(trajectory__structure__in=mine).upcoming().select_related("trajectory__structure")
    )
    following = list(meetings[:3])
    return {
        "trajectories": trajectories,
        "steps": steps_due(user, within_structures=mine)[:SHOWN],
        "appointments": following,
        "before": last_time(following[0].trajectory, user) if following else None,
        "without_trajectory": mine.exclude(trajectories__in=Trajectory.objects.open()).in_french_order(),
        "drafts": Reading.objects.visible_to(user).drafts().select_related("trajectory__structure")[:3],
    }


def _coordination() -> dict[str, Any]:
    structures = Structure.objects.in_french_order()
    return {
        "figures": network_figures(),
        "silent": silent_trajectories()[:SHOWN],
        "alone": structures.without_practitioner()[:SHOWN],
        "without_trajectory": structures.exclude(trajectories__in=Trajectory.objects.open())[:SHOWN],
    }
