"""Tags: the list of those one sees, what bears one, and those of an account."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.templatetags.french import long_date
from structures.models import ties_of
from trajectories import operations
from trajectories.forms import MergeTagForm, NewTagForm, PlaceTagsForm, RenameTagForm
from trajectories.models import Intervention, InterventionShare, Tag, TagScope
from trajectories.permissions import can_keep_tag, can_place_tags
from trajectories.views.interventions import part_of

PER_PAGE = 20


def _scopes(user: User) -> list[TagScope]:
    """Those in which one makes a tag from the list: a team's is made from one of its interventions."""
    mine = [TagScope.MINE] if is_permitted(user, "place_tag") else []
    return [*mine, *([TagScope.NETWORK] if is_permitted(user, "keep_network_tags") else [])]


def tags(request: SignedInRequest) -> HttpResponse:
    scopes = _scopes(request.user)
    if not scopes:
        raise PermissionDenied
    form = NewTagForm(request.POST or None, scopes=scopes)
    if form.is_valid():
        chosen = {"scope": form.cleaned_data["scope"], "name": form.cleaned_data["name"]}
        if made := carry_out(form, operations.make_tag, by=request.user, **chosen):
            messages.success(request, f"L’étiquette «\u00a0{made.name}\u00a0» est là.")
            return redirect("tags")
    seen = Tag.objects.visible_to(request.user).select_related("structure").annotate(number=Count("shares"))
    headings = {TagScope.TEAM: "pour une équipe"}
    groups = [(headings.get(scope, scope.label), [one for one in seen if one.scope == scope]) for scope in TagScope]
    context = {"groups": [(label, found) for label, found in groups if found], "form": form}
    return render(request, "trajectories/tags.html", context)


def _visible(request: SignedInRequest, public_id: UUID) -> Tag:
    return get_object_or_404(
        Tag.objects.visible_to(request.user).select_related("structure", "owner"), public_id=public_id
    )


def _borne(user: User, tag: Tag) -> QuerySet[InterventionShare]:
    """What bears it, in the structures that one accompanies: elsewhere the tag of the network tells nothing."""
    shares = InterventionShare.objects.filter(tags=tag, trajectory__structure__in=ties_of(user).accompanied)
    return shares.select_related("intervention", "trajectory__structure").order_by("-occurred_on", "-pk")


@require_safe
def tag(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    page = Paginator(_borne(request.user, found), PER_PAGE).get_page(request.GET.get("page"))
    readable = InterventionShare.objects.readable_by(request.user).filter(pk__in=[one.pk for one in page])
    keeps = can_keep_tag(request.user, found)
    context = {
        "tag": found,
        "page_obj": page,
        "readable": set(readable.values_list("pk", flat=True)),
        "form": MergeTagForm(tag=found) if keeps else None,
    }
    return render(request, "trajectories/tag.html", context)


def _kept(request: SignedInRequest, public_id: UUID) -> Tag:
    found = _visible(request, public_id)
    if not can_keep_tag(request.user, found):
        raise PermissionDenied
    return found


def tag_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _kept(request, public_id)
    form = RenameTagForm(request.POST or None, initial={"name": found.name, "version": found.version})
    both: list[Overtaken] = []
    if form.is_valid():
        name, version = form.cleaned_data["name"], form.cleaned_data["version"]
        try:
            if carry_out(form, operations.rename_tag, by=request.user, tag=found, name=name, expected_version=version):
                messages.success(request, "L’étiquette a changé de nom, partout.")
                return redirect(found)
        except StaleEdit:
            both = form.show_both(current={"name": found.name}, version=found.version)
    context = {
        "form": form,
        "both": both,
        "heading": f"L’étiquette «\u00a0{found.name}\u00a0»",
        "lede": "",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)


@require_POST
def tag_merge(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _kept(request, public_id)
    form = MergeTagForm(request.POST, tag=found)
    if form.is_valid():
        other = form.cleaned_data["other"]
        operations.merge_tags(by=request.user, kept=found, merged=other)
        messages.success(request, f"«\u00a0{other.name}\u00a0» est maintenant «\u00a0{found.name}\u00a0».")
    else:
        messages.error(request, "Choisissez l’étiquette à réunir à celle-ci.")
    return redirect(found)


@require_POST
def tag_drop(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    operations.drop_tag(by=request.user, tag=_kept(request, public_id))
    messages.success(request, "L’étiquette est retirée. Ce qui la portait reste.")
    return redirect("tags")


def share_tags(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Those of the account of one structure."""
    found = get_object_or_404(
        Intervention.objects.visible_to(request.user).prefetch_related("shares__trajectory__structure"),
        public_id=public_id,
    )
    share = part_of(request, found)
    if not can_place_tags(request.user, share):
        raise PermissionDenied
    structure = share.trajectory.structure
    seen = Tag.objects.visible_to(request.user)
    offered = seen.filter(structure__isnull=True) | seen.filter(structure=structure)
    scopes = [TagScope.MINE, TagScope.TEAM, *(one for one in _scopes(request.user) if one == TagScope.NETWORK)]
    form = PlaceTagsForm(
        request.POST or None, tags=offered, scopes=scopes, initial={"tags": list(offered.filter(shares=share))}
    )
    if form.is_valid() and carry_out(form, _place, by=request.user, share=share, cleaned=form.cleaned_data):
        messages.success(request, "Les étiquettes sont à jour.")
        return redirect(found)
    context = {
        "form": form,
        "heading": f"Étiquettes, {long_date(found.occurred_on)}",
        "lede": "Pour retrouver cette intervention. La structure ne les voit pas.",
        "structure": structure,
        "cancel_url": reverse("intervention", args=[found.public_id]),
    }
    return render(request, "trajectories/share_tags.html", context)


def _place(*, by: User, share: InterventionShare, cleaned: dict) -> bool:
    chosen = list(cleaned["tags"])
    if name := cleaned["name"]:
        structure = share.trajectory.structure if cleaned["scope"] == TagScope.TEAM else None
        chosen.append(operations.make_tag(by=by, scope=cleaned["scope"], name=name, structure=structure))
    operations.place_tags(by=by, share=share, tags=chosen)
    return True
