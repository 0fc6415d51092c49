"""Pages of the sheets: tools, concepts and methods, read and rewritten by the community."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from community import operations
from community.forms import SHEET_FIELDS, STATUS_MEANINGS, SheetEditForm, SheetNewForm
from community.models import ResourceKind, ResourceStatus, SharedResource
from community.operations import SheetContent
from community.queries import SHEET_PARTS, present_among, resource_versions, usages_of
from community.views import PER_PAGE, refuse_outsiders, visible_resource, write_once
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.shared.search import matching, typed_words


@require_safe
def resources(request: SignedInRequest) -> HttpResponse:
    """All the sheets by title, those of one kind, or those that hold some words."""
    refuse_outsiders(request.user)
    words, asked = typed_words(request.GET.get("q", "")), request.GET.get("genre")
    kind = ResourceKind(asked) if asked in ResourceKind.values else None
    visible = SharedResource.objects.visible_to(request.user)
    visible = visible.filter(kind=kind) if kind else visible
    found = matching(visible, words) if words else visible.order_by("kind", "title")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "words": words, "kind": kind, "kinds": ResourceKind.choices}
    return render(request, "community/resources.html", context)


@require_safe
def resource(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_resource(request, public_id)
    authors = list(found.authors.all())
    context = {
        "resource": found,
        "authors": authors,
        "present": present_among(authors, request.user),
        "parts": [(heading, text) for name, heading in SHEET_PARTS.items() if (text := getattr(found, name))],
        "meaning": STATUS_MEANINGS[ResourceStatus(found.status)],
        "usages": usages_of(found, request.user),
    }
    return render(request, "community/resource.html", context)


def resource_new(request: SignedInRequest) -> HttpResponse:
    refuse_outsiders(request.user)
    asked = request.GET.get("genre")
    form = SheetNewForm(request.POST or None, initial={"kind": asked} if asked in ResourceKind.values else {})
    draft = draft_for(request, form)

    def write() -> str:
        return operations.write_resource(by=request.user, content=_content(form)).get_absolute_url()

    if form.is_valid() and (url := write_once(request, form, write)):
        messages.success(request, "La fiche est ouverte\u00a0: chacun·e peut maintenant la compléter.")
        return redirect(url)
    context = {
        "draft": draft,
        "form": form,
        "heading": "Écrire une fiche",
        "lede": "Un outil, un concept ou une méthode, en une page que la communauté reprendra.",
        "cancel_url": reverse("resources"),
    }
    return render(request, "community/resource_form.html", context)


def _content(form: SheetNewForm | SheetEditForm) -> SheetContent:
    return SheetContent(**{name: form.cleaned_data[name] for name in SHEET_FIELDS})


def resource_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_resource(request, public_id)
    both: list[Overtaken] = []
    saved: dict[str, Any] = {name: getattr(found, name) for name in SHEET_FIELDS}
    form = SheetEditForm(request.POST or None, instance=found, initial={"version": found.version})
    draft = draft_for(request, form)
    if form.is_valid():
        expected = form.cleaned_data["version"]
        try:
            if carry_out(
                form,
                operations.edit_resource,
                by=request.user,
                resource=found,
                expected_version=expected,
                content=_content(form),
            ):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "La fiche est enregistrée\u00a0; ce qu’elle disait reste lisible.")
                return redirect(found)
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
    context = {
        "draft": draft,
        "form": form,
        "both": both,
        "resource_title": saved["title"],
        "heading": "Modifier la fiche",
        "lede": "Vous rejoignez ses auteur·es.",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "community/resource_form.html", context)


@require_safe
def resource_versions_page(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_resource(request, public_id)
    page = Paginator(resource_versions(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": f"{found.title}\u00a0: les versions",
        "page_obj": page,
        "is_of_community": True,
        "back_url": found.get_absolute_url(),
        "back_label": found.title,
    }
    return render(request, "community/versions.html", context)
