"""Pages where a structure writes its own story: its phases, its moments."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.templatetags.french import long_date, month
from trajectories import operations, pictures
from trajectories.forms import MomentEditForm, MomentForm, PhaseEditForm, PhaseForm
from trajectories.models import OwnMoment, Phase, Trajectory
from trajectories.permissions import can_keep_moments, can_read_texts, can_write_phases
from trajectories.views import visible_trajectory, write_once

PHASE = ("kind", "name", "starts_on", "ends_on")
MOMENT = ("happened_on", "title", "words", "is_milestone")


def phases(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The phases of a trajectory, and for those who steer the form of another."""
    found = visible_trajectory(request, public_id)
    steers = can_write_phases(request.user, found)
    if not can_read_texts(request.user, found) or (request.method == "POST" and not steers):
        raise PermissionDenied
    form = PhaseForm(request.POST or None)
    url = reverse("phases", args=[found.public_id])
    if form.is_valid() and write_once(request, form, operations.write_phase, url, trajectory=found):
        messages.success(request, "La phase est notée.")
        return redirect(url)
    noted = list(Phase.objects.visible_to(request.user).filter(trajectory=found))
    context = {
        "trajectory": found,
        "structure": found.structure,
        "bands": pictures.bands_of(noted, found),
        "form": form if steers else None,
        "steers": steers,
    }
    return render(request, "trajectories/phases.html", context)


def _phase(request: SignedInRequest, public_id: UUID) -> Phase:
    visible = Phase.objects.visible_to(request.user).select_related("trajectory__structure")
    found = get_object_or_404(visible, public_id=public_id)
    if not can_write_phases(request.user, found.trajectory):
        raise PermissionDenied
    return found


def phase_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _phase(request, public_id)
    saved = {name: getattr(found, name) for name in PHASE}
    form = PhaseEditForm(request.POST or None, initial=saved | {"version": found.version})
    both: list[Overtaken] = []
    url = reverse("phases", args=[found.trajectory.public_id])
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        expected = chosen.pop("version")
        told = {"trajectory": found.trajectory, "phase": found, "expected_version": expected, **chosen}
        try:
            if carry_out(form, operations.write_phase, by=request.user, **told):
                messages.success(request, "La phase est à jour.")
                return redirect(url)
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    context = _page(
        found.trajectory, form, both, f"La phase «\u00a0{found.label}\u00a0», {month(found.starts_on)}", url
    ) | {
        "kind": "phase",
        "public_id": found.public_id,
        "remove_url": reverse("phase_remove", args=[found.public_id]),
        "remove": "Retirer cette phase",
    }
    return render(request, "trajectories/telling_form.html", context)


@require_POST
def phase_remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _phase(request, public_id)
    operations.remove_phase(by=request.user, phase=found)
    messages.success(request, "La phase est retirée.")
    return redirect("phases", found.trajectory.public_id)


def moment_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    if not can_keep_moments(request.user, found):
        raise PermissionDenied
    form = MomentForm(request.POST or None)
    draft = draft_for(request, form)
    url = reverse("story", args=[found.public_id])
    if form.is_valid() and write_once(request, form, operations.tell_moment, url, trajectory=found):
        messages.success(request, "Ce moment fait partie de l’histoire.")
        return redirect(url)
    lede = "Ce qui a compté pour vous et que rien d’autre ne raconte ici\u00a0: une rencontre, un départ, une décision."
    context = _page(found, form, [], "Raconter un moment", url) | {"draft": draft, "lede": lede, "submit": "Raconter"}
    return render(request, "pages/form.html", context)


def _moment(request: SignedInRequest, public_id: UUID) -> OwnMoment:
    """For those who write them; to whoever only reads them, their page is the story."""
    rows = OwnMoment.objects.select_related("trajectory__structure")
    found = rows.kept_by(request.user).filter(public_id=public_id).first()
    if found:
        return found
    get_object_or_404(rows.visible_to(request.user), public_id=public_id)
    raise PermissionDenied


def own_moment(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _moment(request, public_id)
    saved = {name: getattr(found, name) for name in MOMENT}
    form = MomentEditForm(request.POST or None, initial=saved | {"version": found.version})
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    url = reverse("story", args=[found.trajectory.public_id])
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        expected = chosen.pop("version")
        try:
            if carry_out(
                form, operations.edit_moment, by=request.user, moment=found, expected_version=expected, **chosen
            ):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "Le moment est à jour.")
                return redirect(url)
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    heading = f"Le moment «\u00a0{found.title}\u00a0», {long_date(found.happened_on)}"
    context = _page(found.trajectory, form, both, heading, url) | {"draft": draft}
    if found.removed_at is None:
        context |= {
            "kind": "moment",
            "public_id": found.public_id,
            "remove_url": reverse("moment_remove", args=[found.public_id]),
            "remove": "Retirer ce moment",
        }
    return render(request, "trajectories/telling_form.html", context)


@require_POST
def moment_remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Taken away, or put back: the story offers it for a month."""
    found = _moment(request, public_id)
    undo = "undo" in request.POST
    operations.remove_moment(by=request.user, moment=found, removed=not undo)
    messages.success(
        request,
        "Le moment a retrouvé sa place."
        if undo
        else "Le moment est retiré. Il se remet d’ici un mois, au bas de l’histoire.",
    )
    return redirect("story", found.trajectory.public_id)


def _page(trajectory: Trajectory, form: Any, both: list[Overtaken], heading: str, url: str) -> dict[str, Any]:
    return {
        "form": form,
        "both": both,
        "trajectory": trajectory,
        "structure": trajectory.structure,
        "heading": heading,
        "lede": "",
        "cancel_url": url,
    }
