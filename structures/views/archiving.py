"""Pages of a sheet that leaves the lists, and comes back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from efc_platform.shared.forms import carry_out
from structures import operations
from structures.forms import ArchiveForm
from structures.models import Structure
from structures.permissions import can_archive_structure
from structures.views.structures import visible_structure


def structure_archive(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    if not can_archive_structure(request.user):
        raise PermissionDenied
    form = ArchiveForm(request.POST or None)
    if form.is_valid() and _archive(request, form, found):
        messages.success(request, "La fiche est archivée. Vous pouvez la faire revenir à tout moment.")
        return redirect(found)
    context = {
        "form": form,
        "structure": found,
        "heading": "Archiver la fiche",
        "lede": "Elle quitte les listes. Rien n’est effacé\u00a0: tout ce qui a été écrit reste, et elle peut revenir.",
        "submit": "Archiver",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)


def _archive(request: SignedInRequest, form: ArchiveForm, found: Structure) -> Structure | None:
    reason = form.cleaned_data["archive_reason"]
    return carry_out(form, operations.archive_structure, by=request.user, structure=found, reason=reason)


@require_POST
def structure_restore(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    if not can_archive_structure(request.user):
        raise PermissionDenied
    operations.restore_structure(by=request.user, structure=found)
    messages.success(request, f"{found.name} est de retour.")
    return redirect(found)
