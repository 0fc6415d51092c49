"""Where the community meets: what was shared last, what waits for me, what is looked for."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from community.models import Calibration, Contribution, ExperienceReport, ResourceKind, SharedResource
from community.queries import listed, on_dimension, present_among, unanswered_disagreements
from community.views import PER_PAGE, refuse_outsiders
from efc_platform.shared.search import matching, typed_words
from trajectories.models import Dimension, FrameworkVersion

SHOWN = 6


@require_safe
def community(request: SignedInRequest) -> HttpResponse:
    """The latest shared reports; with words, all that holds them; on a dimension, what was worked on there."""
    refuse_outsiders(request.user)
    words, dimensions = typed_words(request.GET.get("q", "")), list(_dimensions())
    chosen = next((one for one in dimensions if one.code == request.GET.get("dimension")), None)
    reports = _reports(request, words, chosen)
    page = Paginator(listed(reports), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "present": present_among((author for one in page for author in one.authors.all()), request.user),
        "words": words,
        "dimensions": dimensions,
        "chosen": chosen,
        "kinds": ResourceKind.choices,
    }
    return render(request, "community/home.html", context | (_found(request, words) if words else _waiting(request)))


def _dimensions() -> QuerySet[Dimension]:
    return Dimension.objects.offered(FrameworkVersion.objects.current()).order_by("position")


def _reports(request: SignedInRequest, words: str, dimension: Dimension | None) -> QuerySet[ExperienceReport]:
    visible = ExperienceReport.objects.visible_to(request.user)
    # One's own drafts are looked for with the rest, and listed apart otherwise.
    reports = matching(visible, words) if words else visible.shared().order_by("-shared_at", "-pk")
    return on_dimension(reports, dimension) if dimension else reports


def _found(request: SignedInRequest, words: str) -> dict[str, Any]:
    contributions = Contribution.objects.visible_to(request.user).standing()
    return {
        "contributions": matching(contributions, words).select_related("report", "author")[:PER_PAGE],
        "resources": matching(SharedResource.objects.visible_to(request.user), words)[:PER_PAGE],
    }


def _waiting(request: SignedInRequest) -> dict[str, Any]:
    """What is mine to go on with."""
    return {
        "drafts": ExperienceReport.objects.drafts().written_by(request.user).order_by("-pk")[:SHOWN],
        "calibrations": Calibration.objects.visible_to(request.user).open().order_by("-opened_at", "-pk")[:SHOWN],
        "unanswered": unanswered_disagreements(request.user)[:SHOWN],
    }
