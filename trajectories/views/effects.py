"""The page of what a structure brings about and of what becomes of its resources, and the forms that write it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.templatetags.french import long_date
from trajectories import operations
from trajectories.forms import EffectEditForm, EffectForm, ResourceNoteEditForm, ResourceNoteForm
from trajectories.models import Resource, ResourceNote, Trajectory, UsefulEffect
from trajectories.permissions import can_keep_moments, can_read_texts
from trajectories.views import visible_trajectory, write_once

NOTE = ("resource", "direction", "noted_on", "situation", "among")
EFFECT = ("title", "for_whom", "territory", "since_on", "fact", "confidence")


@require_safe
def effects(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What changed and for whom; each of the four resources with its notes, the latest first, and nothing of them
    added up."""
    found = visible_trajectory(request, public_id)
    if not can_read_texts(request.user, found):
        raise PermissionDenied
    keeps, user = can_keep_moments(request.user, found), request.user
    noted = list(ResourceNote.objects.visible_to(user).filter(trajectory=found).select_related("created_by"))
    of_effects, of_notes = (rows.objects.kept_by(user).removed() for rows in (UsefulEffect, ResourceNote))
    context = {
        "trajectory": found,
        "structure": found.structure,
        "effects": UsefulEffect.objects.visible_to(user).filter(trajectory=found).select_related("trial", "created_by"),
        "resources": [(one, [note for note in noted if note.resource == one]) for one in Resource],
        "keeps": keeps,
        "removed_effects": of_effects.filter(trajectory=found) if keeps else [],
        "removed_notes": of_notes.filter(trajectory=found) if keeps else [],
    }
    return render(request, "trajectories/effects.html", context)


def _kept_trajectory(request: SignedInRequest, public_id: UUID) -> Trajectory:
    found = visible_trajectory(request, public_id)
    if not can_keep_moments(request.user, found):
        raise PermissionDenied
    return found


def effect_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Of a trial, when its page led here."""
    found = _kept_trajectory(request, public_id)
    form = EffectForm(request.POST or None, trajectory=found, initial={"trial": request.GET.get("essai", "")})
    draft = draft_for(request, form)
    url = _page_of(found)
    if form.is_valid() and write_once(request, form, operations.note_effect, url, trajectory=found):
        messages.success(request, "L’effet est noté.")
        return redirect(url)
    lede = "Ce qui devient meilleur pour quelqu’un, et que cette personne reconnaîtrait."
    context = _page(found, form, [], "Noter un effet utile") | {"draft": draft, "lede": lede, "submit": "Noter"}
    return render(request, "pages/form.html", context)


def resource_note_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _kept_trajectory(request, public_id)
    form = ResourceNoteForm(request.POST or None, initial={"resource": request.GET.get("ressource", "")})
    draft = draft_for(request, form)
    url = _page_of(found)
    if form.is_valid() and write_once(request, form, operations.note_resource, url, trajectory=found):
        messages.success(request, "La situation est notée.")
        return redirect(url)
    lede = "Une situation où la confiance, la compétence, la pertinence ou la santé grandit, s’abîme ou hésite."
    context = _page(found, form, [], "Noter une ressource immatérielle")
    context |= {"draft": draft, "lede": lede, "submit": "Noter"}
    return render(request, "pages/form.html", context)


def _effect(request: SignedInRequest, public_id: UUID) -> UsefulEffect:
    """For those who write them; whoever only reads them has the page of the trajectory."""
    rows = UsefulEffect.objects.select_related("trajectory__structure", "trial")
    if found := rows.kept_by(request.user).filter(public_id=public_id).first():
        return found
    get_object_or_404(rows.visible_to(request.user), public_id=public_id)
    raise PermissionDenied


def useful_effect(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _effect(request, public_id)
    saved = {name: getattr(found, name) for name in EFFECT}
    saved["trial"] = found.trial.public_id if found.trial else None
    form = EffectEditForm(request.POST or None, trajectory=found.trajectory, initial=saved | {"version": found.version})
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        expected = chosen.pop("version")
        told = {"effect": found, "expected_version": expected, **chosen}
        try:
            if carry_out(form, operations.edit_effect, by=request.user, **told):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "L’effet est à jour.")
                return redirect(_page_of(found.trajectory))
        except StaleEdit:
            both = form.show_both(current=saved | {"trial": found.trial}, version=found.version)
    context = _page(found.trajectory, form, both, f"L’effet «\u00a0{found.title}\u00a0»") | {"draft": draft}
    if found.removed_at is None:
        remove_url = reverse("effect_remove", args=[found.public_id])
        context |= _removing("effet", found.public_id, remove_url, "Retirer cet effet")
    return render(request, "trajectories/telling_form.html", context)


@require_POST
def effect_remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Taken away, or put back: the page of the trajectory offers it for a month."""
    found = _effect(request, public_id)
    undo = "undo" in request.POST
    operations.remove_effect(by=request.user, effect=found, removed=not undo)
    gone = "L’effet est retiré. Il se remet d’ici un mois, au bas de cette page."
    messages.success(request, "L’effet a retrouvé sa place." if undo else gone)
    return redirect("effects", found.trajectory.public_id)


def _note(request: SignedInRequest, public_id: UUID) -> ResourceNote:
    """For those who write them; whoever only reads them has the page of the trajectory."""
    rows = ResourceNote.objects.select_related("trajectory__structure")
    if found := rows.kept_by(request.user).filter(public_id=public_id).first():
        return found
    get_object_or_404(rows.visible_to(request.user), public_id=public_id)
    raise PermissionDenied


def resource_note(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _note(request, public_id)
    saved = {name: getattr(found, name) for name in NOTE}
    form = ResourceNoteEditForm(request.POST or None, initial=saved | {"version": found.version})
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        expected = chosen.pop("version")
        told = {"note": found, "expected_version": expected, **chosen}
        try:
            if carry_out(form, operations.edit_resource_note, by=request.user, **told):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "La situation est à jour.")
                return redirect(_page_of(found.trajectory))
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    heading = f"{found.label}, {long_date(found.noted_on)}"
    context = _page(found.trajectory, form, both, heading) | {"draft": draft}
    if found.removed_at is None:
        remove_url = reverse("resource_note_remove", args=[found.public_id])
        context |= _removing("ressource", found.public_id, remove_url, "Retirer cette note")
    return render(request, "trajectories/telling_form.html", context)


@require_POST
def resource_note_remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Taken away, or put back: the page of the trajectory offers it for a month."""
    found = _note(request, public_id)
    undo = "undo" in request.POST
    operations.remove_resource_note(by=request.user, note=found, removed=not undo)
    gone = "La note est retirée. Elle se remet d’ici un mois, au bas de cette page."
    messages.success(request, "La note a retrouvé sa place." if undo else gone)
    return redirect("effects", found.trajectory.public_id)


def _page_of(trajectory: Trajectory) -> str:
    return reverse("effects", args=[trajectory.public_id])


def _page(trajectory: Trajectory, form: Any, both: list[Overtaken], heading: str) -> dict[str, Any]:
    return {
        "form": form,
        "both": both,
        "trajectory": trajectory,
        "structure": trajectory.structure,
        "heading": heading,
        "lede": "",
        "cancel_url": _page_of(trajectory),
    }


def _removing(kind: str, public_id: UUID, url: str, label: str) -> dict[str, Any]:
    return {"kind": kind, "public_id": public_id, "remove_url": url, "remove": label}
