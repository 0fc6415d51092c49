"""Pages of an import: the file brought, line by line what it would do, then what it did; and what is taken away."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record_access
from accounts.models import AccessAct
from accounts.requests import SignedInRequest
from efc_platform.backstage.downloads import taken_away
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.forms import carry_out
from efc_platform.shared.spreadsheets import FORMATS, read_table, written
from structures import exports, operations
from structures.directory import Asked
from structures.forms import ColumnsForm, DecisionsForm, ImportForm
from structures.forms.imports import REPLACE
from structures.imports import FIELDS
from structures.models import ImportState, Outcome, Structure, StructureImport
from structures.permissions import can_import_structures
from structures.queries import listed

PER_PAGE = 20
RECENT = 20


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
    if form.is_valid() and (url := _receive_once(request, form)):
        return redirect(url)
    recent = StructureImport.objects.visible_to(request.user).select_related("made_by__person")[:RECENT]
    return render(request, "structures/imports.html", {"form": form, "recent": recent})


def _receive_once(request: SignedInRequest, form: ImportForm) -> str | None:
    file, key = form.cleaned_data["file"], form.cleaned_data["client_key"]

    def write() -> str:
        return operations.receive_import(
            by=request.user,
            name=file.name,
            content=file.read(),
            replaces=form.cleaned_data["replaces"] == REPLACE,
            client_key=key,
        ).get_absolute_url()

    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def structure_import(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Where it stands; its lines, those to decide first. The part that moves asks for itself until it is over."""
    found = _visible(request, public_id)
    if request.headers.get("HX-Request") and found.is_at_work:
        return render(request, "structures/_import_state.html", {"import": found})
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    counted = dict(found.lines.order_by().values_list("outcome").annotate(Count("pk")))
    counts = {one.value: counted.get(one.value, 0) for one in Outcome}
    shown = _shown(request, counts)
    lines = found.lines.filter(outcome=shown).select_related("candidate", "made")
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    if request.method == "POST":
        return _decide(request, found, page)
    outcomes = [(one, counts[one]) for one in Outcome if counts[one]]
    context = {"import": found, "outcomes": outcomes, "shown": shown, "page_obj": page, "counts": counts}
    return render(request, "structures/import.html", context | {"decidable": _is_decidable(found, shown)})


def _shown(request: SignedInRequest, counts: dict[str, int]) -> str:
    asked = request.GET.get("lignes", "")
    if asked in Outcome:
        return asked
    order = [Outcome.DOUBT, Outcome.REFUSED, Outcome.CREATE, Outcome.UPDATE, Outcome.SAME]
    return next((one for one in order if counts.get(one)), Outcome.CREATE)


def _is_decidable(found: StructureImport, shown: str) -> bool:
    return found.state == ImportState.ANALYSED and shown == Outcome.DOUBT


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
    rows = read_table(found.file.path.read_bytes())
    width = max((len(row) for row in rows[: found.heading_row + 10]), default=0)
    headings = (rows[found.heading_row] + [""] * width)[:width]
    form = ColumnsForm(request.POST or None, found=found, headings=headings)
    if form.is_valid() and _set_columns(request, form, found):
        return redirect(found)
    examples = [_examples(rows[found.heading_row + 1 :], place) for place in range(width)]
    columns = [(form[f"column_{place}"], examples[place]) for place in range(width)]
    context = {"import": found, "form": form, "columns": columns, "fields": FIELDS}
    return render(request, "structures/import_columns.html", context)


def _examples(rows: Iterable[Sequence[str]], place: int) -> str:
    said = [row[place] for row in rows if place < len(row) and row[place]]
    return ", ".join(said[:2])


def _set_columns(request: SignedInRequest, form: ColumnsForm, found: StructureImport) -> bool:
    def write() -> bool:
        replaces = form.cleaned_data["replaces"] == REPLACE
        operations.set_import_columns(by=request.user, found=found, columns=form.columns(), replaces=replaces)
        return True

    return bool(carry_out(form, write))


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
    return _taken_away("lignes-refusees", kind, exports.refused(found))


@require_safe
def import_model(request: SignedInRequest, kind: str) -> HttpResponseBase:
    _coordination_only(request)
    return _taken_away("modele-structures", kind, exports.model_file())


@require_safe
def structures_export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The sheets that one sees, those that the list shows: what is taken away is noted."""
    found = Asked.of(request.GET).in_order(Structure.objects.visible_to(request.user))
    record_access(by=request.user, act=AccessAct.DOWNLOADED, kind="structures")
    return _taken_away(f"structures-{timezone.localdate().isoformat()}", kind, exports.sheets(listed(found)))


def _taken_away(name: str, kind: str, table: Iterable[Sequence[Any]]) -> HttpResponseBase:
    if kind not in FORMATS:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return taken_away(StreamingHttpResponse(written(kind, table), content_type=FORMATS[kind], headers=headers))
