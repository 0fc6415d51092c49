"""Pages of those who hold a collective reading, project it, and read what it gave."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.mail import absolute_url
from efc_platform.shared.qr import QrCode
from structures.looks import note_look
from trajectories import operations
from trajectories.forms import WorkshopForm
from trajectories.models import QuestionState, Workshop, WorkshopLine, WorkshopQuestion
from trajectories.permissions import can_hold_workshop, can_read_texts, can_write_team_reading
from trajectories.pictures import answers_of
from trajectories.views import visible_trajectory, write_once

PER_PAGE = 20


def _visible(request: SignedInRequest, public_id: UUID) -> Workshop:
    workshops = Workshop.objects.visible_to(request.user).select_related(
        "trajectory__structure", "trajectory__framework_version", "created_by", "reading"
    )
    found = get_object_or_404(workshops, public_id=public_id)
    note_look(request.user, found.trajectory.structure)
    return found


def _held(request: SignedInRequest, public_id: UUID) -> Workshop:
    found = _visible(request, public_id)
    if not can_hold_workshop(request.user, found.trajectory):
        raise PermissionDenied
    return found


@require_safe
def workshops(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    if not can_read_texts(request.user, found):
        raise PermissionDenied
    held = Workshop.objects.visible_to(request.user).filter(trajectory=found).prefetch_related("questions__dimension")
    context = {
        "trajectory": found,
        "structure": found.structure,
        "page_obj": Paginator(held, PER_PAGE).get_page(request.GET.get("page")),
        "can_hold": found.closed_on is None and can_hold_workshop(request.user, found),
    }
    return render(request, "trajectories/workshops.html", context)


def workshop_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    if not can_hold_workshop(request.user, found):
        raise PermissionDenied
    form = WorkshopForm(request.POST or None, trajectory=found)
    if form.is_valid() and (url := write_once(request, form, operations.open_workshop, trajectory=found)):
        return redirect(url)
    context = {"form": form, "trajectory": found, "structure": found.structure}
    return render(request, "trajectories/workshop_new.html", context)


@require_safe
def workshop(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What it gave, for those who read the trajectory; while it goes on, no more than that it does."""
    found = _visible(request, public_id)
    levels = list(found.trajectory.framework_version.levels.all())
    asked = found.questions.select_related("dimension").prefetch_related("lines")
    holds = can_hold_workshop(request.user, found.trajectory)
    context = {
        "workshop": found,
        "trajectory": found.trajectory,
        "structure": found.trajectory.structure,
        "told": [(one, answers_of(one, levels)) for one in asked],
        "can_hold": holds,
        "can_write": _may_write(request, found),
    }
    return render(request, "trajectories/workshop.html", context)


def _may_write(request: SignedInRequest, found: Workshop) -> bool:
    """Once for a workshop; whoever may not write it, or comes second, is not led to a refusal."""
    if found.reading:
        return found.reading.is_shared or found.reading.authors.filter(pk=request.user.person_id).exists()
    return can_write_team_reading(request.user, found.trajectory)


@require_safe
def workshop_projection(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What the room sees; while a question is open, how many have answered and nothing else."""
    found = _held(request, public_id)
    if not found.is_running:
        return _left(request, found)
    question = found.questions.select_related("dimension").get(place=found.place)
    if request.headers.get("HX-Request") == "true":
        return _count(request, found, question)
    context = {
        "workshop": found,
        "structure": found.trajectory.structure,
        "number": found.place + 1,
        "total": found.questions.count(),
        "can_write": _may_write(request, found),
        **_door(found),
        **_asked(question),
    }
    return render(request, "trajectories/workshop_projection.html", context)


def _door(found: Workshop) -> dict[str, Any]:
    """How phones come in; a room of fewer than five has none."""
    if not found.code:
        return {}
    url = reverse("workshop_phone", args=[found.code])
    typed_at = absolute_url(reverse("workshop_code")).partition("://")[2]
    return {"url": url, "written_url": typed_at, "qr": QrCode.of(absolute_url(url))}


def _asked(question: WorkshopQuestion) -> dict[str, Any]:
    markers = list(question.dimension.markers.select_related("level"))
    is_open = question.state == QuestionState.OPEN
    return {
        "question": question,
        "dimension": question.dimension,
        "markers": markers,
        "is_open": is_open,
        "is_waiting": question.state == QuestionState.WAITING,
        "answered": question.answers.count() if is_open else question.answered,
        "picture": answers_of(question, [one.level for one in markers], on_wall=True),
        "lines": question.lines.all(),
    }


def _left(request: SignedInRequest, found: Workshop) -> HttpResponse:
    """htmx would put the page inside a fragment: it is told to go there."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": found.get_absolute_url()})
    return redirect(found)


def _count(request: SignedInRequest, found: Workshop, question: WorkshopQuestion) -> HttpResponse:
    """Asked every three seconds: nothing new is answered by nothing, and a workshop that went on elsewhere by its
    page."""
    if request.GET.get("version", str(found.version)) != str(found.version):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    answered = question.answers.count()
    if request.GET.get("vu") == str(answered):
        return HttpResponse(status=204)
    context = {"workshop": found, "answered": answered, "is_open": question.state == QuestionState.OPEN}
    return render(request, "trajectories/_workshop_count.html", context)


_MOVES: dict[str, Callable[..., Any]] = {
    "open": operations.open_question,
    "close": operations.close_question,
    "go-on": operations.next_question,
}


@require_POST
def workshop_move(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Opens, closes, goes to the next, ends; pressed twice, the page is shown as it now is."""
    found = _held(request, public_id)
    try:
        if "end" in request.POST:
            operations.end_workshop(by=request.user, workshop=found)
            return redirect(found)
        move = next((one for name, one in _MOVES.items() if name in request.POST), None)
        version = request.POST.get("version", "")
        if move and version.isdecimal() and len(version) < 9:
            move(by=request.user, workshop=found, expected_version=int(version))
    except OperationRefused as refusal:
        messages.info(request, refusal.message)
    return redirect("workshop_projection", found.public_id)


@require_POST
def workshop_line_drop(request: SignedInRequest, public_id: UUID, line_id: UUID) -> HttpResponse:
    found = _held(request, public_id)
    line = get_object_or_404(WorkshopLine.objects.filter(question__workshop=found), pk=line_id)
    operations.drop_workshop_line(by=request.user, line=line)
    messages.success(request, "Cette ligne est retirée, elle n’est plus gardée nulle part.")
    return redirect(found)


@require_POST
def workshop_reading(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """To the draft of the team's reading, at the dimension on the wall while it goes on."""
    found = _visible(request, public_id)
    if not _may_write(request, found) and not found.reading:
        raise PermissionDenied
    draft = operations.start_team_reading(by=request.user, workshop=found)
    if draft.is_sealed or not found.is_running:
        return redirect(draft)
    question = found.questions.select_related("dimension").get(place=found.place)
    return redirect("positioning", draft.public_id, question.dimension.code)
