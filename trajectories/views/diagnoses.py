"""Pages of the shared diagnosis: read it and answer it, write it, propose it."""

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
from trajectories import operations
from trajectories.forms import DiagnosisAnswerForm, DiagnosisForm
from trajectories.models import DIAGNOSED, Opinion, SharedDiagnosis, Trajectory
from trajectories.permissions import (
    can_answer_diagnosis,
    can_propose_diagnosis,
    can_read_texts,
    can_see_diagnosis,
    can_write_diagnosis,
)
from trajectories.views import visible_trajectory


def diagnosis(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Each version that the person reads, the newest open; for a leader, the answer to it."""
    found = visible_trajectory(request, public_id)
    answers = can_answer_diagnosis(request.user, found)
    if not can_read_texts(request.user, found) or (request.method == "POST" and not answers):
        raise PermissionDenied
    versions = list(_versions(request, found))
    proposed = next((one for one in versions if one.proposed_at), None)
    form = DiagnosisAnswerForm(request.POST or None, initial={"version": proposed.number if proposed else 0})
    draft = draft_for(request, form)
    if proposed and form.is_valid() and _answered(request, form, proposed):
        return redirect(proposed)
    context = {
        "trajectory": found,
        "structure": found.structure,
        "versions": versions,
        "proposed": proposed,
        "form": form if answers and proposed else None,
        "draft": draft,
        "has_validated": proposed is not None and _last_of(request, proposed) == Opinion.VALIDATES,
        "sees_answers": can_see_diagnosis(request.user, found),
        "can_write": can_write_diagnosis(request.user, found) and found.closed_on is None,
        "can_propose": can_propose_diagnosis(request.user, found),
    }
    return render(request, "trajectories/diagnosis.html", context)


def _versions(request: SignedInRequest, trajectory: Trajectory) -> Any:
    visible = SharedDiagnosis.objects.visible_to(request.user).filter(trajectory=trajectory)
    return visible.select_related("trajectory", "created_by").prefetch_related("answers__person")


def _last_of(request: SignedInRequest, one: SharedDiagnosis) -> str:
    mine = [answer.opinion for answer in one.answers.all() if answer.person_id == request.user.person_id]
    return mine[-1] if mine else ""


def _answered(request: SignedInRequest, form: DiagnosisAnswerForm, proposed: SharedDiagnosis) -> bool:
    """One answers what one has read: another version proposed meanwhile is shown first, and the words stay."""
    opinion = Opinion.ASKS if "ask" in request.POST else Opinion.VALIDATES
    given = form.cleaned_data
    words = given["words"] if opinion == Opinion.ASKS else ""
    try:
        made = carry_out(
            form,
            operations.answer_diagnosis,
            by=request.user,
            diagnosis=proposed,
            expected_number=given["version"],
            opinion=opinion,
            words=words,
        )
    except StaleEdit as stale:
        form.renew(proposed.number)
        form.add_error(None, stale.message)
        return False
    if made:
        draft_sent(by=request.user, typed=request.POST)
        messages.success(request, "Merci\u00a0: votre réponse est gardée.")
    return bool(made)


def diagnosis_write(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The draft; without one, the next version, which begins with the words of the last."""
    found = visible_trajectory(request, public_id)
    if not can_write_diagnosis(request.user, found):
        raise PermissionDenied
    last = found.diagnoses.first()
    begun = last if last and last.proposed_at is None else None
    saved = {name: getattr(last, name) for name in DIAGNOSED} if last else {"question": found.working_question}
    both: list[Overtaken] = []
    form = DiagnosisForm(request.POST or None, initial=saved | {"version": begun.version if begun else None})
    draft = draft_for(request, form)
    if form.is_valid():
        texts = {name: form.cleaned_data[name] for name in DIAGNOSED}
        expected = form.cleaned_data["version"] or None
        try:
            if made := carry_out(
                form, operations.write_diagnosis, by=request.user, trajectory=found, expected_version=expected, **texts
            ):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "C’est gardé, en brouillon\u00a0: il sera validé une fois proposé.")
                return redirect(made)
        except StaleEdit:
            both = form.show_both(current=saved, version=begun.version if begun else 0)
    context = {
        "draft": draft,
        "form": form,
        "both": both,
        "trajectory": found,
        "structure": found.structure,
        "heading": "Écrire le diagnostic partagé" if last is None or begun else "Une nouvelle version du diagnostic",
        "lede": "À écrire ensemble, après les lectures. Ni note ni chiffre\u00a0: ce que vous voyez, avec vos mots.",
        "cancel_url": reverse("diagnosis", args=[found.public_id]),
    }
    return render(request, "pages/form.html", context)


@require_POST
def diagnosis_propose(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    visible = SharedDiagnosis.objects.visible_to(request.user).select_related("trajectory__structure")
    found = get_object_or_404(visible, public_id=public_id)
    if not can_propose_diagnosis(request.user, found.trajectory):
        raise PermissionDenied
    version = request.POST.get("version", "")
    expected = int(version) if version.isdecimal() else 0
    operations.propose_diagnosis(by=request.user, diagnosis=found, expected_version=expected)
    messages.success(request, "Le diagnostic est proposé\u00a0: la direction est prévenue.")
    return redirect(found)
