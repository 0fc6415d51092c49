"""Documents of a structure: their list and the form that adds one; one that is taken away, or removed."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.audit import record_access
from accounts.models import AccessAct
from accounts.requests import SignedInRequest
from efc_platform.backstage.downloads import handed_over
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.forms import carry_out
from structures import operations
from structures.forms import DocumentForm
from structures.looks import is_outside
from structures.models import Structure, StructureDocument
from structures.permissions import can_keep_documents, can_read_documents, can_remove_document
from structures.queries import room_taken
from structures.tabs import tabs_of
from structures.views.structures import visible_structure

PER_PAGE = 15


def documents(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Those that are there, the latest first, and the form of one more."""
    found = visible_structure(request, public_id)
    keeps = can_keep_documents(request.user, found)
    if not can_read_documents(request.user, found) or (request.method == "POST" and not keeps):
        raise PermissionDenied
    form = DocumentForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (url := _add_once(request, form, found)):
        messages.success(request, "Le document est ajouté.")
        return redirect(url)
    kept = StructureDocument.objects.visible_to(request.user).filter(structure=found)
    page = Paginator(kept.select_related("file", "added_by"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "structure": found,
        "tabs": tabs_of(request.user, found),
        "form": form,
        "keeps": keeps,
        "page_obj": page,
        "removable": {one.pk for one in page if can_remove_document(request.user, one)},
        "room_taken": room_taken(found),
        "room": settings.DOCUMENTS_BYTES // 1_000_000,
    }
    return render(request, "structures/documents.html", context)


def _add_once(request: SignedInRequest, form: DocumentForm, found: Structure) -> str | None:
    def write() -> str:
        told = {name: form.cleaned_data[name] for name in ("title", "about")}
        operations.add_document(by=request.user, structure=found, upload=form.cleaned_data["file"], **told)
        return reverse("documents", args=[found.public_id])

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def _visible(request: SignedInRequest, public_id: UUID) -> StructureDocument:
    known = StructureDocument.objects.visible_to(request.user).select_related("structure", "file", "added_by")
    return get_object_or_404(known, public_id=public_id)


@require_safe
def document(request: SignedInRequest, public_id: UUID) -> FileResponse:
    """The file itself, which no browser runs; that it was taken away is noted."""
    found = _visible(request, public_id)
    if not found.file.is_there:
        raise Http404
    outside = is_outside(request.user, found.structure)
    record_access(
        by=request.user, act=AccessAct.DOWNLOADED, about=found, structure=found.structure, from_outside=outside
    )
    return handed_over(found.file)


def document_remove(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asked before it is done: nobody gives the file back."""
    found = _visible(request, public_id)
    if not can_remove_document(request.user, found):
        raise PermissionDenied
    back = reverse("documents", args=[found.structure.public_id])
    if request.method == "POST":
        operations.remove_document(by=request.user, document=found)
        messages.success(request, f"Le document «\u00a0{found.title}\u00a0» est retiré.")
        return redirect(back)
    context = {"document": found, "structure": found.structure, "cancel_url": back}
    return render(request, "structures/document_remove.html", context)
