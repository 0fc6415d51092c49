"""The meeting of a round: its dimensions, the widest gaps first, and what was come to on each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for
from efc_platform.shared.errors import StaleEdit
from trajectories import operations
from trajectories.forms import SettlementForm
from trajectories.framework import Framework
from trajectories.meeting import Talk, meeting_of
from trajectories.models import Round
from trajectories.permissions import can_settle
from trajectories.queries import outcome_in_words
from trajectories.views import write_once
from trajectories.views.rounds import visible_round


def _told(talk: Talk, framework: Framework) -> dict[str, Any]:
    return {"talk": talk, "outcomes": [(one, outcome_in_words(one, framework)) for one in talk.settlements]}


@require_safe
def meeting(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Nothing of it exists while the round is blind: its own page says whom it waits for."""
    found = visible_round(request, public_id)
    if not found.is_open:
        return redirect(found)
    held = meeting_of(found)
    context = {
        "round": found,
        "trajectory": found.trajectory,
        "structure": found.trajectory.structure,
        "legend": [one.viewpoint for one in held.views],
        "apart": [_told(one, held.framework) for one in held.apart],
        "alike": [_told(one, held.framework) for one in held.alike],
        "can_settle": len(held.views) > 1 and can_settle(request.user, found),
    }
    return render(request, "trajectories/meeting.html", context)


def settlement(request: SignedInRequest, public_id: UUID, code: str) -> HttpResponse:
    """What was come to on one dimension, beside what each view says of it."""
    found = visible_round(request, public_id)
    if not can_settle(request.user, found):
        raise PermissionDenied
    if not found.is_open:
        return redirect(found)
    dimension = get_object_or_404(found.framework_version.dimensions, code=code)
    held = meeting_of(found)
    talk = next(one for one in held.talks if one.dimension.pk == dimension.pk)
    viewpoints, number = [one.viewpoint for one in held.views], len(talk.settlements)
    form = SettlementForm(
        request.POST or None, viewpoints=viewpoints, levels=held.framework.levels, initial={"version": number}
    )
    draft = draft_for(request, form)
    if form.is_valid() and (url := _settle(request, form, found, talk)):
        messages.success(request, "C’est noté. Rien de ce qui a été lu ne change.")
        return redirect(url)
    context = {
        "form": form,
        "draft": draft,
        "round": found,
        "structure": found.trajectory.structure,
        "dimension": dimension,
        "cancel_url": reverse("meeting", args=[found.public_id]),
    }
    return render(request, "trajectories/settlement.html", context | _told(talk, held.framework))


def _settle(request: SignedInRequest, form: SettlementForm, found: Round, talk: Talk) -> str | None:
    """Overtaken, the form keeps its words: what the other noted is shown beside, and comes first."""
    url = f"{reverse('meeting', args=[found.public_id])}#{talk.dimension.code}"
    try:
        return write_once(request, form, operations.settle_dimension, url, tour=found, dimension=talk.dimension)
    except StaleEdit as overtaken:
        form.renew(len(talk.settlements))
        form.add_error(None, overtaken.message)
        return None
