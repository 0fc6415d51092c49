"""What frames an accompaniment, in a line each, for the page of its trajectory."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import User
from efc_platform.templatetags.french import long_date
from trajectories.agreed import agreement_of, days_of
from trajectories.models import Trajectory
from trajectories.permissions import can_read_texts, can_see_agreement
from trajectories.story import diagnoses_seen


@dataclass(frozen=True)
class Line:
    label: str
    words: str
    url: str = ""
    more: str = ""


def frame_of(trajectory: Trajectory, viewer: User) -> list[Line]:
    lines = [_diagnosis(trajectory, viewer)] if can_read_texts(viewer, trajectory) else []
    return lines + ([_agreement(trajectory)] if can_see_agreement(viewer, trajectory) else [])


def _diagnosis(trajectory: Trajectory, viewer: User) -> Line:
    """Where the newest version that the viewer reads stands."""
    last = next(iter(diagnoses_seen(trajectory, viewer)), None)
    url = reverse("diagnosis", args=[trajectory.public_id])
    if last is None:
        return Line("Diagnostic partagé", "pas encore écrit", url)
    if last.validated_at:
        return Line("Diagnostic partagé", f"validé le {long_date(localdate(last.validated_at))}", url)
    if last.proposed_at:
        return Line("Diagnostic partagé", f"proposé le {long_date(localdate(last.proposed_at))}, à valider", url)
    return Line("Diagnostic partagé", "en cours d’écriture", url)


def _agreement(trajectory: Trajectory) -> Line:
    found = agreement_of(trajectory)
    url = reverse("agreement", args=[trajectory.public_id])
    if found is None:
        return Line("Convention", "pas encore écrite", url)
    words = f"signée le {long_date(found.signed_on)}" if found.signed_on else "en attente de signatures"
    if number := sum(1 for one in found.amendments.all() if one.waited_for):
        words += f", {number} avenant{'s' if number > 1 else ''} à signer"
    return Line("Convention", words, url, days_of(found).sentence)
