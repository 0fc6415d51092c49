"""Pages of an exercise: the list, the exercise itself, composing it, opening and closing it, what it gave."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from community import operations
from community.calibration import (
    checked,
    has_read_everything,
    markers_of,
    missing_before_opening,
    names_of_choices,
    own_answers,
    own_reading,
    parts_of,
    remark_words,
)
from community.forms import CalibrationEditForm, CalibrationNewForm, OpenForm
from community.models import Calibration, CalibrationPart, CalibrationTally, Vignette
from community.permissions import can_compose_calibration, can_read_vignettes, can_see_calibrations
from community.queries import people_of_community
from community.views import PER_PAGE, write_once
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.shared.small_numbers import FEWEST
from trajectories.models import Criterion, Dimension, FrameworkRemark, FrameworkVersion, Level
from trajectories.permissions import can_remark_framework
from trajectories.pictures import AnswerBars

# So many stories on a page of results, and so many words under each of them.
STORIES, LINES = 3, 24
EDITED = ("title", "closes_on", "dimensions", "criteria")


def visible_calibration(request: SignedInRequest, public_id: UUID) -> Calibration:
    known = Calibration.objects.visible_to(request.user)
    return get_object_or_404(
        known.select_related("framework_version", "created_by", "closed_by", "job"), public_id=public_id
    )


def composed_calibration(request: SignedInRequest, public_id: UUID) -> Calibration:
    found = visible_calibration(request, public_id)
    if not can_compose_calibration(request.user):
        raise PermissionDenied
    return found


@require_safe
def calibrations(request: SignedInRequest) -> HttpResponse:
    """Those that are open first, then what is closed; for coordination, what is in preparation."""
    if not can_see_calibrations(request.user):
        raise PermissionDenied
    page = Paginator(_listed(request), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "composes": can_compose_calibration(request.user)}
    return render(request, "community/calibrations.html", context)


def _listed(request: SignedInRequest) -> Any:
    debated = Count("parts", filter=Q(parts__agreement="different"), distinct=True)
    stories = Count("vignettes", distinct=True)
    known = Calibration.objects.visible_to(request.user).annotate(debated=debated, stories=stories)
    is_open = ExpressionWrapper(Q(state="open"), output_field=BooleanField())
    return known.annotate(is_open_now=is_open).order_by("-is_open_now", "-pk")


@require_safe
def calibration(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """In preparation, what it still lacks; open, what I have read and how many have finished; closed, what it says of
    each wording, in the order of the référentiel."""
    found = visible_calibration(request, public_id)
    parts = list(parts_of(found))
    context = {"calibration": found, "parts": parts, "composes": can_compose_calibration(request.user)}
    if found.is_draft:
        stories = checked(list(found.vignettes.all()))
        context |= {"stories": stories, "missing": missing_before_opening(found, stories)}
    elif found.is_open:
        context |= _while_open(request, found, parts)
    else:
        context |= _once_closed(request, found, parts)
    return render(request, "community/calibration.html", context)


def _while_open(request: SignedInRequest, found: Calibration, parts: list[CalibrationPart]) -> dict[str, Any]:
    mine = own_reading(request.user, found)
    answers, vignettes = own_answers(mine), list(found.vignettes.all())
    return {
        "finished": found.readings.filter(is_finished=True).count(),
        "reads": can_read_vignettes(request.user, found),
        "mine": mine,
        "stories": [(one, len(answers.get(one.pk, ()))) for one in vignettes],
        "has_begun": bool(answers),
        "has_read_everything": has_read_everything(answers, vignettes, parts),
    }


def _once_closed(request: SignedInRequest, found: Calibration, parts: list[CalibrationPart]) -> dict[str, Any]:
    remarks = FrameworkRemark.objects.visible_to(request.user)
    shown = set(remarks.filter(calibration_part__calibration=found).values_list("pk", flat=True))
    return {"mine": own_reading(request.user, found), "lines": [(one, one.remark_id in shown) for one in parts]}


def calibration_new(request: SignedInRequest) -> HttpResponse:
    """On the newest published version, unless the address names another."""
    if not can_compose_calibration(request.user):
        raise PermissionDenied
    versions = list(FrameworkVersion.objects.published().order_by("-number"))
    asked = request.GET.get("version", "")
    version = next((one for one in versions if str(one.number) == asked), versions[0] if versions else None)
    if version is None:
        raise Http404
    form = CalibrationNewForm(request.POST or None, framework=version)

    def write() -> str:
        made = operations.compose_calibration(
            by=request.user,
            version=version,
            title=form.cleaned_data["title"],
            read=form.read,
            closes_on=form.cleaned_data["closes_on"],
        )
        return made.get_absolute_url()

    if form.is_valid() and (url := write_once(request, form, write)):
        messages.success(request, "L’accordage est en préparation. Il lui faut maintenant trois récits au moins.")
        return redirect(url)
    context = {"form": form, "version": version, "versions": versions, "cancel_url": reverse("calibrations")}
    return render(request, "community/calibration_form.html", context)


def calibration_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = composed_calibration(request, public_id)
    if not found.is_draft:
        raise PermissionDenied
    both: list[Overtaken] = []
    saved = _saved(found)
    initial = saved | {"version": found.version}
    form = CalibrationEditForm(request.POST or None, framework=found.framework_version, initial=initial)
    if form.is_valid():
        try:
            if carry_out(
                form,
                operations.edit_calibration,
                by=request.user,
                calibration=found,
                expected_version=form.cleaned_data["version"],
                title=form.cleaned_data["title"],
                read=form.read,
                closes_on=form.cleaned_data["closes_on"],
            ):
                messages.success(request, "L’accordage est enregistré.")
                return redirect(found)
        except StaleEdit as stale:
            both = form.show_both(current=saved, version=found.version)
            form.add_error(None, stale.message)
    context = {
        "form": form,
        "both": both,
        "calibration": found,
        "version": found.framework_version,
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "community/calibration_form.html", context)


def _saved(found: Calibration) -> dict[str, Any]:
    read: list[Dimension | Criterion] = [one.on for one in parts_of(found)]
    return {
        "title": found.title,
        "closes_on": found.closes_on,
        "dimensions": [one for one in read if isinstance(one, Dimension)],
        "criteria": [one for one in read if isinstance(one, Criterion)],
    }


def calibration_open(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A last look: the stories as they will be read, what keeps them from being, and what is promised."""
    found = composed_calibration(request, public_id)
    if not found.is_draft:
        return redirect(found)
    form = OpenForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        try:
            expected = form.cleaned_data["version"]
            if carry_out(
                form, operations.open_calibration, by=request.user, calibration=found, expected_version=expected
            ):
                messages.success(request, "L’accordage est ouvert\u00a0: la communauté est prévenue.")
                return redirect(found)
        except StaleEdit as stale:
            form.add_error(None, stale.message)
            form.renew(found.version)
    stories = checked(list(found.vignettes.all()))
    context = {
        "form": form,
        "calibration": found,
        "parts": parts_of(found),
        "stories": stories,
        "missing": missing_before_opening(found, stories),
        "people": people_of_community().count(),
    }
    return render(request, "community/calibration_open.html", context)


