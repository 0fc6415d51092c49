"""Pages of trials: the list, one trial, what it is, where it has come to, what bears witness to it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from structures.looks import note_look
from structures.models import StructureDocument
from trajectories import operations
from trajectories.carrying import lineage_of
from trajectories.forms import TieDocumentForm, TieForm, TrialChangeForm, TrialEditForm, TrialForm
from trajectories.framework import Framework
from trajectories.models import (
    Intervention,
    InterventionShare,
    NextStep,
    Positioning,
    Trial,
    TrialState,
    UsefulEffect,
)
from trajectories.permissions import can_read_texts, can_steer
from trajectories.queries import level_then
from trajectories.views import visible_trajectory, write_once

# Beyond, one writes better from the intervention itself.
OFFERED = 40


def trials(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The trials of a trajectory, and beside them the form of a new one."""
    found = visible_trajectory(request, public_id)
    steers = can_steer(request.user, found)
    if not can_read_texts(request.user, found) or (request.method == "POST" and not steers):
        raise PermissionDenied
    form = TrialForm(request.POST or None, trajectory=found)
    draft = draft_for(request, form)
    if form.is_valid() and (url := write_once(request, form, operations.start_trial, trajectory=found)):
        messages.success(request, "L’essai est noté. Sa page en dit plus, quand vous voudrez.")
        return redirect(url)
    made = list(found.trials.select_related("dimension"))
    groups = [(state, [one for one in made if one.state == state]) for state in TrialState]
    context = {
        "trajectory": found,
        "structure": found.structure,
        "groups": [(state.label, ones) for state, ones in groups if ones],
        "draft": draft,
        "form": form if steers and (found.closed_on is None or form.is_bound) else None,
    }
    return render(request, "trajectories/trials.html", context)


def _visible(request: SignedInRequest, public_id: UUID) -> Trial:
    visible = Trial.objects.visible_to(request.user).select_related(
        "trajectory__structure", "trajectory__framework_version", "dimension", "criterion", "continues"
    )
    found = get_object_or_404(visible, public_id=public_id)
    note_look(request.user, found.trajectory.structure)
    return found


def _steered(request: SignedInRequest, public_id: UUID) -> Trial:
    found = _visible(request, public_id)
    if not can_steer(request.user, found.trajectory):
        raise PermissionDenied
    return found


def trial(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """All that is known of a trial; for those who steer, where it has come to."""
    found = _visible(request, public_id)
    steers = can_steer(request.user, found.trajectory)
    if request.method == "POST" and not steers:
        raise PermissionDenied
    saved = {"state": found.state, "learnt": found.learnt}
    form = TrialChangeForm(request.POST or None, initial=saved | {"version": found.version})
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        try:
            if _moved(request, found, form):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "L’essai est à jour.")
                return redirect(found)
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    context = {
        "draft": draft,
        "form": form if steers else None,
        "both": both,
        "steers": steers,
        **_told(request, found),
    }
    return render(request, "trajectories/trial.html", context | (_offered(request, found) if steers else {}))


def _moved(request: SignedInRequest, found: Trial, form: TrialChangeForm) -> Trial | None:
    chosen = form.cleaned_data
    return carry_out(
        form,
        operations.change_trial,
        by=request.user,
        trial=found,
        state=TrialState(chosen["state"]),
        learnt=chosen["learnt"],
        on=chosen["moved_on"],
        why=chosen["why"],
        expected_version=chosen["version"],
    )


def _told(request: SignedInRequest, found: Trial) -> dict[str, Any]:
    trajectory, user = found.trajectory, request.user
    framework = Framework.of(trajectory.framework_version)
    tied = _readable(request, found).filter(trials=found).order_by("-occurred_on", "-pk")
    return {
        "trial": found,
        "trajectory": trajectory,
        "structure": trajectory.structure,
        "people": [one.display_name for one in found.people.order_by("first_name", "last_name", "pk")],
        "moves": found.moves.select_related("moved_by"),
        "interventions": tied,
        "documents": StructureDocument.objects.visible_to(user).filter(trials=found),
        "effects": UsefulEffect.objects.visible_to(user).filter(trial=found),
        "readings": [(one, level_then(one, framework)) for one in _positionings(found)],
        "steps": NextStep.objects.visible_to(user).filter(trial=found).select_related("owner"),
        "following": found.continued_by.order_by("pk").first(),
    }


def _readable(request: SignedInRequest, found: Trial) -> QuerySet[Intervention]:
    """The interventions of the trajectory whose account one reads: of the others, even the title is a text."""
    shares = InterventionShare.objects.readable_by(request.user).filter(trajectory=found.trajectory)
    return Intervention.objects.filter(pk__in=shares.values("intervention"))


