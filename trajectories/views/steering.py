"""Pages that keep a trajectory moving: open it, its words."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.templatetags.french import month
from structures.models import Structure
from trajectories import operations
from trajectories.forms import OpenTrajectoryForm, WordsForm
from trajectories.models import FrameworkVersion
from trajectories.permissions import can_open_trajectory
from trajectories.views import steered

WORDS = ["lead_words", "starting_words", "aim", "working_question"]


def trajectory_open(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    structure = get_object_or_404(Structure.objects.visible_to(request.user), public_id=public_id)
    if not can_open_trajectory(request.user, structure):
        raise PermissionDenied
    form = OpenTrajectoryForm(request.POST or None, versions=FrameworkVersion.objects.published())
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


def words(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = steered(request, public_id)
    saved = {name: getattr(found, name) for name in WORDS}
    both: list[Overtaken] = []
    form = WordsForm(request.POST or None, initial=saved | {"version": found.version})
    draft = draft_for(request, form)
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in WORDS}
        try:
            expected = form.cleaned_data["version"]
            if carry_out(
                form, operations.edit_words, by=request.user, trajectory=found, expected_version=expected, **chosen
            ):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "Vos mots sont enregistrés.")
                return redirect(found)
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    context = {
        "draft": draft,
        "form": form,
        "both": both,
        "trajectory": found,
        "structure": found.structure,
        "heading": "Nos mots",
        "lede": "Ce que la trajectoire dit d’elle-même, avec les mots de la structure.",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)
