"""What the pages of every kind of import share: the file sent once, its lines by what they become, its columns."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.requests import SignedInRequest
from efc_platform.backstage.downloads import taken_away
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.columns import Layout
from efc_platform.shared.forms import carry_out
from efc_platform.shared.spreadsheets import FORMATS, read_table, written
from structures.forms import ColumnsForm, FileForm
from structures.models import FileImport

PER_PAGE = 20
RECENT = 20


def models_of(page: str) -> list[tuple[str, str]]:
    """The model file of that kind of import, by its format."""
    return [(kind.upper(), reverse(f"{page}_model", args=[kind])) for kind in FORMATS]


def receive_once(
    request: SignedInRequest, form: FileForm, receive: Callable[..., FileImport], **options: Any
) -> str | None:
    """The address of the import; None when the file is refused, beside its field."""
    file, key = form.cleaned_data["file"], form.cleaned_data["client_key"]

    def write() -> str:
        made = receive(by=request.user, name=file.name, content=file.read(), client_key=key, **options)
        return made.get_absolute_url()

    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def moving_part(request: SignedInRequest, found: FileImport) -> HttpResponse | None:
    """To the part that asks for itself until the work is over: where it stands, then the whole page again."""
    if not request.headers.get("HX-Request"):
        return None
    if found.is_at_work:
        return render(request, "structures/_import_state.html", {"import": found})
    return HttpResponse(headers={"HX-Refresh": "true"})


def lines_shown(request: SignedInRequest, found: FileImport, order: Sequence[Any], *related: str) -> dict[str, Any]:
    """How many lines become what, and one page of those asked for; first of `order` that has any otherwise."""
    outcomes = type(order[0])
    counted = dict(found.lines.order_by().values_list("outcome").annotate(Count("pk")))
    counts = {one.value: counted.get(one.value, 0) for one in outcomes}
    asked = request.GET.get("lignes", "")
    shown = asked if asked in outcomes else next((one for one in order if counts[one]), order[0])
    lines = found.lines.filter(outcome=shown)
    page = Paginator(lines.select_related(*related) if related else lines, PER_PAGE)
    return {
        "import": found,
        "counts": counts,
        "outcomes": [(one, counts[one]) for one in outcomes if counts[one]],
        "shown": shown,
        "page_obj": page.get_page(request.GET.get("page")),
    }


def columns_form(
    request: SignedInRequest, found: FileImport, layout: Layout, kind: type[ColumnsForm]
) -> tuple[ColumnsForm, list[tuple[Any, str]]]:
    """The form of what each column is, and each of its fields with what the column holds."""
    rows = read_table(found.file.read()) if found.file else [[]]
    width = max((len(row) for row in rows[: found.heading_row + 10]), default=0)
    headings = (rows[found.heading_row] + [""] * width)[:width]
    form = kind(request.POST or None, found=found, layout=layout, headings=headings)
    below = rows[found.heading_row + 1 :]
    return form, [(form[f"column_{place}"], _examples(below, place)) for place in range(width)]


def _examples(rows: Iterable[Sequence[str]], place: int) -> str:
    said = [row[place] for row in rows if place < len(row) and row[place]]
    return ", ".join(said[:2])


def carried(form: ColumnsForm, operation: Callable[..., None], **arguments: Any) -> bool:
    """Whether it was done; a refusal is written on the form."""

    def write() -> bool:
        operation(**arguments)
        return True

    return bool(carry_out(form, write))


def table_taken_away(name: str, kind: str, table: Iterable[Sequence[Any]]) -> HttpResponseBase:
    if kind not in FORMATS:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return taken_away(StreamingHttpResponse(written(kind, table), content_type=FORMATS[kind], headers=headers))
