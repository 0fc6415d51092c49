"""Pages of time: one's own, and the network's."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.audit import record_access
from accounts.models import AccessAct
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from efc_platform.backstage.downloads import taken_away
from efc_platform.shared.forms import DayField
from efc_platform.shared.spreadsheets import FORMATS, table_of, written
from trajectories.exports import network_interventions, own_interventions
from trajectories.timesheets import (
    COLUMNS,
    GROUPINGS,
    OWN_COLUMNS,
    Behind,
    Line,
    Total,
    behind_total,
    lines_of,
    network_minutes,
    network_parts,
    network_shares,
    network_totals,
    own_parts,
)

# Three months until today, unless one chooses; and no more than three years at a time.
USUAL, LONGEST = timedelta(days=91), timedelta(days=3 * 366)
# Behind a number, on a page; the file has them all.
SHOWN = 25
PER_PAGE = 60


class PeriodForm(forms.Form):
    """From a day to another, both included."""

    du = DayField(label="Du")
    au = DayField(label="Au")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("du"), cleaned.get("au")
        if start and end and not timedelta() <= end - start <= LONGEST:
            raise forms.ValidationError("La fin vient après le début, trois ans après au plus.")
        return cleaned


def _period(request: HttpRequest) -> tuple[PeriodForm, date, date]:
    """The one asked for; the last months, when none is, or when it is none."""
    today = timezone.localdate()
    usual = {"du": today - USUAL, "au": today}
    is_asked = "du" in request.GET or "au" in request.GET
    form = PeriodForm(request.GET if is_asked else None, initial=usual)
    if is_asked and form.is_valid():
        return form, form.cleaned_data["du"], form.cleaned_data["au"]
    return form, usual["du"], usual["au"]


def _grouping(request: HttpRequest, groupings: Sequence[str]) -> str:
    chosen = request.GET.get("par", "")
    return chosen if chosen in groupings else groupings[0]


def _page(
    request: HttpRequest, name: str, lines: Sequence[Line | Total], groupings: Sequence[str], rows: str
) -> dict[str, Any]:
    form, start, end = _period(request)
    grouping = _grouping(request, groupings)
    asked: dict[str, Any] = {"du": start.isoformat(), "au": end.isoformat()}
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    at = {"page": page.number} if page.number > 1 else {}
    here = f"{reverse(name)}?{urlencode(asked | {'par': grouping} | at)}"
    return {
        "form": form,
        "start": start,
        "end": end,
        "grouping": GROUPINGS[grouping][0],
        "groupings": [
            (GROUPINGS[key][0], f"{reverse(name)}?{urlencode(asked | {'par': key})}", key == grouping)
            for key in groupings
        ],
        "par": grouping,
        "here": here,
        "page_obj": page,
        "may_repeat": grouping in {"promotion", "operation"},
        "has_whole": name == "my_time",
        "files": _files(f"{name}_export", asked),
        "interventions": _files(rows, asked),
    }


def _files(name: str, asked: dict[str, str]) -> list[tuple[str, str]]:
    return [(kind.upper(), f"{reverse(name, args=[kind])}?{urlencode(asked)}") for kind in FORMATS]


def _refuse_without(request: SignedInRequest, act: str) -> None:
    if not is_permitted(request.user, act):
        raise PermissionDenied


@require_safe
def my_time(request: SignedInRequest) -> HttpResponse:
    """What one did, for oneself alone."""
    _refuse_without(request, "accompany_structure")
    _form, start, end = _period(request)
    parts, groupings = own_parts(request.user, start, end), list(GROUPINGS)
    lines = lines_of(parts, _grouping(request, groupings))
    behind = next((line for line in lines if line.key == request.GET.get("ligne")), None)
    context = {
        **_page(request, "my_time", lines, groupings, "own_interventions_export"),
        "whole": sum(one.total for one in parts),
        "behind": Behind(behind.label, behind.parts[:SHOWN], len(behind.parts)) if behind else None,
    }
    return render(request, "trajectories/my_time.html", context)


@require_safe
def network_time(request: SignedInRequest) -> HttpResponse:
    """Totals, and never who: what one does is not set beside what another does."""
    _refuse_without(request, "see_network_figures")
    _form, start, end = _period(request)
    groupings, during = ["structure", "operation", "modalite"], network_shares(start, end)
    grouping, key = _grouping(request, groupings), request.GET.get("ligne", "")
    lines = network_totals(during, grouping)
    context = {
        **_page(request, "network_time", lines, groupings, "network_interventions_export"),
        "meeting": network_minutes(during),
        "behind": behind_total(during, grouping, key, SHOWN) if key else None,
    }
    return render(request, "trajectories/network_time.html", context)


@require_safe
def my_time_export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    _refuse_without(request, "accompany_structure")
    _form, start, end = _period(request)
    return _file("mon-temps", kind, table_of(OWN_COLUMNS, own_parts(request.user, start, end)))


@require_safe
def network_time_export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    _refuse_without(request, "see_network_figures")
    _form, start, end = _period(request)
    record_access(by=request.user, act=AccessAct.DOWNLOADED, kind="time")
    return _file("temps-du-reseau", kind, table_of(COLUMNS, network_parts(network_shares(start, end))))


@require_safe
def own_interventions_export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """The interventions themselves, with what one reads of them: that it was taken away is noted."""
    _refuse_without(request, "accompany_structure")
    _form, start, end = _period(request)
    record_access(by=request.user, act=AccessAct.DOWNLOADED, kind="interventions")
    return _file("mes-interventions", kind, own_interventions(request.user, start, end))


@require_safe
def network_interventions_export(request: SignedInRequest, kind: str) -> HttpResponseBase:
    """Everybody's, without who led them, and without a text that one does not read."""
    _refuse_without(request, "see_network_figures")
    _form, start, end = _period(request)
    record_access(by=request.user, act=AccessAct.DOWNLOADED, kind="interventions")
    return _file("interventions-du-reseau", kind, network_interventions(request.user, start, end))


def _file(name: str, kind: str, table: Iterable[Sequence[Any]]) -> HttpResponseBase:
    if kind not in FORMATS:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{name}-{timezone.localdate().isoformat()}.{kind}"'}
    return taken_away(StreamingHttpResponse(written(kind, table), content_type=FORMATS[kind], headers=headers))
