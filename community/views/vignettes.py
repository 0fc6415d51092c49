"""Pages of the stories of an exercise: write one, read it blind, say that one has finished, find one's own readings."""

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
from community import operations
from community.calibration import (
    MOST_VIGNETTES,
    has_read_everything,
    in_words,
    markers_of,
    names_found,
    names_of_choices,
    own_answers,
    own_reading,
    parts_of,
)
from community.forms import VignetteEditForm, VignetteNewForm, VignetteReadingForm
from community.models import CalibrationTally, Vignette, VignetteAnswer
from community.permissions import can_compose_calibration, can_read_vignettes, can_still_keep_reading
from community.views import write_once
from community.views.calibration import STORIES, composed_calibration, visible_calibration
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from trajectories.models import AnswerChoice


def visible_vignette(request: SignedInRequest, public_id: UUID) -> Vignette:
    known = Vignette.objects.visible_to(request.user).select_related("calibration__framework_version")
    return get_object_or_404(known, public_id=public_id)


def vignette_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    calibration = composed_calibration(request, public_id)
    if not calibration.is_draft:
        raise PermissionDenied
    form = VignetteNewForm(request.POST or None)
    draft = draft_for(request, form)

    def write() -> str:
        texts = {name: form.cleaned_data[name] for name in ("title", "text")}
        made = operations.write_vignette(by=request.user, calibration=calibration, **texts)
        return reverse("vignette_edit", args=[made.public_id]) if names_found(texts) else calibration.get_absolute_url()

    if form.is_valid() and (url := write_once(request, form, write)):
        messages.success(request, "Le récit est gardé.")
        return redirect(url)
    context = {"form": form, "draft": draft, "calibration": calibration, "most": MOST_VIGNETTES}
    return render(request, "community/vignette_form.html", context)


def _edited(request: SignedInRequest, public_id: UUID) -> Vignette:
    found = visible_vignette(request, public_id)
    if not (can_compose_calibration(request.user) and found.calibration.is_draft):
        raise PermissionDenied
    return found


def vignette_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The text, and beside it what would let somebody be recognised in it as it is saved."""
    found = _edited(request, public_id)
    both: list[Overtaken] = []
    saved = {"title": found.title, "text": found.text}
    form = VignetteEditForm(request.POST or None, initial=saved | {"version": found.version})
    draft = draft_for(request, form)
    if form.is_valid():
        texts = {name: form.cleaned_data[name] for name in saved}
        expected = form.cleaned_data["version"]
        try:
            if carry_out(
                form, operations.edit_vignette, by=request.user, vignette=found, expected_version=expected, **texts
            ):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "Le récit est enregistré.")
                return redirect("vignette_edit", found.public_id) if names_found(texts) else redirect(found.calibration)
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    context = {
        "form": form,
        "draft": draft,
        "both": both,
        "vignette": found,
        "calibration": found.calibration,
        "findings": names_found(saved),
    }
    return render(request, "community/vignette_form.html", context)


@require_POST
def vignette_remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _edited(request, public_id)
    operations.remove_vignette(by=request.user, vignette=found)
    messages.success(request, f"«\u00a0{found.title}\u00a0» n’est plus dans cet accordage.")
    return redirect(found.calibration)


def vignette_read(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One story read blind; saving goes on to the next that is not read through. Sent after the exercise was closed,
    it is kept for whoever wrote it, and says so."""
    found = visible_vignette(request, public_id)
    calibration, user = found.calibration, request.user
    was_writing = request.method == "POST" and can_still_keep_reading(user, calibration)
    if not (can_read_vignettes(user, calibration) or was_writing):
        raise PermissionDenied
    parts, mine = list(parts_of(calibration)), own_reading(user, calibration)
    if request.method == "GET" and mine and mine.is_finished:
        return redirect("calibration_mine", calibration.public_id)
    saved = mine.vignettes.filter(vignette=found).first() if mine else None
    answers = own_answers(mine)
    initial = _initial(answers.get(found.pk, {})) | {"version": saved.version if saved else 0}
    markers = markers_of([one.read_with for one in parts])
    form = VignetteReadingForm(request.POST or None, parts=parts, markers=markers, initial=initial)
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        try:
            kept = carry_out(
                form,
                operations.read_vignette,
                by=user,
                vignette=found,
                answers=form.answers,
                expected_version=form.cleaned_data["version"],
            )
            if kept:
                draft_sent(by=user, typed=request.POST)
                return _go_on(request, found, is_counted=kept.is_counted)
        except StaleEdit as stale:
            current = {name: initial.get(name, "") for name in form.fields if name != "version"}
            both = form.show_both(current=current, version=initial["version"])
            form.add_error(None, stale.message)
    stories = list(calibration.vignettes.all())
    context = {
        "vignette": found,
        "calibration": calibration,
        "form": form,
        "draft": draft,
        "both": both,
        "number": stories.index(found) + 1,
        "total": len(stories),
    }
    return render(request, "community/vignette_read.html", context)


