"""Beside an account: the team's notes, what its readers answer; and the network's own modalities."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.templatetags.french import long_date
from trajectories import operations
from trajectories.forms import ModalityChangeForm, ModalityForm, RemarkAnswerForm, RemarkForm, TeamNoteForm
from trajectories.models import AccountRemark, AddedModality, Intervention, InterventionShare, TeamNote
from trajectories.permissions import can_answer_remark, can_keep_modalities, can_remark_account, can_write_team_note
from trajectories.views.interventions import part_of

NOTE = ("preparation", "debrief")


def _visible(request: SignedInRequest, public_id: UUID) -> Intervention:
    interventions = Intervention.objects.visible_to(request.user).prefetch_related(
        "shares__trajectory__structure", "shares__trajectory__framework_version"
    )
    return get_object_or_404(interventions, public_id=public_id)


def team_note(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One's own note, written or taken up again."""
    found = _visible(request, public_id)
    share = part_of(request, found)
    if not can_write_team_note(request.user, share.trajectory):
        raise PermissionDenied
    mine = TeamNote.objects.visible_to(request.user).filter(
        intervention=found, trajectory=share.trajectory, author=request.user.person_id
    )
    note = mine.first()
    saved = {name: getattr(note, name) if note else "" for name in NOTE}
    form = TeamNoteForm(request.POST or None, initial=saved | {"version": note.version if note else None})
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        try:
            if carry_out(form, _write_note, request=request, share=share, cleaned=form.cleaned_data):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "Votre note est gardée, pour l’équipe.")
                return redirect(found)
        except StaleEdit:
            both = form.show_both(current=saved, version=note.version if note else 0)
    context = _page(share, form, "Ma note pour l’équipe", _LEDE, found.get_absolute_url())
    return render(
        request, "pages/form.html", context | {"both": both, "draft": draft, "overtaken_by": "Un autre onglet"}
    )


_LEDE = "Avant, ce que vous préparez ; après, ce que vos collègues ont besoin d’en savoir. Chacun·e écrit la sienne."


def _page(share: InterventionShare, form: Any, heading: str, lede: str, cancel_url: str) -> dict[str, Any]:
    return {
        "form": form,
        "heading": f"{heading}, {long_date(share.intervention.occurred_on)}",
        "lede": lede,
        "structure": share.trajectory.structure,
        "cancel_url": cancel_url,
    }


def _write_note(*, request: SignedInRequest, share: InterventionShare, cleaned: dict[str, Any]) -> TeamNote:
    return operations.write_team_note(
        by=request.user,
        intervention=share.intervention,
        trajectory=share.trajectory,
        expected_version=cleaned["version"],
        **{name: cleaned[name] for name in NOTE},
    )


def remark_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Of the account of one's structure; of several, of the one that the address names."""
    found = _visible(request, public_id)
    share = _remarked(request, found)
    form = RemarkForm(request.POST or None)
    draft = draft_for(request, form)

    def write() -> str:
        chosen = {name: form.cleaned_data[name] for name in ("kind", "text")}
        return operations.remark_account(by=request.user, share=share, **chosen).get_absolute_url()

    key = form.cleaned_data["client_key"] if form.is_valid() else None
    if key and (url := carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)):
        messages.success(request, "Votre remarque est partie.")
        return redirect(url)
    lede = "Elle reste à côté du compte rendu, avec la réponse qu’elle reçoit. Rien n’y est effacé."
    context = _page(share, form, "Répondre à ce compte rendu", lede, found.get_absolute_url())
    return render(request, "pages/form.html", context | {"draft": draft, "submit": "Envoyer"})


def _remarked(request: SignedInRequest, found: Intervention) -> InterventionShare:
    readable = InterventionShare.objects.readable_by(request.user).filter(intervention=found)
    mine = [one for one in readable.select_related("trajectory__structure") if can_remark_account(request.user, one)]
    named = [one for one in mine if str(one.trajectory.public_id) == request.GET.get("trajectoire")]
    if not mine:
        raise PermissionDenied
    return (named or mine)[0]


def remark_answer(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    remarks = AccountRemark.objects.visible_to(request.user).select_related(
        "share__trajectory__structure", "share__intervention", "author"
    )
    found = get_object_or_404(remarks, public_id=public_id)
    if not can_answer_remark(request.user, found.share):
        raise PermissionDenied
    url = found.get_absolute_url()
    form = RemarkAnswerForm(request.POST or None, remark=found)
    draft = draft_for(request, form)
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in form.fields}
        if carry_out(form, operations.answer_remark, by=request.user, remark=found, **chosen):
            draft_sent(by=request.user, typed=request.POST)
            messages.success(request, "Votre réponse est partie.")
            return redirect(url)
    lede = f"{found.author.display_name} a écrit\u00a0: «\u00a0{found.text}\u00a0»"
    context = _page(found.share, form, "Répondre à une remarque", lede, url)
    return render(request, "pages/form.html", context | {"draft": draft, "submit": "Répondre"})


def modalities(request: SignedInRequest) -> HttpResponse:
    """The kinds of intervention that the network added, and the form of another one."""
    if not can_keep_modalities(request.user):
        raise PermissionDenied
    form = ModalityForm(request.POST or None)
    made = (
        carry_out(form, operations.add_modality, by=request.user, name=form.cleaned_data["name"])
        if form.is_valid()
        else None
    )
    if made:
        messages.success(request, "La modalité est proposée à tout le réseau.")
        return redirect("modalities")
    context = {
        "form": form,
        "modalities": AddedModality.objects.visible_to(request.user),
        "everybodys": Intervention.modality.field.choices,
    }
    return render(request, "trajectories/modalities.html", context)


def modality(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    if not can_keep_modalities(request.user):
        raise Http404
    found = get_object_or_404(AddedModality.objects.visible_to(request.user), public_id=public_id)
    saved = {"name": found.name, "is_retired": found.retired_on is not None}
    form = ModalityChangeForm(request.POST or None, initial=saved | {"version": found.version})
    both: list[Overtaken] = []
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in saved}
        version = form.cleaned_data["version"]
        try:
            if carry_out(
                form, operations.change_modality, by=request.user, modality=found, expected_version=version, **chosen
            ):
                messages.success(request, "La modalité est à jour.")
                return redirect("modalities")
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    context = {
        "form": form,
        "both": both,
        "heading": f"La modalité «\u00a0{found.name}\u00a0»",
        "lede": "",
        "cancel_url": reverse("modalities"),
    }
    return render(request, "pages/form.html", context)
