"""Pages of the operations that funders support: the list, one of them, and what is attached to it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.shared.search import typed_words
from structures import operations
from structures.forms import FUNDING_FIELDS, AttachForm, FundingEditForm, FundingNewForm, LastDayForm, of_funding
from structures.models import Cohort, FundingOperation
from structures.permissions import can_keep_funding
from structures.views.cohorts import offered_structures
from structures.views.directory import PER_PAGE
from structures.worked import funded_by


def _keepers_only(request: SignedInRequest) -> None:
    if not can_keep_funding(request.user):
        raise PermissionDenied


@require_safe
def funding(request: SignedInRequest) -> HttpResponse:
    _keepers_only(request)
    found = FundingOperation.objects.visible_to(request.user).latest_first()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "structures/funding.html", {"page_obj": page})


def _kept(request: SignedInRequest, public_id: UUID) -> FundingOperation:
    _keepers_only(request)
    return get_object_or_404(FundingOperation.objects.visible_to(request.user), public_id=public_id)


@require_safe
def funding_operation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What it pays for, and the days that were worked while it did."""
    found = _kept(request, public_id)
    funded = funded_by(found)
    context = {
        "operation": found,
        "parts": found.parts.select_related("structure", "cohort"),
        "funded": funded,
        "worked": sum(one.days for one in funded),
    }
    return render(request, "structures/funding_operation.html", context)


def funding_new(request: SignedInRequest) -> HttpResponse:
    _keepers_only(request)
    form = FundingNewForm(request.POST or None)
    draft = draft_for(request, form)
    if form.is_valid() and (url := _open_once(request, form)):
        messages.success(request, "L’opération est ouverte. Rattachez-lui des structures ou des promotions.")
        return redirect(url)
    context = {
        "form": form,
        "draft": draft,
        "heading": "Nouvelle opération financée",
        "lede": "Qui finance, quoi, de quand à quand. Une promotion est autre chose\u00a0: elle se rattache ensuite.",
        "submit": "Ouvrir l’opération",
        "cancel_url": reverse("funding"),
    }
    return render(request, "pages/form.html", context)


def _open_once(request: SignedInRequest, form: FundingNewForm) -> str | None:
    def write() -> str:
        sheet = {name: form.cleaned_data[name] for name in FUNDING_FIELDS}
        return operations.open_funding(by=request.user, **sheet).get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def funding_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _kept(request, public_id)
    form = FundingEditForm(request.POST or None, initial=of_funding(found) | {"version": found.version})
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        try:
            if _edit(request, form, found):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "L’opération est enregistrée.")
                return redirect(found)
        except StaleEdit:
            found.refresh_from_db()
            both = form.show_both(current=of_funding(found), version=found.version)
    context = {"form": form, "draft": draft, "both": both, "cancel_url": found.get_absolute_url()}
    return render(request, "pages/form.html", context | {"heading": f"Modifier {found.name}"})


def _edit(request: SignedInRequest, form: FundingEditForm, found: FundingOperation) -> FundingOperation | None:
    sheet = {name: form.cleaned_data[name] for name in FUNDING_FIELDS}
    expected = form.cleaned_data["version"]
    return carry_out(form, operations.edit_funding, by=request.user, funding=found, expected_version=expected, **sheet)


def funding_attach(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _kept(request, public_id)
    words = typed_words(request.GET.get("q", ""))
    held = found.parts.filter(until__isnull=True)
    here = held.filter(structure__isnull=False).values("structure")
    cohorts = Cohort.objects.visible_to(request.user).latest_first()
    form = AttachForm(request.POST or None, cohorts=cohorts, **offered_structures(request, words, without=here))
    if form.is_valid() and (
        made := carry_out(form, operations.attach_to_funding, by=request.user, funding=found, **form.cleaned_data)
    ):
        messages.success(request, f"Rattaché à l’opération\u00a0: {', '.join(one.label for one in made)}.")
        return redirect(found)
    context = {
        "form": form,
        "words": words,
        "heading": f"Rattacher à {found.name}",
        "lede": "Ce que cette opération finance, à partir du jour que vous dites.",
        "submit": "Rattacher",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "structures/pick.html", context)


def funding_detach(request: SignedInRequest, public_id: UUID, part_id: int) -> HttpResponse:
    found = _kept(request, public_id)
    part = get_object_or_404(found.parts.select_related("structure", "cohort"), pk=part_id)
    form = LastDayForm(request.POST or None)
    if form.is_valid():
        carry_out(form, operations.detach_from_funding, by=request.user, part=part, on=form.cleaned_data["on"])
        if not form.errors:
            messages.success(request, f"La fin du rattachement de {part.label} est notée.")
            return redirect(found)
    context = {
        "form": form,
        "heading": f"{part.label} n’est plus financée par {found.name}",
        "lede": "Les jours d’avant restent comptés pour cette opération.",
        "submit": "Noter la fin",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)
