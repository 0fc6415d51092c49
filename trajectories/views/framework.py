"""Pages of the référentiel that everybody reads: its versions, one of them, a dimension, two compared, its file."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.downloads import taken_away
from trajectories.carrying import Crosswalk, crosswalk_of
from trajectories.crosswalk import Origin, dropped
from trajectories.framework_checks import Missing, what_is_missing
from trajectories.framework_compare import compare, reasons_between
from trajectories.framework_file import write_file
from trajectories.framework_words import DimensionWords, words_of
from trajectories.models import FrameworkState, FrameworkVersion, PartKind
from trajectories.permissions import can_edit_framework, can_remark_framework
from trajectories.ties import links_of_dimension

# In the address of a draft: its pages without the links that change it.
AS_READER = "lecture"


def visible_framework(request: SignedInRequest, number: int) -> FrameworkVersion:
    """What was published, to everybody; a draft, to those who prepare it and to nobody else."""
    known = FrameworkVersion.objects.visible_to(request.user).select_related("based_on", "published_by", "created_by")
    return get_object_or_404(known, number=number)


def _around(request: SignedInRequest, version: FrameworkVersion) -> dict[str, Any]:
    """What both pages of a version show around its words."""
    can_edit = can_edit_framework(request.user)
    edits = can_edit and version.is_draft and request.GET.get("vue") != AS_READER
    return {"version": version, "edits": edits, "can_edit": can_edit, "is_preview": version.is_draft and not edits}


@require_safe
def frameworks(request: SignedInRequest) -> HttpResponse:
    """Every version one may read, the newest first."""
    versions = list(
        FrameworkVersion.objects.visible_to(request.user).select_related("published_by").order_by("-number")
    )
    published = [one for one in versions if one.state == FrameworkState.PUBLISHED]
    context = {
        "versions": [one for one in versions if not one.is_draft],
        "current": published[0] if published else None,
        "draft": next((one for one in versions if one.is_draft), None),
        "can_edit": can_edit_framework(request.user),
    }
    return render(request, "trajectories/frameworks.html", context)


@require_safe
def framework(request: SignedInRequest, number: int) -> HttpResponse:
    """The axes and their dimensions; of a draft, what is left to write, beside its place."""
    found = visible_framework(request, number)
    around = _around(request, found)
    missing = what_is_missing(words_of(found)) if around["edits"] else []
    context = around | {
        "axes": found.axes.prefetch_related("dimensions"),
        "levels": found.levels.all(),
        "missing": missing,
        "lacking": {one.key for one in missing},
        "previous": found.based_on,
        "may_retire": found.state == FrameworkState.PUBLISHED and FrameworkVersion.objects.published().count() > 1,
        "draft": FrameworkVersion.objects.in_preparation() if around["can_edit"] else None,
    }
    return render(request, "trajectories/framework.html", context)


@require_safe
def framework_dimension(request: SignedInRequest, number: int, code: str) -> HttpResponse:
    """A dimension as it is read: its question, its criteria, its five levels."""
    found = visible_framework(request, number)
    dimension = get_object_or_404(found.dimensions.select_related("axis"), code=code)
    around = _around(request, found)
    context = around | {
        "dimension": dimension,
        "criteria": dimension.criteria.all(),
        "markers": dimension.markers.select_related("level"),
        "missing": _missing_of(found, dimension.key) if around["edits"] else [],
        "can_remark": can_remark_framework(request.user, found),
        "links": links_of_dimension(request.user, dimension),
    }
    return render(request, "trajectories/framework_dimension.html", context)


def _missing_of(version: FrameworkVersion, key: str) -> list[Missing]:
    kinds = {PartKind.DIMENSION, PartKind.MARKERS}
    return [one for one in what_is_missing(words_of(version)) if one.key == key and one.part in kinds]


@require_safe
def framework_changes(request: SignedInRequest, number: int) -> HttpResponse:
    """What was changed in a version, by whom and why, the latest first."""
    found = visible_framework(request, number)
    changes = found.changes.select_related("made_by").order_by("-made_at", "-pk")
    return render(request, "trajectories/framework_changes.html", {"version": found, "changes": changes})


@require_safe
def framework_compare(request: SignedInRequest, number: int, other: int) -> HttpResponse:
    """The newer of the two against the older, whichever the address names first."""
    new, old = (visible_framework(request, one) for one in sorted((number, other), reverse=True))
    context = {"old": old, "new": new, "sections": compare(words_of(old), words_of(new), reasons_between(old, new))}
    return render(request, "trajectories/framework_compare.html", context)


@dataclass(frozen=True)
class OriginLine:
    """A dimension of the newer version, and what it comes from in words."""

    dimension: DimensionWords
    origin: Origin
    sources: tuple[str, ...]


@require_safe
def framework_crosswalk(request: SignedInRequest, number: int) -> HttpResponse:
    """What each dimension comes from in the version before; of a draft, as it is proposed and corrected."""
    found = visible_framework(request, number)
    crosswalk = crosswalk_of(found)
    if crosswalk.old is None:
        raise Http404
    context = _around(request, found) | {
        "old": found.based_on,
        "lines": _lines(crosswalk, {one.key: one.short_name for one in crosswalk.old.dimensions}),
        "corrected": crosswalk.corrected,
        "dropped": dropped(crosswalk.old, crosswalk.origins.values()),
    }
    return render(request, "trajectories/framework_crosswalk.html", context)


def _lines(crosswalk: Crosswalk, names: dict[str, str]) -> list[OriginLine]:
    """In the order of the newer version; one published before any was written has none."""
    told = [(one, crosswalk.origins[one.key]) for one in crosswalk.new.dimensions if one.key in crosswalk.origins]
    return [OriginLine(one, origin, tuple(names[key] for key in origin.sources)) for one, origin in told]


@require_safe
def framework_file(request: SignedInRequest, number: int) -> HttpResponse:
    """The version as a YAML file, in the form that an import reads."""
    found = visible_framework(request, number)
    response = HttpResponse(write_file(words_of(found), found.number), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="referentiel-version-{found.number}.yaml"'
    return taken_away(response)
