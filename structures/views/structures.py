"""Pages of structures: the list, the sheet, how it is written."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import Moved, OperationRefused, StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from structures import operations
from structures.forms import (
    SHEET_FIELDS,
    SheetEditForm,
    SheetNewForm,
)
from structures.likeness import Identity, sheets_alike
from structures.looks import note_look
from structures.models import Structure, ties_of
from structures.permissions import (
    can_appoint_practitioner,
    can_begin_trajectory,
    can_create_structure,
    can_edit_structure,
    can_merge_structures,
    can_see_looks,
)
from structures.queries import current_members, listed, sheet_kept_instead

PER_PAGE = 25


def visible_structure(request: SignedInRequest, public_id: UUID) -> Structure:
    """The sheet at this address; Moved, to the same page of the sheet that it was made one with."""
    found = Structure.objects.visible_to(request.user).filter(public_id=public_id).first()
    if found is None:
        _follow(request, public_id)
        raise Http404
    note_look(request.user, found)
    return found


def _follow(request: SignedInRequest, public_id: UUID) -> None:
    """OperationRefused for what was being written at an old address: its texts are given back."""
    kept = sheet_kept_instead(public_id)
    if kept is None or not Structure.objects.visible_to(request.user).filter(pk=kept.pk).exists():
        return
    if request.method not in {"GET", "HEAD"}:
        raise OperationRefused(
            f"Cette fiche a été réunie à celle de {kept} pendant que vous écriviez : rien n’est enregistré. "
            "Vos textes sont ci-dessous, pour les reprendre sur l’autre fiche."
        )
    raise Moved(request.get_full_path().replace(str(public_id), str(kept.public_id)))


@require_safe
def structures(request: SignedInRequest) -> HttpResponse:
    # PostgreSQL has no NUL in its texts, an address may.
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = Structure.objects.visible_to(request.user).in_french_order()
    if words:
        found = found.matching(words)
    page = Paginator(listed(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "words": words, "can_create": can_create_structure(request.user)}
    return render(request, "structures/list.html", context)


@require_safe
def structure(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    # The open one before those that are closed, the latest first.
    trajectory = found.trajectories.order_by(F("closed_on").desc(nulls_first=True), "-started_on").first()
    is_to_open = trajectory is None or trajectory.closed_on is not None
    context = {
        "structure": found,
        "members": current_members(found),
        "accompaniments": found.accompaniments.current().select_related("practitioner"),
        "cohorts": [place.cohort for place in found.cohort_places.current().select_related("cohort")],
        "figures": found.yearly_figures.first(),
        "trajectory": trajectory,
        "can_begin_trajectory": is_to_open and can_begin_trajectory(request.user, found),
        "can_edit": can_edit_structure(request.user, found),
        "is_member": found.pk in ties_of(request.user).joined,
        "accompanies": found.pk in ties_of(request.user).accompanied,
        "can_appoint": can_appoint_practitioner(request.user),
        "can_see_looks": can_see_looks(request.user, found),
        "alike": sheets_alike(Identity.of(found), but=found) if can_merge_structures(request.user) else [],
        "can_merge": can_merge_structures(request.user),
    }
    return render(request, "structures/detail.html", context)


def _open_once(request: SignedInRequest, form: SheetNewForm) -> str | None:
    def write() -> str:
        sheet = {name: form.cleaned_data[name] for name in SHEET_FIELDS}
        return operations.open_structure(by=request.user, **sheet).get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def structure_new(request: SignedInRequest) -> HttpResponse:
    """Before a second sheet is opened for one structure, those alike are shown."""
    if not can_create_structure(request.user):
        raise PermissionDenied
    form = SheetNewForm(request.POST or None)
    alike = sheets_alike(form.identity()) if form.is_valid() else []
    is_new = not alike or "is_another" in request.POST
    if form.is_valid() and is_new and (url := _open_once(request, form)):
        messages.success(request, f"La fiche de {form.cleaned_data['name']} est ouverte.")
        return redirect(url)
    context = {
        "form": form,
        "heading": "Nouvelle structure",
        "lede": "Le nom suffit pour commencer.",
        "cancel_url": reverse("structures"),
        "looks_alike": True,
        "alike": alike,
        "asks_whether_another": bool(alike),
    }
    return render(request, "structures/sheet_form.html", context)


def structure_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    if not can_edit_structure(request.user, found):
        raise PermissionDenied
    both: list[Overtaken] = []
    form = SheetEditForm(request.POST or None, instance=found, initial={"version": found.version})
    if form.is_valid():
        sheet = {name: form.cleaned_data[name] for name in SHEET_FIELDS}
        expected = form.cleaned_data["version"]
        try:
            if carry_out(
                form, operations.edit_structure, by=request.user, structure=found, expected_version=expected, **sheet
            ):
                messages.success(request, "La fiche est enregistrée.")
                return redirect(found)
        except StaleEdit:
            saved = visible_structure(request, public_id)
            both = form.show_both(current={name: getattr(saved, name) for name in SHEET_FIELDS}, version=saved.version)
    context = {
        "form": form,
        "both": both,
        "structure": found,
        "heading": "La fiche",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "structures/sheet_form.html", context)
