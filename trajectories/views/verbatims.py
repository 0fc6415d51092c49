"""Pages of the words that somebody said: note them, correct them, agree that they be read, withdraw them."""

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
from efc_platform.templatetags.french import long_date
from trajectories import operations
from trajectories.forms import AgreementOfVerbatimForm, VerbatimEditForm, VerbatimForm
from trajectories.models import Verbatim, VerbatimCircle
from trajectories.permissions import (
    can_agree_verbatim,
    can_edit_verbatim,
    can_note_verbatim,
    can_read_texts,
    can_withdraw_verbatim,
    speaks_for_themselves,
)
from trajectories.views import visible_trajectory, write_once


def verbatim_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    if not can_note_verbatim(request.user, found):
        raise PermissionDenied
    form = VerbatimForm(request.POST or None, structure=found.structure)
    draft = draft_for(request, form)
    if form.is_valid():
        form.cleaned_data["words"] = form.cleaned_data.pop("said_words")
        if url := write_once(request, form, operations.note_verbatim, trajectory=found):
            messages.success(request, "La parole est notée\u00a0; elle attend l’accord de qui l’a dite.")
            return redirect(url)
    context = {
        "form": form,
        "draft": draft,
        "trajectory": found,
        "structure": found.structure,
        "heading": "Noter une parole",
        "lede": "Mot pour mot. Personne d’autre que vous et la personne qui l’a dite ne la lit avant son accord.",
        "submit": "Noter cette parole",
        "cancel_url": reverse("story", args=[found.public_id]),
    }
    return render(request, "pages/form.html", context)


def _visible(request: SignedInRequest, public_id: UUID) -> Verbatim:
    visible = Verbatim.objects.visible_to(request.user).select_related(
        "trajectory__structure", "said_by", "noted_by", "agreement_noted_by"
    )
    return get_object_or_404(visible, public_id=public_id)


def verbatim(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The words, what was agreed, and for whoever may: agree, correct, withdraw."""
    found = _visible(request, public_id)
    agrees = can_agree_verbatim(request.user, found)
    if request.method == "POST" and not agrees:
        raise PermissionDenied
    form = AgreementOfVerbatimForm(
        request.POST or None,
        is_own=speaks_for_themselves(request.user, found),
        initial={"version": found.version, "agreed_circle": found.agreed_circle, "agreed_on": found.agreed_on},
    )
    if form.is_valid() and _agreed(request, found, form):
        messages.success(request, "L’accord est noté. Il se reprend quand on veut.")
        return redirect(found)
    context = {
        "verbatim": found,
        "structure": found.trajectory.structure,
        "trajectory": found.trajectory,
        "form": form if agrees else None,
        "reads": can_read_texts(request.user, found.trajectory),
        "is_own": found.said_by_id == request.user.person_id,
        "can_edit": can_edit_verbatim(request.user, found),
        "can_withdraw": can_withdraw_verbatim(request.user, found),
    }
    return render(request, "trajectories/verbatim.html", context)


def _agreed(request: SignedInRequest, found: Verbatim, form: AgreementOfVerbatimForm) -> bool:
    chosen = form.cleaned_data
    try:
        return bool(
            carry_out(
                form,
                operations.agree_verbatim,
                by=request.user,
                verbatim=found,
                expected_version=chosen["version"],
                circle=VerbatimCircle(chosen["agreed_circle"]),
                agreed_on=chosen.get("agreed_on"),
            )
        )
    except StaleEdit as stale:
        form.add_error(None, stale.message)
        form.renew(found.version)
        return False


def verbatim_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if not can_edit_verbatim(request.user, found):
        raise PermissionDenied
    saved: dict[str, Any] = {
        "said_on": found.said_on,
        "said_words": found.words,
        "said_by": found.said_by_id,
        "named_as": found.named_as,
    }
    form = VerbatimEditForm(
        request.POST or None, structure=found.trajectory.structure, initial=saved | {"version": found.version}
    )
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        expected, words = chosen.pop("version"), chosen.pop("said_words")
        told = {"verbatim": found, "expected_version": expected, "words": words, **chosen}
        try:
            if carry_out(form, operations.edit_verbatim, by=request.user, **told):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "La parole est corrigée.")
                return redirect(found)
        except StaleEdit:
            both = form.show_both(current=saved | {"said_by": found.said_by}, version=found.version)
    context = {
        "form": form,
        "draft": draft,
        "both": both,
        "structure": found.trajectory.structure,
        "heading": f"Corriger la parole du {long_date(found.said_on)} ({found.named_as})",
        "lede": "Un accord vaut pour les mots qui ont été lus\u00a0: changés, ils attendent un nouvel accord.",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)


@require_POST
def verbatim_withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if not can_withdraw_verbatim(request.user, found):
        raise PermissionDenied
    reads, trajectory = can_read_texts(request.user, found.trajectory), found.trajectory
    operations.withdraw_verbatim(by=request.user, verbatim=found)
    messages.success(
        request, "La parole est retirée\u00a0: ses mots sont effacés, et les bilans qui la disaient aussi."
    )
    return redirect("story", trajectory.public_id) if reads else redirect("home")