def _positionings(found: Trial) -> QuerySet[Positioning]:
    """What was read, since the trial was proposed or before it, of what it is about."""
    about = Q(criterion=found.criterion) if found.criterion else Q(pk__in=[])
    about |= Q(dimension__in=lineage_of(found.dimension)) if found.dimension else Q(pk__in=[])
    shared = Positioning.objects.filter(
        about, reading__trajectory=found.trajectory_id, reading__shared_at__isnull=False
    )
    return shared.select_related("reading__framework_version", "criterion").order_by("-reading__read_on", "-pk")[:6]


def _offered(request: SignedInRequest, found: Trial) -> dict[str, Any]:
    """What may still be tied to it, the newest first."""
    return {"tie_form": _tie_form(request, found), "document_form": _document_form(request, found)}


def _tie_form(request: SignedInRequest, found: Trial, data: Any = None) -> TieForm:
    some = _readable(request, found).exclude(trials=found).order_by("-occurred_on", "-pk")
    return TieForm(data, interventions=some if data else some[:OFFERED])


def _document_form(request: SignedInRequest, found: Trial, data: Any = None) -> TieDocumentForm:
    theirs = StructureDocument.objects.visible_to(request.user).filter(structure=found.trajectory.structure_id)
    some = theirs.exclude(trials=found)
    return TieDocumentForm(data, documents=some if data else some[:OFFERED])


@require_POST
def trial_tie(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Ties an intervention, or takes the tie away."""
    found = _steered(request, public_id)
    if "untie" in request.POST:
        named = get_object_or_404(_readable(request, found), public_id=_named(request.POST["untie"]))
        operations.untie_trial(by=request.user, trial=found, intervention=named)
        messages.success(request, "Cette intervention n’est plus reliée à l’essai.")
        return redirect(found)
    form = _tie_form(request, found, request.POST)
    if form.is_valid():
        operations.tie_trial(by=request.user, trial=found, intervention=form.cleaned_data["intervention"])
        messages.success(request, "L’intervention est reliée à l’essai.")
    else:
        messages.error(request, "Choisissez une intervention dans la liste.")
    return redirect(found)


@require_POST
def trial_evidence(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Ties a document of the structure, or takes the tie away."""
    found = _steered(request, public_id)
    if "untie" in request.POST:
        documents = StructureDocument.objects.visible_to(request.user)
        named = get_object_or_404(documents, public_id=_named(request.POST["untie"]))
        operations.untie_evidence(by=request.user, trial=found, document=named)
        messages.success(request, "Ce document n’est plus relié à l’essai.")
        return redirect(found)
    form = _document_form(request, found, request.POST)
    if form.is_valid():
        operations.tie_evidence(by=request.user, trial=found, document=form.cleaned_data["document"])
        messages.success(request, "Le document est relié à l’essai.")
    else:
        messages.error(request, "Choisissez un document dans la liste.")
    return redirect(found)


def _named(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Http404 from None


EDITED = ("title", "gap", "question", "watched", "started_on", "until_on", "with_words")


def trial_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _steered(request, public_id)
    about = found.criterion or found.dimension
    saved = {name: getattr(found, name) for name in EDITED} | {"reason": about.code if about else ""}
    saved["people"] = list(found.people.all())
    form = TrialEditForm(
        request.POST or None,
        trial=found,
        initial=saved | {"version": found.version},
    )
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        version = chosen.pop("version")
        facts = operations.TrialFacts(**chosen | {"people": list(chosen["people"])})
        try:
            if carry_out(
                form, operations.edit_trial, by=request.user, trial=found, expected_version=version, facts=facts
            ):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "L’essai est à jour.")
                return redirect(found)
        except StaleEdit:
            form.cleaned_data["reason"] = form["reason"].value() or ""
            both = form.show_both(current=saved, version=found.version)
    context = {
        "draft": draft,
        "form": form,
        "both": both,
        "trial": found,
        "trajectory": found.trajectory,
        "structure": found.trajectory.structure,
        "heading": f"Dire mieux «\u00a0{found.title}\u00a0»",
        "lede": "",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "trajectories/trial_edit.html", context)


def trial_continue(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """An adapted trial goes on as another, which keeps the link."""
    found = _steered(request, public_id)
    if found.state != TrialState.ADAPTED:
        raise Http404
    told = {"title": found.title, "question": found.question, "dimension": found.dimension_id}
    form = TrialForm(request.POST or None, trajectory=found.trajectory, continues=found, initial=told)
    draft = draft_for(request, form)
    if form.is_valid() and (
        url := write_once(request, form, operations.start_trial, trajectory=found.trajectory, continues=found)
    ):
        messages.success(request, "La suite est notée.")
        return redirect(url)
    context = {
        "draft": draft,
        "form": form,
        "trajectory": found.trajectory,
        "structure": found.trajectory.structure,
        "heading": f"La suite de «\u00a0{found.title}\u00a0»",
        "lede": "Un essai adapté continue par un autre, qui en garde le lien.",
        "submit": "Noter cet essai",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)
