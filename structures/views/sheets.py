"""Writing a structure’s sheet: a new one, or one that is kept; the register and the sheets alike at hand."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from structures import operations
from structures.forms import SHEET_FIELDS, SheetEditForm, SheetForm, SheetNewForm
from structures.likeness import sheets_alike
from structures.models import Structure
from structures.permissions import can_create_structure, can_edit_structure
from structures.views.register import Lookup, asks_register, lookup
from structures.views.structures import visible_structure


def structure_new(request: SignedInRequest) -> HttpResponse:
    """Before a second sheet is opened for one structure, those alike are shown."""
    if not can_create_structure(request.user):
        raise PermissionDenied
    register = lookup(request) if asks_register(request) else Lookup()
    form = SheetNewForm(None if register.typed else request.POST or None, initial=register.typed)
    draft = draft_for(request, form)
    if form.is_valid() and (url := _open_once(request, form)):
        messages.success(request, f"La fiche de {form.cleaned_data['name']} est ouverte.")
        return redirect(url)
    context = {
        "draft": draft,
        "heading": "Nouvelle structure",
        "lede": "Le nom suffit pour commencer.",
        "cancel_url": reverse("structures"),
        "looks_alike": True,
        "alike": sheets_alike(form.identity()) if form.is_bound else [],
        "asks_whether_another": form.is_bound,
    }
    return _show(request, form, register, context)


def _open_once(request: SignedInRequest, form: SheetNewForm) -> str | None:
    def write() -> str:
        # Within the one sending: the same form sent again must not find the sheet that it has just opened.
        if "is_another" not in request.POST and sheets_alike(form.identity()):
            raise OperationRefused("Une fiche ressemble à celle-ci\u00a0: dites si c’est une autre structure.")
        sheet = {name: form.cleaned_data[name] for name in SHEET_FIELDS}
        return operations.open_structure(by=request.user, **sheet).get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def structure_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    if not can_edit_structure(request.user, found):
        raise PermissionDenied
    both: list[Overtaken] = []
    register = lookup(request) if asks_register(request) else Lookup()
    initial = {"version": found.version} | register.typed
    form = SheetEditForm(None if register.typed else request.POST or None, instance=found, initial=initial)
    draft = draft_for(request, form)
    if form.is_valid():
        try:
            if _rewrite(request, form, found):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "La fiche est enregistrée.")
                return redirect(found)
        except StaleEdit:
            saved = visible_structure(request, public_id)
            both = form.show_both(current=_as_read(saved), version=saved.version)
    context = {"draft": draft, "both": both, "structure": found, "heading": "La fiche"}
    return _show(request, form, register, context | {"cancel_url": found.get_absolute_url()})


def _as_read(saved: Structure) -> dict[str, Any]:
    """Without the code of its commune, which nobody reads."""
    return {name: getattr(saved, name) for name in SHEET_FIELDS if name != "commune_code"}


def _rewrite(request: SignedInRequest, form: SheetEditForm, found: Structure) -> Structure | None:
    sheet = {name: form.cleaned_data[name] for name in SHEET_FIELDS}
    expected = form.cleaned_data["version"]
    return carry_out(
        form, operations.edit_structure, by=request.user, structure=found, expected_version=expected, **sheet
    )


def _show(request: SignedInRequest, form: SheetForm, register: Lookup, context: dict[str, Any]) -> HttpResponse:
    shown = {field.name for field in form.visible_fields()}
    otherwise = [(form.fields[name].label, value) for name, value in register.otherwise if name in shown]
    page = {"form": form, "register": register, "otherwise": otherwise} | context
    return render(request, "structures/sheet_form.html", page)
