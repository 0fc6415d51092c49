"""Where each person lands: what concerns them first, by what they do rather than by a chosen role."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.middleware import personal_when_signed_in
from accounts.models import User
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from community.models import ExperienceReport
from community.queries import unanswered_disagreements
from efc_platform.backstage.models import Draft
from efc_platform.pages.agenda import to_note
from efc_platform.pages.first_steps import proposed
from efc_platform.pages.front import front
from structures.models import AccompanimentRequest, Conversation, Structure, ties_of
from structures.silence import silent
from trainings.queries import (
    attendance_to_take,
    joinable_sessions,
    led_sessions,
    own_enrolments,
    upcoming_sessions,
)
from trajectories.models import Appointment, NextStep, Reading, Trajectory
from trajectories.queries import accompanied_trajectories, network_figures, silent_trajectories, steps_due
from trajectories.remembering import last_time

SHOWN = 6


@dataclass(frozen=True)
class Home:
    """One of the home pages a person has: the switcher names them, and nothing else depends on which is shown."""

    key: str
    label: str
    show: Callable[[HttpRequest, User], HttpResponse]

    @property
    def url(self) -> str:
        return f"{reverse('home')}?accueil={self.key}"


def homes_of(user: User) -> list[Home]:
    """What concerns them first, first: the structures they accompany, the network; otherwise the structure they
    direct, for whoever does nothing else here, or the page of what is due for them."""
    found = []
    if is_permitted(user, "accompany_structure"):
        found.append(Home("accompagnement", "Mes accompagnements", _show_practitioner))
    if is_permitted(user, "see_network_figures"):
        found.append(Home("reseau", "Le réseau", _network))
    directed = _only_trajectory_directed(user)
    if not found and (directed is None or _gathers(user)):
        found.append(Home("participation", "Mes participations", _show_member))
    if directed:
        found.append(Home("structure", directed.structure.name, lambda _request, _user: redirect(directed)))
    return found


def _gathers(user: User) -> bool:
    return any(is_permitted(user, name) for name in ("plan_training", "take_part_in_community"))


@login_not_required
@personal_when_signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front door for strangers; for others the first of their home pages, or the one they ask for."""
    user = request.user
    if not isinstance(user, User):
        return front(request)
    homes = homes_of(user)
    chosen = next((one for one in homes if one.key == request.GET.get("accueil")), homes[0])
    return chosen.show(request, user)


def _only_trajectory_directed(user: User) -> Trajectory | None:
    """Its dashboard is the day's work of whoever directs one structure."""
    directed = ties_of(user).directed
    if not directed:
        return None
    found = list(Trajectory.objects.open().filter(structure__in=directed).select_related("structure")[:2])
    return found[0] if len(found) == 1 else None


def _around(user: User, key: str) -> dict[str, Any]:
    """What every home page has: the other ones, the first steps that wait, and how many texts were not finished."""
    homes = homes_of(user)
    shown = next((one for one in homes if one.key == key), None)
    unfinished = Draft.objects.of(user).unsent().count()
    return {"homes": homes, "home": shown, "first_steps": list(proposed(user)), "unfinished": unfinished}


@require_safe
def network(request: SignedInRequest) -> HttpResponse:
    """The coordination's page: also the home of whoever coordinates without accompanying."""
    if not is_permitted(request.user, "see_network_figures"):
        raise PermissionDenied
    return _network(request, request.user)


def _network(request: HttpRequest, user: User) -> HttpResponse:
    return render(request, "pages/home_coordination.html", _coordination(user) | _around(user, "reseau"))


def _show_practitioner(request: HttpRequest, user: User) -> HttpResponse:
    return render(request, "pages/home_practitioner.html", _practitioner(user) | _around(user, "accompagnement"))


def _show_member(request: HttpRequest, user: User) -> HttpResponse:
    return render(request, "pages/home_member.html", _member(user) | _around(user, "participation"))


def _practitioner(user: User) -> dict[str, Any]:
    trajectories = list(accompanied_trajectories(user))
    mine = ties_of(user).accompanied
    meetings = (
        Appointment.objects.filter(trajectory__structure__in=mine).upcoming().select_related("trajectory__structure")
    )
    following = list(meetings[:3])
    return {
        "trajectories": trajectories,
        "silent": silent(user).count(),
        "steps": steps_due(user, within_structures=mine)[:SHOWN],
        "appointments": following,
        "to_note": to_note(user),
        "before": last_time(following[0].trajectory, user) if following else None,
        "without_trajectory": _besides(mine, trajectories),
        "drafts": _own_drafts(user),
        "waiting": list(Conversation.objects.waiting_for(user).select_related("structure", "opened_by")[:3]),
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
    structures = Structure.objects.met_today().in_french_order()
    requests = AccompanimentRequest.objects.visible_to(user).open()
    return {
        "requests": requests.order_by("received_at", "pk")[:SHOWN],
        "sessions": list(upcoming_sessions(user).standing()[:4]),
        "figures": network_figures(),
        "silent": silent_trajectories(most=SHOWN),
        "alone": structures.without_practitioner()[:SHOWN],
        "without_trajectory": structures.exclude(trajectories__in=Trajectory.objects.open())[:SHOWN],
    }
