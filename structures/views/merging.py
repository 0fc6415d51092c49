"""Pages of sheets that look alike: the pairs, two side by side, one of both, and back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from efc_platform.shared.forms import carry_out
from efc_platform.shared.search import typed_words
from structures import operations
from structures.forms import AlikeForm, MergeForm
from structures.likeness import Identity, pairs_alike, sheets_alike
from structures.merging import what_stands_in_the_way, what_would_follow
from structures.models import TAKEN_BACK_WITHIN, Structure, StructureMerge
from structures.permissions import can_merge_structures
from structures.views.structures import visible_structure

MOST_PAIRS = 20


def _coordination_only(request: SignedInRequest) -> None:
    if not can_merge_structures(request.user):
        raise PermissionDenied


@require_safe
def duplicates(request: SignedInRequest) -> HttpResponse:
    """The pairs to look at, and what was made one lately."""
    _coordination_only(request)
    recent = StructureMerge.objects.visible_to(request.user).filter(merged_at__gt=timezone.now() - TAKEN_BACK_WITHIN)
    context = {
        "pairs": pairs_alike(MOST_PAIRS),
        "merges": recent.select_related("kept", "merged", "merged_by__person", "undone_by__person")[:MOST_PAIRS],
        "most": MOST_PAIRS,
    }
    return render(request, "structures/duplicates.html", context)


@require_safe
def alike(request: SignedInRequest) -> HttpResponse:
    """A fragment for the sheet being written: those that may be the same, found from what is typed so far."""
    _coordination_only(request)
    return render(request, "structures/_alike.html", {"alike": sheets_alike(AlikeForm(request.GET).identity())})


@require_safe
def merge_search(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The other sheet, among those alike or by its name."""
    _coordination_only(request)
    kept = visible_structure(request, public_id)
    words = typed_words(request.GET.get("q", ""))
    named = (
        Structure.objects.visible_to(request.user).matching(words).exclude(pk=kept.pk).in_french_order()[:MOST_PAIRS]
        if words
        else []
    )
    context = {"structure": kept, "alike": sheets_alike(Identity.of(kept), but=kept), "words": words, "named": named}
    return render(request, "structures/merge_search.html", context)


def merge(request: SignedInRequest, public_id: UUID, other_id: UUID) -> HttpResponse:
    """Both sheets side by side, what follows and what stands in the way; then one of both."""
    _coordination_only(request)
    both = Structure.with_merged.visible_to(request.user)
    kept, merged = (get_object_or_404(both, public_id=one) for one in (public_id, other_id))
    if kept == merged or kept.merged_into_id or merged.merged_into_id:
        # Sent twice, or another made them one meanwhile: where it stands now.
        return redirect(kept)
    form = MergeForm(request.POST or None, kept=kept, merged=merged)
    if form.is_valid() and _merge(request, form):
        messages.success(request, "Les deux fiches n’en font plus qu’une. Vous pouvez le défaire pendant trente jours.")
        return redirect(kept)
    context = {
        "form": form,
        "kept": kept,
        "merged": merged,
        "foreseen": what_would_follow(kept, merged),
        "reasons": what_stands_in_the_way(kept, merged),
    }
    return render(request, "structures/merge.html", context)


def _merge(request: SignedInRequest, form: MergeForm) -> StructureMerge | None:
    both = {"kept": form.kept, "merged": form.merged}
    return carry_out(form, operations.merge_structures, by=request.user, taken=form.taken(), **both)


@require_POST
def merge_undo(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    _coordination_only(request)
    found = get_object_or_404(StructureMerge.objects.visible_to(request.user), public_id=public_id)
    operations.undo_merge(by=request.user, merge=found)
    messages.success(request, f"C’est défait\u00a0: {found.merged} a retrouvé sa fiche.")
    return redirect("duplicates")


@require_POST
def keep_apart(request: SignedInRequest, public_id: UUID, other_id: UUID) -> HttpResponse:
    _coordination_only(request)
    one, other = (visible_structure(request, key) for key in (public_id, other_id))
    operations.keep_apart(by=request.user, one=one, other=other)
    messages.success(request, "C’est noté\u00a0: ces deux fiches ne seront plus rapprochées.")
    return redirect(reverse("duplicates"))
