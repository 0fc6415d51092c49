"""Pages of an import of past interventions: the file brought, line by line what it would note, then what it noted."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record_access
from accounts.models import AccessAct
from accounts.requests import SignedInRequest
from structures.exports import refused
from structures.forms import ColumnsForm
from structures.models import ImportState
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
from trajectories import exports, operations
from trajectories.forms import InterventionFileForm
from trajectories.imports import LAYOUT
from trajectories.models import InterventionImport, LineOutcome
from trajectories.permissions import can_import_for_others, can_import_interventions


def _refuse_others(request: SignedInRequest) -> None:
    if not can_import_interventions(request.user):
        raise PermissionDenied


def _visible(request: SignedInRequest, public_id: UUID) -> InterventionImport:
    known = InterventionImport.objects.visible_to(request.user).select_related("job", "file", "made_by__person")
    return get_object_or_404(known, public_id=public_id)


def intervention_imports(request: SignedInRequest) -> HttpResponse:
    """A file is brought; one's own latest ones are below."""
    _refuse_others(request)
    form = InterventionFileForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (url := receive_once(request, form, operations.receive_interventions)):
        return redirect(url)
    context = {
        "form": form,
        "recent": InterventionImport.objects.visible_to(request.user).select_related("made_by__person")[:RECENT],
        "models": models_of("intervention_import"),
        "is_for_others": can_import_for_others(request.user),
    }
    return render(request, "trajectories/intervention_imports.html", context)


@require_safe
def intervention_import(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Where it stands; its lines, those to mend first. The part that moves asks for itself until it is over."""
    found = _visible(request, public_id)
    if (part := moving_part(request, found)) is not None:
        return part
    context = lines_shown(request, found, list(LineOutcome), "trajectory__structure", "made")
    return render(request, "trajectories/intervention_import.html", context)


def intervention_import_columns(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What each column is, with what it holds."""
    found = _visible(request, public_id)
    if found.state != ImportState.ANALYSED or found.file is None:
        return redirect(found)
    form, columns = columns_form(request, found, LAYOUT, ColumnsForm)
    if form.is_valid() and carried(
        form, operations.set_intervention_columns, by=request.user, found=found, columns=form.columns()
    ):
        return redirect(found)
    context = {"import": found, "form": form, "columns": columns, "fields": LAYOUT.fields}
    return render(request, "trajectories/intervention_import_columns.html", context)


@require_POST
def intervention_import_write(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if found.state == ImportState.ANALYSED:
        operations.write_interventions(by=request.user, found=found)
    return redirect(found)


@require_POST
def intervention_import_undo(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if found.state == ImportState.WRITTEN:
        operations.undo_interventions(by=request.user, found=found)
    return redirect(found)


@require_POST
def intervention_import_retry(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    operations.retry_interventions(by=request.user, found=found)
    return redirect(found)


@require_safe
def intervention_import_refused(request: SignedInRequest, public_id: UUID, kind: str) -> HttpResponseBase:
    """The lines to mend, as a file with a column that says why."""
    found = _visible(request, public_id)
    record_access(by=request.user, act=AccessAct.DOWNLOADED, kind="import")
    return table_taken_away("lignes-a-corriger", kind, refused(found, LAYOUT))


@require_safe
def intervention_import_model(request: SignedInRequest, kind: str) -> HttpResponseBase:
    _refuse_others(request)
    return table_taken_away("modele-interventions", kind, exports.model_file())
