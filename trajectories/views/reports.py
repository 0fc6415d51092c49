"""Pages of progress reports: ask, follow, download."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.audit import record_access
from accounts.models import AccessAct
from accounts.requests import SignedInRequest
from efc_platform.backstage.downloads import handed_over
from efc_platform.backstage.models import JobState
from structures.looks import is_outside
from trajectories import operations
from trajectories.forms import ReportForm
from trajectories.models import ProgressReport
from trajectories.permissions import can_request_report, can_see_reports
from trajectories.views import visible_trajectory, write_once

PER_PAGE = 20


def _visible(request: SignedInRequest, public_id: UUID) -> ProgressReport:
    reports = ProgressReport.objects.visible_to(request.user).select_related(
        "trajectory__structure", "job", "file", "requested_by__person"
    )
    return get_object_or_404(reports, public_id=public_id)


def reports(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The reports made so far, and for those who may ask, the form of another."""
    found = visible_trajectory(request, public_id)
    may_ask = can_request_report(request.user, found)
    if not can_see_reports(request.user, found) or (request.method == "POST" and not may_ask):
        raise PermissionDenied
    form = ReportForm(request.POST or None, trajectory=found)
    if form.is_valid() and (url := write_once(request, form, operations.request_progress_report, trajectory=found)):
        return redirect(url)
    made = (
        ProgressReport.objects.visible_to(request.user)
        .filter(trajectory=found)
        .select_related("job", "file", "requested_by__person")
    )
    context = {
        "form": form if may_ask else None,
        "trajectory": found,
        "structure": found.structure,
        "page_obj": Paginator(made, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "trajectories/reports.html", context)


@require_safe
def report(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """How far the report has come; the state alone when htmx asks, and no more asking once it is over.

    Nothing new is answered by nothing: a screen reader is not told the same thing every two seconds.
    """
    found = _visible(request, public_id)
    is_fragment = request.headers.get("HX-Request") == "true"
    if is_fragment and request.GET.get("vu") == found.job.stage:
        return HttpResponse(status=204)
    context = {
        "report": found,
        "job": found.job,
        "trajectory": found.trajectory,
        "structure": found.trajectory.structure,
        "may_ask": can_request_report(request.user, found.trajectory),
    }
    return render(request, "trajectories/_report_state.html" if is_fragment else "trajectories/report.html", context)


@require_safe
def report_file(request: SignedInRequest, public_id: UUID) -> FileResponse:
    found = _visible(request, public_id)
    if found.file is None or not found.file.is_there:
        raise Http404
    structure = found.trajectory.structure
    outside = is_outside(request.user, structure)
    record_access(by=request.user, act=AccessAct.DOWNLOADED, about=found, structure=structure, from_outside=outside)
    return handed_over(found.file)


@require_POST
def report_retry(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if not can_request_report(request.user, found.trajectory):
        raise PermissionDenied
    operations.ask_again(by=request.user, report=found)
    if found.job.state == JobState.FAILED:
        messages.success(request, "Le bilan est de nouveau en préparation.")
    return redirect(found)
