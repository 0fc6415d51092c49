"""Pages of readings: start one, read dimension by dimension, seal, read what was sealed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.shared.pauses import heed_health, is_taken_back
from efc_platform.templatetags.french import names_of
from structures.readers import asked_before_widening
from trajectories import operations
from trajectories.circles import READING
from trajectories.forms import PositioningForm, ReadingForm
from trajectories.framework import Framework
from trajectories.models import (
    Dimension,
    Milestone,
    Positioning,
    PositioningState,
    Reading,
    Round,
    Settlement,
    Trajectory,
    Viewpoint,
)
from trajectories.operations import PositioningFacts
from trajectories.permissions import (
    can_ask_reopening,
    can_edit_reading,
    can_prepare_round,
    can_read_texts,
    viewpoints_open_to,
)
from trajectories.pictures import said_in_workshop
from trajectories.queries import level_in_words, outcome_in_words
from trajectories.rounds import milestones_open_to, stages_of
from trajectories.views import visible_trajectory

PER_PAGE = 20
_SEALED = "La lecture est scellée\u00a0: elle se lit maintenant à côté des autres."
_WAITING = "La lecture est scellée\u00a0: personne d’autre ne la lit avant que le tour s’ouvre."


def _visible(request: SignedInRequest, public_id: UUID) -> Reading:
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
    found = _visible(request, public_id)
    framework = Framework.of(found.framework_version)
    read = {one.dimension_id: one for one in found.positionings.all()}
    outcomes = _outcomes(request, found, framework)
    lines = [
        (
            dimension,
            read.get(dimension.pk),
            level_in_words(read.get(dimension.pk), framework),
            outcomes.get(dimension.pk),
        )
        for dimension in framework.dimensions
    ]
    context = {
        "reading": found,
        "trajectory": found.trajectory,
        "structure": found.trajectory.structure,
        "lines": lines,
        "authors": names_of(found.authors.all()),
        "first_unread": next((dimension for dimension in framework.dimensions if dimension.pk not in read), None),
        "read_count": len(read),
        "can_edit": can_edit_reading(request.user, found),
        "reads_texts": can_read_texts(request.user, found.trajectory),
        "can_reopen": can_ask_reopening(request.user, found),
    }
    return render(request, "trajectories/reading.html", context)


def _outcomes(request: SignedInRequest, found: Reading, framework: Framework) -> dict[int, str]:
    """By dimension, what the meeting of its round last came to."""
    if found.round_id is None:
        return {}
    noted = Settlement.objects.visible_to(request.user).filter(round=found.round_id)
    return {one.dimension_id: outcome_in_words(one, framework.levels) for one in noted}


def positioning(request: SignedInRequest, public_id: UUID, code: str) -> HttpResponse:
    """One dimension of a draft; saving goes on to the next, so that nothing waits to be lost."""
    found = _visible(request, public_id)
    if not can_edit_reading(request.user, found):
        raise PermissionDenied
    framework = Framework.of(found.framework_version)
    place, dimension = _place_of(framework, code)
    saved = found.positionings.filter(dimension=dimension).first()
    initial = _initial(saved)
    both: list[Overtaken] = []
    form = PositioningForm(request.POST or None, initial=initial)
    draft = draft_for(request, form)
    if form.is_valid() and not is_taken_back(request.POST):
        heed_health(form)
        facts = PositioningFacts(
            **{name: form.cleaned_data[name] for name in ("state", "level", "observed_fact", "next_question")}
        )
        expected = form.cleaned_data["version"]
        try:
            operations.position(
                by=request.user, reading=found, dimension=dimension, facts=facts, expected_version=expected
            )
        except StaleEdit:
            current = {name: initial.get(name, "") for name in ("observed_fact", "next_question")}
            both = form.show_both(current=current, version=initial["version"])
            form.add_error(None, "Cette dimension a changé pendant que vous écriviez\u00a0: relisez, puis enregistrez.")
        except OperationRefused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            draft_sent(by=request.user, typed=request.POST)
            return _go_on(request, found, framework, place)
    context = {
        "reading": found,
        "structure": found.trajectory.structure,
        "dimension": dimension,
        "markers": dimension.markers.select_related("level"),
        "number": place + 1,
        "total": len(framework.dimensions),
        "criteria": dimension.criteria.all(),
        "form": form,
        "draft": draft,
        "both": both,
        "answer": form["answer"].value() or "",
        "said_in_workshop": said_in_workshop(found, dimension, framework.levels),
        "other_states": [(one.value, one.label) for one in PositioningState if one != PositioningState.LEVEL],
    }
    return render(request, "trajectories/positioning.html", context)


def _place_of(framework: Framework, code: str) -> tuple[int, Dimension]:
    dimension = get_object_or_404(framework.version.dimensions, code=code)
    place = next(rank for rank, one in enumerate(framework.dimensions) if one.pk == dimension.pk)
    return place, framework.dimensions[place]


def _initial(saved: Positioning | None) -> dict[str, Any]:
    if saved is None:
        return {"version": 0}
    answer = str(saved.level) if saved.level else saved.state
    texts = {"observed_fact": saved.observed_fact, "next_question": saved.next_question}
    return {"answer": answer, **texts, "version": saved.version}


def _go_on(request: SignedInRequest, reading: Reading, framework: Framework, place: int) -> HttpResponse:
    following = framework.dimensions[place + 1 : place + 2]
    if "later" in request.POST or not following:
        return redirect(reading)
    return redirect("positioning", reading.public_id, following[0].code)


@require_POST
def reading_seal(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
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
