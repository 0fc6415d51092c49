"""The sheet of a structure, and how its address leads to it."""

from uuid import UUID

from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.shared.errors import Moved, OperationRefused
from structures.likeness import Identity, sheets_alike
from structures.looks import note_look
from structures.models import Structure, commune_of, ties_of
from structures.permissions import (
    can_appoint_practitioner,
    can_archive_structure,
    can_begin_trajectory,
    can_edit_structure,
    can_keep_funding,
    can_merge_structures,
    can_see_addresses,
)
from structures.queries import around, current_members, funding_of, provenance_of, sheet_kept_instead
from structures.tabs import tabs_of


def visible_structure(request: SignedInRequest, public_id: UUID) -> Structure:
    """The sheet at this address; Moved, to the same page of the sheet that it was made one with."""
    found = Structure.objects.visible_to(request.user).filter(public_id=public_id).first()
    if found is None:
        _follow(request, public_id)
        raise Http404
    note_look(request.user, found)
    return found


def _follow(request: SignedInRequest, public_id: UUID) -> None:
    """OperationRefused for what was being written at an old address: its texts are given back."""
    kept = sheet_kept_instead(public_id)
    if kept is None or not Structure.objects.visible_to(request.user).filter(pk=kept.pk).exists():
        return
    if request.method not in {"GET", "HEAD"}:
        raise OperationRefused(
            f"Cette fiche a été réunie à celle de {kept} pendant que vous écriviez : rien n’est enregistré. "
            "Vos textes sont ci-dessous, pour les reprendre sur l’autre fiche."
        )
    raise Moved(request.get_full_path().replace(str(public_id), str(kept.public_id)))


@require_safe
def structure(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    # The open one before those that are closed, the latest first.
    trajectory = found.trajectories.order_by(F("closed_on").desc(nulls_first=True), "-started_on").first()
    is_to_open = trajectory is None or trajectory.closed_on is not None
    context = {
        "structure": found,
        "tabs": tabs_of(request.user, found),
        "members": current_members(found),
        "accompaniments": around(found),
        "cohorts": [place.cohort for place in found.cohort_places.current().select_related("cohort")],
        "funding": funding_of(found),
        "can_keep_funding": can_keep_funding(request.user),
        "commune": commune_of(found.commune_code),
        "figures": found.yearly_figures.first(),
        "last_trajectory": trajectory,
        "can_begin_trajectory": is_to_open and can_begin_trajectory(request.user, found),
        "can_edit": can_edit_structure(request.user, found),
        "sees_addresses": can_see_addresses(request.user, found),
        "is_member": found.pk in ties_of(request.user).joined,
        "accompanies": found.pk in ties_of(request.user).accompanied,
        "can_appoint": can_appoint_practitioner(request.user),
        "alike": sheets_alike(Identity.of(found), but=found) if can_merge_structures(request.user) else [],
        "provenance": provenance_of(found),
        "can_merge": can_merge_structures(request.user),
        "can_archive": can_archive_structure(request.user),
    }
    return render(request, "structures/detail.html", context)
