"""Pages of the end of a trajectory: close it, write its review again, come back on it, note the news."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import PageDraft, draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from trajectories import operations
from trajectories.forms import CloseForm, ClosingForm, NewsForm
from trajectories.models import Closing, FollowUp, Trajectory
from trajectories.permissions import can_close_trajectory, can_steer
from trajectories.views import visible_trajectory

_CLOSING = ["reason", "review", "what_continues"]
_NEWS = ["heard_on", "words"]


def trajectory_close(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    if not can_close_trajectory(request.user, found):
        raise PermissionDenied
    form = CloseForm(request.POST or None, initial=_written_before(found))
    close = partial(operations.close_trajectory, by=request.user, trajectory=found)
    draft = draft_for(request, form)
    if form.is_valid() and carry_out(form, close, **form.cleaned_data) is not None:
        draft_sent(by=request.user, typed=request.POST)
        messages.success(request, "La trajectoire est close. Rien de ce qui y est écrit ne disparaît.")
        return redirect(found)
    lede = (
        "Elle reste lisible, avec son histoire. On n’y ajoute plus ni rencontre ni lecture\u00a0; des nouvelles se "
        "prendront six mois et un an plus tard. Vous avez 30 jours pour revenir sur cette fin."
    )
    return _page(request, form, draft, found, "Clore la trajectoire", lede, submit="Clore la trajectoire")


def _written_before(trajectory: Trajectory) -> dict[str, Any]:
    """The words of an end on which one came back: they are not lost."""
    before = trajectory.closings.first()
    return {name: getattr(before, name) for name in _CLOSING} if before else {}


def closing_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    closings = Closing.objects.visible_to(request.user).standing().select_related("trajectory__structure")
    found = get_object_or_404(closings, public_id=public_id)
    if not can_steer(request.user, found.trajectory):
        raise PermissionDenied
    form = ClosingForm(request.POST or None, initial=_saved(found, _CLOSING))
    return _edit(request, form, found, operations.edit_closing, {"closing": found}, "Le bilan de cette trajectoire")


@require_POST
def trajectory_reopen(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    if not can_close_trajectory(request.user, found):
        raise PermissionDenied
    operations.reopen_trajectory(by=request.user, trajectory=found)
    messages.success(request, "La trajectoire est rouverte. Le bilan déjà écrit est gardé pour la fin.")
    return redirect(found)


def follow_up(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    news = FollowUp.objects.visible_to(request.user).select_related("closing__trajectory__structure")
    found = get_object_or_404(news, public_id=public_id)
    if not can_steer(request.user, found.closing.trajectory):
        raise PermissionDenied
    if found.closing.trajectory.closed_on is None:
        raise Http404
    initial = _saved(found, _NEWS)
    form = NewsForm(request.POST or None, initial=initial | {"heard_on": found.heard_on or timezone.localdate()})
    heading = f"Des nouvelles, {found.months}\u00a0mois après"
    return _edit(request, form, found, operations.write_news, {"follow_up": found}, heading)


def _saved(row: Any, names: list[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} | {"version": row.version}


def _edit(
    request: SignedInRequest, form: Any, row: Any, operation: Any, target: dict[str, Any], heading: str
) -> HttpResponse:
    """The words of a row, written by several people: both texts when one overtook the other."""
    trajectory = row.trajectory if isinstance(row, Closing) else row.closing.trajectory
    names, both = _CLOSING if isinstance(row, Closing) else _NEWS, []
    draft = draft_for(request, form)
    if form.is_valid():
        texts = {name: form.cleaned_data[name] for name in names}
        expected = form.cleaned_data["version"]
        try:
            if carry_out(form, operation, by=request.user, expected_version=expected, **target, **texts):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "C’est enregistré.")
                return redirect(trajectory)
        except StaleEdit:
            both = form.show_both(current=_saved(row, names), version=row.version)
    return _page(request, form, draft, trajectory, heading, "", both=both)


def _page(
    request: SignedInRequest,
    form: Any,
    draft: PageDraft,
    trajectory: Trajectory,
    heading: str,
    lede: str,
    *,
    submit: str = "",
    both: list[Overtaken] | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "draft": draft,
        "both": both or [],
        "trajectory": trajectory,
        "structure": trajectory.structure,
        "heading": heading,
        "lede": lede,
        "submit": submit,
        "cancel_url": trajectory.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)