def _initial(answers: dict[int, VignetteAnswer]) -> dict[str, Any]:
    choices = {f"choice-{part}": one.choice for part, one in answers.items()}
    return choices | {f"words-{part}": one.words for part, one in answers.items()}


def _go_on(request: SignedInRequest, found: Vignette, *, is_counted: bool) -> HttpResponse:
    calibration = found.calibration
    if not is_counted:
        messages.warning(
            request,
            "L’accordage s’est clos pendant que vous écriviez. Rien n’est perdu\u00a0: votre lecture est gardée pour "
            "vous, ci-dessous. Elle n’est pas comptée.",
        )
        return redirect("calibration_mine", calibration.public_id)
    if "later" in request.POST:
        messages.success(request, "Votre lecture est gardée. Vous la reprendrez d’ici ou d’un autre appareil.")
        return redirect(calibration)
    answers, parts = own_answers(own_reading(request.user, calibration)), list(parts_of(calibration))
    left = [one for one in calibration.vignettes.all() if not has_read_everything(answers, [one], parts)]
    after = [one for one in left if (one.place, one.pk) > (found.place, found.pk)] or left
    after = [one for one in after if one != found]
    return redirect("vignette_read", after[0].public_id) if after else redirect(calibration)


def calibration_finish(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """« J’ai fini »: what is left unread is said first, for nothing changes afterwards."""
    found = visible_calibration(request, public_id)
    if not can_read_vignettes(request.user, found):
        if not can_still_keep_reading(request.user, found):
            raise PermissionDenied
        messages.warning(request, "L’accordage s’est clos avant. Ce que vous avez lu vous reste, sans être compté.")
        return redirect(found)
    mine = own_reading(request.user, found)
    if mine is None or mine.is_finished:
        return redirect(found)
    if request.method == "POST":
        try:
            operations.finish_calibration(by=request.user, calibration=found)
        except OperationRefused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "Merci. Votre lecture est close\u00a0; vous la retrouvez quand vous voulez.")
        return redirect(found)
    answers, parts = own_answers(mine), list(parts_of(found))
    unread = [
        (one, len(parts) - len(answers.get(one.pk, ())))
        for one in found.vignettes.all()
        if len(answers.get(one.pk, ())) < len(parts)
    ]
    return render(request, "community/calibration_finish.html", {"calibration": found, "unread": unread})


@require_safe
def calibration_mine(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One's own readings beside the whole: words next to a distribution, and nothing that measures between them."""
    found = visible_calibration(request, public_id)
    mine = own_reading(request.user, found)
    if mine is None:
        return redirect(found)
    answers, parts = own_answers(mine), list(parts_of(found))
    levels = list(found.framework_version.levels.all())
    page = Paginator(found.vignettes.all(), STORIES).get_page(request.GET.get("page"))
    told = {
        (one.vignette_id, one.part_id): in_words(one, levels)
        for one in CalibrationTally.objects.filter(vignette__in=list(page))
    }
    names = names_of_choices(levels)
    stories = [
        (
            one,
            [
                (part, *_said(answers.get(one.pk, {}).get(part.pk), names), told.get((one.pk, part.pk), ""))
                for part in parts
            ],
        )
        for one in page
    ]
    context = {"calibration": found, "mine": mine, "page_obj": page, "stories": stories}
    return render(request, "community/calibration_mine.html", context)


def _said(answer: VignetteAnswer | None, names: dict[AnswerChoice, str]) -> tuple[str, str]:
    return (names[AnswerChoice(answer.choice)], answer.words) if answer else ("", "")
