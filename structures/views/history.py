"""Who changed what on a structure's sheet, and putting a text back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.history import page_of_history, text_before
from accounts.requests import SignedInRequest
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import carry_out
from structures import operations
from structures.forms import SHEET_FIELDS, RestoreForm
from structures.history import sources_of
from structures.permissions import can_edit_structure
from structures.tabs import tabs_of
from structures.views.structures import visible_structure


@require_safe
def structure_history(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    page, lines = page_of_history(sources_of(found, request.user), request.GET.get("page"))
    context = {
        "structure": found,
        "tabs": tabs_of(request.user, found),
        "page_obj": page,
        "lines": lines,
        "heading": "Qui a changé quoi sur la fiche",
    }
    return render(request, "structures/history.html", context)


def sheet_restore(request: SignedInRequest, public_id: UUID, event_id: int, column: str) -> HttpResponse:
    """Both texts, then the older one written back as any edit of the sheet is."""
    found = visible_structure(request, public_id)
    source = sources_of(found, request.user)[0]
    before = text_before(source, event_id, column)
    if before is None:
        raise Http404
    if not can_edit_structure(request.user, found):
        raise PermissionDenied
    form = RestoreForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        sheet = {name: getattr(found, name) for name in SHEET_FIELDS} | {column: getattr(before, column)}
        expected = form.cleaned_data["version"]
        try:
            if carry_out(
                form, operations.edit_structure, by=request.user, structure=found, expected_version=expected, **sheet
            ):
                messages.success(request, "Le texte est rétabli.")
                return redirect(found)
        except StaleEdit:
            form.renew(found.version)
    context = {
        "form": form,
        "structure": found,
        "label": source.columns[column],
        "current": getattr(found, column),
        "earlier": getattr(before, column),
        "cancel_url": reverse("structure_history", args=[found.public_id]),
    }
    return render(request, "structures/restore.html", context)
