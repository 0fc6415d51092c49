"""Pages that keep a trajectory moving: open it, its words, trials, promises."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, SentOnceForm, carry_out
from efc_platform.templatetags.french import month
from structures.models import Structure
from trajectories import operations
from trajectories.forms import NextStepForm, OpenTrajectoryForm, TrialChangeForm, TrialForm, WordsForm
from trajectories.framework import Framework
from trajectories.models import Intervention, InterventionShare, NextStep, Trajectory, Trial, TrialState
from trajectories.permissions import can_open_trajectory, can_read_texts, can_steer
from trajectories.views import visible_trajectory


def write_once(
    request: SignedInRequest, form: SentOnceForm, operation: Callable[..., object], url: str, **more: Any
) -> bool:
    """Runs the operation for a form that is valid, once however often it is sent; False leaves the form to show."""
    chosen = {name: value for name, value in form.cleaned_data.items() if name != "client_key"}

    def write() -> str:
        operation(by=request.user, **chosen, **more)
        return url

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write) is not None


WORDS = ["lead_words", "starting_words", "aim", "working_question"]


def trajectory_open(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    structure = get_object_or_404(Structure.objects.visible_to(request.user), public_id=public_id)
    if not can_open_trajectory(request.user, structure):
        raise PermissionDenied
    form = OpenTrajectoryForm(request.POST or None)
    if form.is_valid() and (
        made := carry_out(form, operations.open_trajectory, by=request.user, structure=structure, **form.cleaned_data)
    ):
        messages.success(request, "La trajectoire est ouverte.")
        return redirect(made)
    context = {
        "form": form,
        "structure": structure,
        "heading": "Ouvrir la trajectoire",
        "lede": _comes_back(structure),
        "cancel_url": structure.get_absolute_url(),
        "submit": "Ouvrir",
    }
    return render(request, "pages/form.html", context)


def _comes_back(structure: Structure) -> str:
    """A structure that comes back sets out again, beside what it went through."""
    before = structure.trajectories.filter(closed_on__isnull=False).order_by("-closed_on").first()
    if before is None:
        return "Une structure a une seule trajectoire ouverte à la fois."
    return (
        f"La structure revient\u00a0: sa trajectoire précédente, de {month(before.started_on)} à "
        f"{month(before.closed_on)}, reste lisible, et celle-ci en gardera le lien."
    )


def steered_trajectory(request: SignedInRequest, public_id: UUID) -> Trajectory:
    found = visible_trajectory(request, public_id)
    if not can_steer(request.user, found):
        raise PermissionDenied
    return found


def words(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = steered_trajectory(request, public_id)
    saved = {name: getattr(found, name) for name in WORDS}
    both: list[Overtaken] = []
    form = WordsForm(request.POST or None, initial=saved | {"version": found.version})
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in WORDS}
        try:
            expected = form.cleaned_data["version"]
            if carry_out(
                form, operations.edit_words, by=request.user, trajectory=found, expected_version=expected, **chosen
            ):
                messages.success(request, "Vos mots sont enregistrés.")
                return redirect(found)
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    context = {
        "form": form,
        "both": both,
        "trajectory": found,
        "structure": found.structure,
        "heading": "Nos mots",
        "lede": "Ce que la trajectoire dit d’elle-même, avec les mots de la structure.",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)


def trials(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The trials of a trajectory, and below them the form of a new one."""
    found = visible_trajectory(request, public_id)
    steers = can_steer(request.user, found)
    if not can_read_texts(request.user, found) or (request.method == "POST" and not steers):
        raise PermissionDenied
    form = TrialForm(request.POST or None, framework=Framework.of(found.framework_version))
    url = reverse("trials", args=[found.public_id])
    if form.is_valid() and write_once(request, form, operations.start_trial, url, trajectory=found):
        messages.success(request, "L’essai est noté.")
        return redirect(url)
    made = list(found.trials.select_related("dimension"))
    groups = [(state, [one for one in made if one.state == state]) for state in TrialState]
    context = {
        "trajectory": found,
        "structure": found.structure,
        "groups": [(state.label, ones) for state, ones in groups if ones],
        "form": form if steers and (found.closed_on is None or form.is_bound) else None,
    }
    return render(request, "trajectories/trials.html", context)


def trial(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    visible = Trial.objects.visible_to(request.user).select_related("trajectory__structure")
    found = get_object_or_404(visible, public_id=public_id)
    if not can_steer(request.user, found.trajectory):
        raise PermissionDenied
    both: list[Overtaken] = []
    saved = {"state": found.state, "learnt": found.learnt}
    form = TrialChangeForm(request.POST or None, initial=saved | {"version": found.version})
    if form.is_valid():
        chosen = {"state": TrialState(form.cleaned_data["state"]), "learnt": form.cleaned_data["learnt"]}
        expected = form.cleaned_data["version"]
        try:
            if carry_out(
                form, operations.change_trial, by=request.user, trial=found, expected_version=expected, **chosen
            ):
                messages.success(request, "L’essai est à jour.")
                return redirect("trials", found.trajectory.public_id)
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    context = {
        "form": form,
        "both": both,
        "trajectory": found.trajectory,
        "structure": found.trajectory.structure,
        "heading": found.title,
        "lede": found.question,
        "cancel_url": reverse("trials", args=[found.trajectory.public_id]),
    }
    return render(request, "pages/form.html", context)


def _named(request: SignedInRequest, trajectory: Trajectory) -> Intervention | None:
    """The intervention in which the promise was made, when its page led here."""
    try:
        public_id = UUID(request.GET.get("intervention", ""))
    except ValueError:
        return None
    shares = InterventionShare.objects.readable_by(request.user).filter(trajectory=trajectory)
    return Intervention.objects.filter(pk__in=shares.values("intervention"), public_id=public_id).first()


def next_steps(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Promises to keep and promises kept; below, the form of a new one."""
    found = visible_trajectory(request, public_id)
    if not can_read_texts(request.user, found):
        raise PermissionDenied
    steers = can_steer(request.user, found)
    if request.method == "POST" and not steers:
        raise PermissionDenied
    form = NextStepForm(request.POST or None)
    url = reverse("next_steps", args=[found.public_id])
    if form.is_valid() and write_once(
        request,
        form,
        operations.add_next_step,
        url,
        trajectory=found,
        owner=request.user.person,
        intervention=_named(request, found),
    ):
        messages.success(request, "Le prochain pas est noté.")
        return redirect(url)
    steps = NextStep.objects.visible_to(request.user).filter(trajectory=found).select_related("owner", "done_by")
    context = {
        "trajectory": found,
        "structure": found.structure,
        "open_steps": steps.open(),
        "done_steps": steps.filter(done_at__isnull=False).order_by("-done_at")[:20],
        "form": form if steers and (found.closed_on is None or form.is_bound) else None,
        "can_steer": steers,
    }
    return render(request, "trajectories/next_steps.html", context)


@require_POST
def next_step_done(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(
        NextStep.objects.visible_to(request.user).select_related("trajectory__structure"), public_id=public_id
    )
    if not can_steer(request.user, found.trajectory):
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
