"""What frames an accompaniment, in a line each, for the page of its trajectory."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from efc_platform.templatetags.french import long_date
from trajectories.agreed import days_of
from trajectories.models import Agreement, Trajectory
from trajectories.permissions import can_see_agreement


@dataclass(frozen=True)
class Line:
    label: str
    words: str
    url: str = ""
    more: str = ""


def frame_of(trajectory: Trajectory, viewer: User) -> list[Line]:
    return [_agreement(trajectory)] if can_see_agreement(viewer, trajectory) else []


def _agreement(trajectory: Trajectory) -> Line:
    found = Agreement.objects.filter(trajectory=trajectory).prefetch_related("all_signatures", "amendments").first()
    url = reverse("agreement", args=[trajectory.public_id])
    if found is None:
        return Line("Convention", "pas encore écrite", url)
    found.trajectory = trajectory
    words = f"signée le {long_date(found.signed_on)}" if found.signed_on else "en attente de signatures"
    if number := sum(1 for one in found.amendments.all() if one.waited_for):
        words += f", {number} avenant{'s' if number > 1 else ''} à signer"
    return Line("Convention", words, url, days_of(found).sentence)
