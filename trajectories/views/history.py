"""Who changed what in a trajectory, and putting a text back."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.history import page_of_history, text_before
from accounts.models import User
from accounts.requests import SignedInRequest
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import carry_out
from structures.forms import RestoreForm
from trajectories import operations
from trajectories.history import sources_of
from trajectories.models import InterventionShare, Trajectory, Trial
from trajectories.permissions import can_edit_intervention, can_steer
from trajectories.views import visible_trajectory


@require_safe
def trajectory_history(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_trajectory(request, public_id)
    page, lines = page_of_history(sources_of(found, request.user), request.GET.get("page"))
    context = {
        "trajectory": found,
        "structure": found.structure,
        "page_obj": page,
        "lines": lines,
        "heading": "Qui a changé quoi dans la trajectoire",
    }
    return render(request, "structures/history.html", context)


@dataclass(frozen=True)
class _Written:
    """The row whose text would be put back: what it says now, its version, who may edit it, and the edit itself."""

    current: str
    version: int
    is_allowed: bool
    write: Callable[..., object]


def text_restore(request: SignedInRequest, public_id: UUID, kind: str, event_id: int, column: str) -> HttpResponse:
    """Both texts, then the older one written back as any edit is."""
    found = visible_trajectory(request, public_id)
    source = next((one for one in sources_of(found, request.user) if one.name == kind), None)
    before = text_before(source, event_id, column) if source else None
    if source is None or before is None or kind not in _WRITTEN:
        raise Http404
    written = _WRITTEN[kind](request.user, before.pgh_obj_id, column)
    if not written.is_allowed:
        raise PermissionDenied
    text = getattr(before, column)
    form = RestoreForm(request.POST or None, initial={"version": written.version})
    if form.is_valid():
        expected = form.cleaned_data["version"]
        try:
            if _restored(form, written, by=request.user, text=text, expected_version=expected):
                messages.success(request, "Le texte est rétabli.")
                return redirect(reverse("trajectory_history", args=[found.public_id]))
        except StaleEdit:
            form.renew(written.version)
    context = {
        "form": form,
        "structure": found.structure,
        "label": source.columns[column],
        "current": written.current,
        "earlier": text,
        "cancel_url": reverse("trajectory_history", args=[found.public_id]),
    }
    return render(request, "structures/restore.html", context)


def _restored(form: RestoreForm, written: _Written, **arguments: object) -> bool:
    def write(**given: object) -> bool:
        written.write(**given)
        return True

    return bool(carry_out(form, write, **arguments))


def _words(user: User, pk: int, column: str) -> _Written:
    row = Trajectory.objects.visible_to(user).select_related("structure", "starting_words_by").get(pk=pk)

    def write(**given):
        operations.restore_words(trajectory=row, column=column, **given)

    return _Written(getattr(row, column), row.version, can_steer(user, row), write)


def _learnt(user: User, pk: int, column: str) -> _Written:
    row = Trial.objects.visible_to(user).select_related("trajectory__structure").get(pk=pk)

    def write(**given):
        operations.restore_learnt(trial=row, **given)

    return _Written(row.learnt, row.version, column == "learnt" and can_steer(user, row.trajectory), write)


def _account(user: User, pk: int, column: str) -> _Written:
    row = InterventionShare.objects.readable_by(user).select_related("trajectory", "intervention").get(pk=pk)

    def write(**given):
        operations.restore_account(share=row, column=column, **given)

    return _Written(
        getattr(row, column), row.intervention.version, can_edit_intervention(user, row.intervention), write
    )


_WRITTEN = {"mots": _words, "essais": _learnt, "comptes-rendus": _account}
