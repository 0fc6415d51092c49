"""Pages of readings: all of a trajectory, start one, seal it, read what was sealed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.forms import carry_out
from efc_platform.shared.pauses import is_taken_back
from efc_platform.templatetags.french import names_of
from structures.readers import asked_before_widening
from trajectories import operations
from trajectories.circles import READING
from trajectories.forms import ReadingForm
from trajectories.framework import Framework
from trajectories.lines import lines_of
from trajectories.models import Milestone, Reading, Round, Settlement, Trajectory, Viewpoint
from trajectories.permissions import (
    can_ask_reopening,
    can_edit_reading,
    can_prepare_round,
    can_read_texts,
    viewpoints_open_to,
)
from trajectories.queries import outcome_in_words
from trajectories.rounds import milestones_open_to, stages_of
from trajectories.views import visible_trajectory

PER_PAGE = 20
_SEALED = "La lecture est scellée\u00a0: elle se lit maintenant à côté des autres."
_WAITING = "La lecture est scellée\u00a0: personne d’autre ne la lit avant que le tour s’ouvre."


def visible_reading(request: SignedInRequest, public_id: UUID) -> Reading:
    """Before it is shared, for its authors alone."""
    readings = Reading.objects.visible_to(request.user).select_related(
        "trajectory__structure", "framework_version", "round", "reopens", "taken_up_by"
    )
    return get_object_or_404(readings, public_id=public_id)


@require_safe
def readings(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    made = (
        Reading.objects.visible_to(request.user)
        .filter(trajectory=found)
        .select_related("taken_up_by")
        .prefetch_related("authors")
        .order_by("-read_on", "-pk")
    )
    context = {
        "trajectory": found,
        "structure": found.structure,
        "page_obj": Paginator(made, PER_PAGE).get_page(request.GET.get("page")),
        "can_read": bool(viewpoints_open_to(request.user, found)),
        **_stages(request, found),
    }
    return render(request, "trajectories/readings.html", context)


def _stages(request: SignedInRequest, found: Trajectory) -> dict[str, Any]:
    """The milestones, for those who read the trajectory's texts; a round is prepared when none is going on."""
    if not can_read_texts(request.user, found):
        return {"reads_texts": False}
    rounds = list(Round.objects.visible_to(request.user).filter(trajectory=found))
    prepares = can_prepare_round(request.user, found) and all(one.is_open for one in rounds)
    return {
        "reads_texts": True,
        "stages": stages_of(found, rounds),
        "others": [one for one in rounds if one.milestone == Milestone.OTHER],
        "open_to": milestones_open_to(found) if prepares else [],
    }


def reading_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    viewpoints = viewpoints_open_to(request.user, found)
    if found.closed_on is not None and can_read_texts(request.user, found):
        raise OperationRefused(
            "Cette trajectoire est close\u00a0: on n’y commence plus de lecture. Celles qui étaient en cours se "
            "terminent et se scellent."
        )
    if not viewpoints:
        raise PermissionDenied
    form = ReadingForm(request.POST or None, viewpoints=viewpoints)
    if form.is_valid():
        chosen = form.cleaned_data | {"viewpoint": Viewpoint(form.cleaned_data["viewpoint"])}
        if made := carry_out(form, operations.start_reading, by=request.user, trajectory=found, **chosen):
            return redirect(made)
    return render(
        request, "trajectories/reading_new.html", {"form": form, "trajectory": found, "structure": found.structure}
    )


@require_safe
def reading(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A draft is a list to go through; a sealed reading is a text to read."""
    found = visible_reading(request, public_id)
    reads = can_read_texts(request.user, found.trajectory)
    framework = Framework.of(found.framework_version)
    outcomes = _outcomes(request, found, framework)
    lines = lines_of(found, framework, request.user, with_texts=reads, outcomes=outcomes)
    read = [one for one in lines if one.is_read]
    context = {
        "reading": found,
        "trajectory": found.trajectory,
        "structure": found.trajectory.structure,
        "lines": lines,
        "authors": names_of(found.authors.all()),
        "first_unread": next((one.dimension for one in lines if not one.is_read), None),
        "read_count": len(read),
        "by_criteria": sum(one.whole.positioning is None for one in read),
        "can_edit": can_edit_reading(request.user, found),
        "reads_texts": reads,
        "can_reopen": can_ask_reopening(request.user, found),
    }
    return render(request, "trajectories/reading.html", context)


def _outcomes(request: SignedInRequest, found: Reading, framework: Framework) -> dict[int, str]:
    """By dimension, what the meeting of its round last came to."""
    if found.round_id is None:
        return {}
    noted = Settlement.objects.visible_to(request.user).filter(round=found.round_id).select_related("dimension")
    return {one.dimension_id: outcome_in_words(one, framework) for one in noted}


@require_POST
def reading_seal(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_reading(request, public_id)
    if not (can_edit_reading(request.user, found) or found.is_sealed):
        raise PermissionDenied
    if is_taken_back(request.POST):
        return redirect(found)
    is_blind = found.round is not None and not found.round.is_open
    go_on = "Sceller" if is_blind else "Sceller et partager"
    try:
        with asked_before_widening(READING, found, by=request.user, data=request.POST, go_on=go_on, always=True):
            operations.seal_reading(by=request.user, reading=found)
    except OperationRefused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _SEALED if found.is_shared else _WAITING)
    return redirect(found)
