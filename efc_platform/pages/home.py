"""Where each person lands: what concerns them first, by what they do rather than by a chosen role."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.middleware import personal_when_signed_in
from accounts.models import User
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from community.models import ExperienceReport
from community.queries import unanswered_disagreements
from efc_platform.pages.front import front
from structures.models import AccompanimentRequest, Structure, ties_of
from trainings.queries import (
    attendance_to_take,
    joinable_sessions,
    led_sessions,
    own_enrolments,
    upcoming_sessions,
)
from trajectories.models import Appointment, NextStep, Reading, Trajectory
from trajectories.queries import accompanied_trajectories, last_time, network_figures, silent_trajectories, steps_due

SHOWN = 6


@login_not_required
@personal_when_signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front door for strangers. Whoever directs one structure lands on its dashboard; others on a page of
    what is due for them."""
    user = request.user
    if not isinstance(user, User):
        return front(request)
    if is_permitted(user, "accompany_structure"):
        return render(request, "pages/home_practitioner.html", _practitioner(user))
    if is_permitted(user, "see_network_figures"):
        return _network(request, user)
    if own := _only_trajectory_directed(user):
        return redirect(own)
    return render(request, "pages/home_member.html", _member(user))


def _only_trajectory_directed(user: User) -> Trajectory | None:
    """Its dashboard is the day's work of whoever directs one structure and does nothing else here."""
    if any(is_permitted(user, permission) for permission in ("plan_training", "take_part_in_community")):
        return None
    directed = Trajectory.objects.open().filter(structure__in=ties_of(user).directed)
    found = list(directed.select_related("structure")[:2])
    return found[0] if len(found) == 1 else None


@require_safe
def network(request: SignedInRequest) -> HttpResponse:
    """The coordination's page: also the home of whoever coordinates without accompanying."""
    if not is_permitted(request.user, "see_network_figures"):
        raise PermissionDenied
    return _network(request, request.user)


def _network(request: HttpRequest, user: User) -> HttpResponse:
    return render(request, "pages/home_coordination.html", _coordination(user))


def _practitioner(user: User) -> dict[str, Any]:
    trajectories = list(accompanied_trajectories(user))
    mine = ties_of(user).accompanied
    meetings = (
        Appointment.objects.filter(trajectory__structure__in=mine).upcoming().select_related("trajectory__structure")
    )
    following = list(meetings[:3])
    return {
        "trajectories": trajectories,
        "steps": steps_due(user, within_structures=mine)[:SHOWN],
        "appointments": following,
        "before": last_time(following[0].trajectory, user) if following else None,
        "without_trajectory": _besides(mine, trajectories),
        "drafts": _own_drafts(user),
        **_gatherings(user),
        **_community(user),
    }


def _besides(structures: Iterable[int], trajectories: Iterable[Trajectory]) -> list[Structure]:
    """Those of the structures, given by their keys, that have none of these trajectories."""
    without = {*structures} - {one.structure_id for one in trajectories}
    return list(Structure.objects.filter(pk__in=without).in_french_order())


def _own_drafts(user: User) -> QuerySet[Reading]:
    return Reading.objects.visible_to(user).drafts().select_related("trajectory__structure")[:3]


def _member(user: User) -> dict[str, Any]:
    """For whoever neither accompanies nor coordinates: each part shows for those whom it concerns."""
    joined = ties_of(user).joined
    trajectories = Trajectory.objects.open().filter(structure__in=joined).select_related("structure")
    steps = NextStep.objects.visible_to(user).open().filter(owner=user.person_id)
    plans, found = is_permitted(user, "plan_training"), list(trajectories)
    without = _besides(joined, found)
    return {
        "trajectories": found,
        "without_trajectory": without,
        # Of no structure here: the community is what one comes for, and takes the wide column.
        "is_peer": not (found or without or plans) and is_permitted(user, "take_part_in_community"),
        "steps": list(steps.select_related("trajectory__structure", "owner")[:SHOWN]),
        "drafts": _own_drafts(user),
        "can_plan": plans,
        "open_sessions": [] if plans else list(joinable_sessions(user)[:3]),
        **_gatherings(user),
        **_community(user),
    }


def _gatherings(user: User) -> dict[str, Any]:
    """The sessions one goes to; for whoever trains, those one leads and the attendance that waits."""
    leads = is_permitted(user, "lead_session")
    return {
        "enrolments": list(own_enrolments(user)[:3]),
        "led": list(led_sessions(user)[:SHOWN]) if leads else [],
        "attendance": list(attendance_to_take(user)[:SHOWN]) if leads else [],
    }


def _community(user: User) -> dict[str, Any]:
    if not is_permitted(user, "take_part_in_community"):
        return {}
    reports = ExperienceReport.objects.visible_to(user)
    return {
        "is_member": True,
        "unanswered": list(unanswered_disagreements(user)[:3]),
        "report_drafts": list(reports.drafts().order_by("-pk")[:3]),
        "reports": list(reports.shared().order_by("-shared_at", "-pk").prefetch_related("authors")[:3]),
    }


def _coordination(user: User) -> dict[str, Any]:
    structures = Structure.objects.in_french_order()
    requests = AccompanimentRequest.objects.visible_to(user).open()
    return {
        "requests": requests.order_by("received_at", "pk")[:SHOWN],
        "sessions": list(upcoming_sessions(user).standing()[:4]),
        "figures": network_figures(),
        "silent": silent_trajectories()[:SHOWN],
        "alone": structures.without_practitioner()[:SHOWN],
        "without_trajectory": structures.exclude(trajectories__in=Trajectory.objects.open())[:SHOWN],
    }
