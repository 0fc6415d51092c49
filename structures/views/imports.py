"""Pages of an import: the file brought, line by line what it would do, then what it did; and what is taken away."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record_access
from accounts.models import AccessAct
from accounts.requests import SignedInRequest
from structures import exports, operations
from structures.directory import Asked
from structures.forms import DecisionsForm, ImportForm, StructureColumnsForm
from structures.forms.imports import REPLACE
from structures.imports import LAYOUT
from structures.models import ImportState, Outcome, Structure, StructureImport
from structures.permissions import can_import_structures
from structures.queries import listed
from structures.views.importing import (
    RECENT,
    carried,
    columns_form,
    lines_shown,
    models_of,
    moving_part,
    receive_once,
    table_taken_away,
)

# Those that ask for something first.
ORDER = [Outcome.DOUBT, Outcome.REFUSED, Outcome.CREATE, Outcome.UPDATE, Outcome.SAME]


def _coordination_only(request: SignedInRequest) -> None:
    if not can_import_structures(request.user):
        raise PermissionDenied


def _visible(request: SignedInRequest, public_id: UUID) -> StructureImport:
    _coordination_only(request)
    known = StructureImport.objects.visible_to(request.user).select_related("job", "file", "made_by__person")
    return get_object_or_404(known, public_id=public_id)


def imports(request: SignedInRequest) -> HttpResponse:
    """A file is brought; those brought lately are below."""
    _coordination_only(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        replaces = form.cleaned_data["replaces"] == REPLACE
        if url := receive_once(request, form, operations.receive_import, replaces=replaces):
            return redirect(url)
    recent = StructureImport.objects.visible_to(request.user).select_related("made_by__person")[:RECENT]
    context = {"form": form, "recent": recent, "models": models_of("import")}
    return render(request, "structures/imports.html", context)


def structure_import(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Where it stands; its lines, those to decide first. The part that moves asks for itself until it is over."""
    found = _visible(request, public_id)
    if (part := moving_part(request, found)) is not None:
        return part
    context = lines_shown(request, found, ORDER, "candidate", "made")
    if request.method == "POST":
        return _decide(request, found, context["page_obj"])
    is_decidable = found.state == ImportState.ANALYSED and context["shown"] == Outcome.DOUBT
    return render(request, "structures/import.html", context | {"decidable": is_decidable})


def _decide(request: SignedInRequest, found: StructureImport, page: Any) -> HttpResponse:
    form = DecisionsForm(request.POST, lines=list(page))
    if form.is_valid():
        decided = operations.decide_lines(by=request.user, found=found, choices=form.choices())
        many = "s" if decided > 1 else ""
        messages.success(request, f"{decided} ligne{many} décidée{many}. Rien n’est encore écrit dans les fiches.")
    following = min(page.number + 1, page.paginator.num_pages)
    return redirect(f"{found.get_absolute_url()}?lignes={Outcome.DOUBT}&page={following}")


def import_columns(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What each column is, with what it holds."""
    found = _visible(request, public_id)
    if found.state != ImportState.ANALYSED or found.file is None:
        return redirect(found)
    form, columns = columns_form(request, found, LAYOUT, StructureColumnsForm)
    if form.is_valid():
        told = {"columns": form.columns(), "replaces": form.cleaned_data["replaces"] == REPLACE}
        if carried(form, operations.set_import_columns, by=request.user, found=found, **told):
            return redirect(found)
    context = {"import": found, "form": form, "columns": columns, "fields": LAYOUT.fields}
    return render(request, "structures/import_columns.html", context)


@require_POST
def import_write(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if found.state == ImportState.ANALYSED:
        operations.write_import(by=request.user, found=found)
    return redirect(found)


@require_POST
def import_undo(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if found.state == ImportState.WRITTEN:
        operations.undo_import(by=request.user, found=found)
    return redirect(found)


@require_POST
def import_retry(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    operations.retry_import(by=request.user, found=found)
    return redirect(found)


@require_safe
def import_refused(request: SignedInRequest, public_id: UUID, kind: str) -> HttpResponseBase:
    """The refused lines, as a file with a column that says why."""
    found = _visible(request, public_id)
    record_access(by=request.user, act=AccessAct.DOWNLOADED, kind="import")
    return table_taken_away("lignes-refusees", kind, exports.refused(found))


@require_safe
def import_model(request: SignedInRequest, kind: str) -> HttpResponseBase:
    _coordination_only(request)
    return table_taken_away("modele-structures", kind, exports.model_file())


@require_safe
def structures_export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The sheets that one sees, those that the list shows: what is taken away is noted."""
    found = Asked.of(request.GET).in_order(Structure.objects.visible_to(request.user))
    record_access(by=request.user, act=AccessAct.DOWNLOADED, kind="structures")
    return table_taken_away(f"structures-{timezone.localdate().isoformat()}", kind, exports.sheets(listed(found)))