def calibration_close(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What closing does, before it is done; the words of a remark without what was read, which nobody knows yet."""
    found = composed_calibration(request, public_id)
    if found.is_draft:
        raise PermissionDenied
    if request.method == "POST":
        try:
            operations.close_calibration(by=request.user, calibration=found)
        except OperationRefused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(
                request, "L’accordage est clos. Ce qui a été lu se compte\u00a0: c’est l’affaire d’un instant."
            )
        return redirect(found)
    if not found.is_open:
        return redirect(found)
    finished = found.readings.filter(is_finished=True).count()
    parts = list(parts_of(found))
    first = parts[0]
    first.calibration = found
    told = [f"«\u00a0{one.title}\u00a0»\u00a0: …" for one in found.vignettes.all()]
    context = {
        "calibration": found,
        "finished": finished,
        "is_enough": finished >= FEWEST,
        "parts": parts,
        "sample": remark_words(first, told, f"{finished} personnes"),
    }
    return render(request, "community/calibration_close.html", context)


@require_safe
def calibration_part(request: SignedInRequest, public_id: UUID, code: str) -> HttpResponse:
    """What one wording gave: story by story how many chose what, and the words of the story that were given."""
    found = visible_calibration(request, public_id)
    part = next((one for one in parts_of(found) if one.code == code), None)
    if part is None or not found.is_told:
        raise Http404
    levels = list(found.framework_version.levels.all())
    page = Paginator(found.vignettes.all(), STORIES).get_page(request.GET.get("page"))
    tallies = {
        one.vignette_id: one
        for one in CalibrationTally.objects.filter(part=part, vignette__in=list(page)).prefetch_related("lines")
    }
    stories = [_told(one, tallies.get(one.pk), levels) for one in page]
    remarks = FrameworkRemark.objects.visible_to(request.user)
    context = {
        "calibration": found,
        "part": part,
        "page_obj": page,
        "stories": stories,
        "most_lines": LINES,
        "markers": markers_of([part.read_with])[part.read_with.pk],
        "sees_remark": part.remark is not None and remarks.filter(pk=part.remark.pk).exists(),
        "can_remark": can_remark_framework(request.user, found.framework_version),
    }
    return render(request, "community/calibration_part.html", context)


def _told(
    vignette: Vignette, tally: CalibrationTally | None, levels: list[Level]
) -> tuple[Vignette, CalibrationTally | None, AnswerBars | None, list[str]]:
    """The same words given by several are read once: what counts is what was looked at."""
    if tally is None:
        return vignette, None, None, []
    return vignette, tally, bars_of(tally, levels), list(dict.fromkeys(line.text for line in tally.lines.all()))


def bars_of(tally: CalibrationTally, levels: list[Level]) -> AnswerBars:
    """How the readings of one story spread, drawn as a workshop's answers are."""
    names = tuple(name[:1].upper() + name[1:] for name in names_of_choices(levels).values())
    numbers = tuple(tally.counts.values())
    said = ", ".join(f"{name.lower()} {number}" for name, number in zip(names, numbers, strict=True))
    return AnswerBars(f"Répartition\u00a0: {said}", names, numbers, len(levels))
