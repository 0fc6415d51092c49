"""The page a leader opens: where we were, what we tried, what we learnt, what comes next."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from structures.models import ties_of
from trajectories import pictures
from trajectories.carrying import lineage_of
from trajectories.endings import around, ending_of
from trajectories.evolution import evolution_of
from trajectories.evolution_pictures import drawn_large, table_of_one
from trajectories.frame import frame_of
from trajectories.framework import Framework
from trajectories.lines import lines_of_dimension
from trajectories.models import Dimension, NextStep, Reading, Trajectory
from trajectories.permissions import (
    can_close_trajectory,
    can_log_intervention,
    can_open_text,
    can_read_texts,
    can_remark_framework,
    can_reopen_trajectory,
    can_see_reports,
    can_steer,
    viewpoints_open_to,
)
from trajectories.queries import crossings_of, figures_of, outcome_in_words, settlements_of
from trajectories.story import story_of
from trajectories.views import visible_trajectory

MOMENTS_SHOWN = 6
WORDS_SHOWN = 12


@require_safe
def trajectory(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    crossings = crossings_of(found)
    moments = story_of(found, request.user, most=MOMENTS_SHOWN + 1)
    steps = NextStep.objects.visible_to(request.user).filter(trajectory=found).open().select_related("owner")
    steers = can_steer(request.user, found)
    # Without a dimension read, the sealed ones are few: it is enough to know whether there are some.
    readings = Reading.objects.visible_to(request.user).filter(trajectory=found)
    readings = readings if crossings.is_empty else readings.drafts()
    reads, logs = can_read_texts(request.user, found), can_log_intervention(request.user, found)
    context = {
        "trajectory": found,
        "structure": found.structure,
        "figures": figures_of(found),
        "crossings": crossings,
        "reads_criteria_only": crossings.is_empty and any(one.shared_at for one in readings),
        "radar": None if crossings.is_empty else pictures.radar_of(crossings),
        "rows": [] if crossings.is_empty else pictures.rows_of(crossings),
        "table": None if crossings.is_empty else pictures.table_of(crossings),
        "steps": steps[:5],
        "moments": moments[:MOMENTS_SHOWN],
        "has_more": len(moments) > MOMENTS_SHOWN,
        "reads_texts": reads,
        "can_open_text": can_open_text(request.user),
        "is_own": reads and not logs,
        "ending": ending_of(found),
        "frame": frame_of(found, request.user),
        "around": around(found),
        "can_close": can_close_trajectory(request.user, found),
        "can_reopen": can_reopen_trajectory(request.user, found),
        "is_member": found.structure_id in ties_of(request.user).joined,
        "can_steer": steers,
        "sees_reports": can_see_reports(request.user, found),
        "can_read": bool(viewpoints_open_to(request.user, found)),
        "can_log": logs and found.closed_on is None,
        "can_plan": steers and found.closed_on is None,
        "drafts": [one for one in readings if not one.is_sealed],
    }
    return render(request, "trajectories/dashboard.html", context)


@require_safe
def dimension(request: SignedInRequest, public_id: UUID, code: str) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    read = get_object_or_404(found.framework_version.dimensions.select_related("axis"), code=code)
    crossings = crossings_of(found)
    reads = can_read_texts(request.user, found)
    lines = lines_of_dimension(read, found, crossings.framework, request.user, with_texts=reads)
    held = {one.positioning.pk: one.ground.held for one in lines.history if one.positioning}
    page = Paginator(lines.history, WORDS_SHOWN).get_page(request.GET.get("page"))
    row = next(one for one in pictures.rows_of(crossings, held) if one.crossing.dimension.pk == read.pk)
    context = {
        "trajectory": found,
        "structure": found.structure,
        "dimension": read,
        "row": row,
        "page_obj": page,
        "history": page.object_list,
        **_over_time(read, found, crossings.framework),
        "markers": read.markers.select_related("level"),
        "criteria": lines.criteria,
        "can_remark": can_remark_framework(request.user, found.framework_version),
        "reads_texts": reads,
        "outcomes": [
            (one, outcome_in_words(one, crossings.framework))
            for one in settlements_of(found, request.user).filter(dimension__in=lineage_of(read))
        ],
    }
    return render(request, "trajectories/dimension.html", context)


def _over_time(read: Dimension, found: Trajectory, framework: Framework) -> dict[str, Any]:
    """The curve and its table; nothing before something was read."""
    evolution = evolution_of(found, framework)
    line = evolution.line_of(read)
    if not line.is_read:
        return {"evolution": evolution}
    drawn = drawn_large(line, evolution)
    return {"evolution": evolution, "drawn": drawn, "table": table_of_one(drawn), "viewpoints": list(line.voices)}
