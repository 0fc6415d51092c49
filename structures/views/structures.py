"""Pages of structures: the list, the sheet, how it is written."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from structures import operations
from structures.forms import (
    SHEET_FIELDS,
    SheetEditForm,
    SheetNewForm,
)
from structures.looks import note_look
from structures.models import Structure, ties_of
from structures.permissions import (
    can_appoint_practitioner,
    can_begin_trajectory,
    can_create_structure,
    can_edit_structure,
    can_see_looks,
)
from structures.queries import current_members, listed

PER_PAGE = 25


def visible_structure(request: SignedInRequest, public_id: UUID) -> Structure:
    found = get_object_or_404(Structure.objects.visible_to(request.user), public_id=public_id)
    note_look(request.user, found)
    return found


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
    }
    return render(request, "structures/detail.html", context)


def _open_once(request: SignedInRequest, form: SheetNewForm) -> str | None:
    def write() -> str:
        sheet = {name: form.cleaned_data[name] for name in SHEET_FIELDS}
        return operations.open_structure(by=request.user, **sheet).get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def structure_new(request: SignedInRequest) -> HttpResponse:
    if not can_create_structure(request.user):
        raise PermissionDenied
    form = SheetNewForm(request.POST or None)
    if form.is_valid() and (url := _open_once(request, form)):
        messages.success(request, f"La fiche de {form.cleaned_data['name']} est ouverte.")
        return redirect(url)
    context = {
        "form": form,
        "heading": "Nouvelle structure",
        "lede": "Le nom suffit pour commencer.",
        "cancel_url": reverse("structures"),
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
