"""Pages of next steps: those of a trajectory, one to say better, kept, set aside."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import Truncator
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from trajectories import operations
from trajectories.forms import NextStepEditForm, NextStepForm, SetAsideForm
from trajectories.models import Intervention, InterventionShare, NextStep, Trajectory
from trajectories.permissions import can_keep_step, can_read_texts, can_steer
from trajectories.views import visible_trajectory, write_once

SHOWN = 20


def _named(request: SignedInRequest, trajectory: Trajectory) -> Intervention | None:
    """The intervention in which the promise was made, when its page led here."""
    try:
        public_id = UUID(request.GET.get("intervention", ""))
    except ValueError:
        return None
    shares = InterventionShare.objects.readable_by(request.user).filter(trajectory=trajectory)
    return Intervention.objects.filter(pk__in=shares.values("intervention"), public_id=public_id).first()


def next_steps(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Promises to keep, kept and set aside; beside them, the form of a new one, made in a trial when its page led
    here."""
    found = visible_trajectory(request, public_id)
    if not can_read_texts(request.user, found):
        raise PermissionDenied
    steers = can_steer(request.user, found)
    if request.method == "POST" and not steers:
        raise PermissionDenied
    told = {"owner": request.user.person_id, "trial": request.GET.get("essai", "")}
    form = NextStepForm(request.POST or None, trajectory=found, initial=told)
    url = reverse("next_steps", args=[found.public_id])
    if form.is_valid() and write_once(
        request, form, operations.add_next_step, url, trajectory=found, intervention=_named(request, found)
    ):
        messages.success(request, "Le prochain pas est noté.")
        return redirect(url)
    steps = NextStep.objects.visible_to(request.user).filter(trajectory=found)
    past = steps.select_related("done_by", "set_aside_by")
    context = {
        "trajectory": found,
        "structure": found.structure,
        "open_steps": steps.open().select_related("owner", "trial"),
        "done_steps": past.filter(done_at__isnull=False).order_by("-done_at")[:SHOWN],
        "set_aside_steps": past.filter(set_aside_at__isnull=False).order_by("-set_aside_at")[:SHOWN],
        "form": form if steers and (found.closed_on is None or form.is_bound) else None,
        "can_steer": steers,
    }
    return render(request, "trajectories/next_steps.html", context)


def _visible(request: SignedInRequest, public_id: UUID) -> NextStep:
    visible = NextStep.objects.visible_to(request.user).select_related("trajectory__structure", "trial")
    return get_object_or_404(visible, public_id=public_id)


def _steered(request: SignedInRequest, public_id: UUID) -> NextStep:
    found = _visible(request, public_id)
    if not can_steer(request.user, found.trajectory):
        raise PermissionDenied
    return found


@require_POST
def next_step_done(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if not can_keep_step(request.user, found):
        raise PermissionDenied
    undo = "undo" in request.POST
    operations.complete_next_step(by=request.user, step=found, done=not undo)
    messages.success(
        request, "C’est remis à faire." if undo else "C’est fait\u00a0: bravo, et merci pour les suivants."
    )
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if is_ours else reverse("next_steps", args=[found.trajectory.public_id]))


def next_step_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _steered(request, public_id)
    saved = {
        "text": found.text,
        "due_on": found.due_on,
        "owner": found.owner_id,
        "owner_words": found.owner_words,
        "trial": found.trial.public_id if found.trial else None,
    }
    form = NextStepEditForm(
        request.POST or None, trajectory=found.trajectory, initial=saved | {"version": found.version}
    )
    both: list[Overtaken] = []
    url = reverse("next_steps", args=[found.trajectory.public_id])
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        expected = chosen.pop("version")
        try:
            if carry_out(
                form, operations.edit_next_step, by=request.user, step=found, expected_version=expected, **chosen
            ):
                messages.success(request, "Le prochain pas est à jour.")
                return redirect(url)
        except StaleEdit:
            named = saved | {"owner": found.owner, "trial": found.trial}
            both = form.show_both(current=named, version=found.version)
    context = _context(found, form, f"Reprendre «\u00a0{Truncator(found.text).chars(60)}\u00a0»", url) | {
        "both": both,
        "step": found,
    }
    return render(request, "trajectories/next_step.html", context)


def next_step_set_aside(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Not done, and it will not be: with a word why."""
    found = _steered(request, public_id)
    form = SetAsideForm(request.POST or None, initial={"version": found.version})
    url = reverse("next_steps", args=[found.trajectory.public_id])
    if form.is_valid():
        expected, why = form.cleaned_data["version"], form.cleaned_data["why"]
        try:
            if carry_out(
                form,
                operations.set_aside_next_step,
                by=request.user,
                step=found,
                expected_version=expected,
                why=why,
            ):
                messages.success(request, "Ce prochain pas est laissé de côté. Il peut se reprendre.")
                return redirect(url)
        except StaleEdit as stale:
            form.add_error(None, str(stale))
            form.renew(found.version)
    context = _context(found, form, "Laisser de côté", url)
    return render(request, "pages/form.html", context | {"submit": "Laisser de côté"})


def _context(found: NextStep, form: NextStepEditForm | SetAsideForm, verb: str, url: str) -> dict[str, object]:
    return {
        "form": form,
        "trajectory": found.trajectory,
        "structure": found.trajectory.structure,
        "heading": f"{verb} «\u00a0{Truncator(found.text).chars(60)}\u00a0»",
        "lede": "",
        "cancel_url": url,
    }
