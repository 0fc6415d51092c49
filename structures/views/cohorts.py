"""Pages of cohorts: the list, one of them for those who travel with it, and what coordination does of them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.middleware import of_oneself
from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.shared.search import typed_words
from structures import operations
from structures.cohorts import calendar_of, travellers
from structures.forms import (
    COHORT_FIELDS,
    CohortEditForm,
    CohortMessageForm,
    CohortNewForm,
    JoinCohortForm,
    LastDayForm,
    of_cohort,
)
from structures.models import Cohort, Structure, ties_of
from structures.permissions import can_compose_cohort, can_keep_funding, can_write_to_cohort
from structures.views.directory import PER_PAGE

# As many as a page offers to choose among; more are found by their name.
OFFERED = 20


@require_safe
def cohorts(request: SignedInRequest) -> HttpResponse:
    found = Cohort.objects.visible_to(request.user).latest_first()
    context = {
        "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "can_compose": can_compose_cohort(request.user),
        "can_keep_funding": can_keep_funding(request.user),
    }
    return render(request, "structures/cohorts.html", context)


def visible_cohort(request: SignedInRequest, public_id: UUID) -> Cohort:
    return get_object_or_404(Cohort.objects.visible_to(request.user), public_id=public_id)


def composed_cohort(request: SignedInRequest, public_id: UUID) -> Cohort:
    found = visible_cohort(request, public_id)
    if not can_compose_cohort(request.user):
        raise PermissionDenied
    return found


@of_oneself
def cohort(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who travels with it, what is planned, what is said; and the form to say something, while it goes on."""
    found = visible_cohort(request, public_id)
    writes = can_write_to_cohort(request.user, found)
    form = CohortMessageForm(request.POST or None)
    draft = draft_for(request, form)
    if form.is_valid() and _write_once(request, form, found):
        messages.success(request, "Votre message est parti.")
        return redirect(found)
    here, gone = travellers(found, request.user)
    context = {
        "cohort": found,
        "here": here,
        "gone": gone,
        "calendar": calendar_of(found, request.user),
        "form": form,
        "draft": draft,
        "writes": writes,
        "can_compose": can_compose_cohort(request.user),
        "can_log": any(one.place.structure_id in ties_of(request.user).accompanied for one in here),
        "page_obj": Paginator(found.messages.select_related("author"), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "structures/cohort.html", context)


def _write_once(request: SignedInRequest, form: CohortMessageForm, found: Cohort) -> str | None:
    def write() -> str:
        operations.write_to_cohort(by=request.user, cohort=found, text=form.cleaned_data["text"])
        return found.get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def cohort_new(request: SignedInRequest) -> HttpResponse:
    if not can_compose_cohort(request.user):
        raise PermissionDenied
    form = CohortNewForm(request.POST or None)
    draft = draft_for(request, form)
    if form.is_valid() and (url := _open_once(request, form)):
        messages.success(request, "La promotion est ouverte. Faites-y entrer des structures.")
        return redirect(url)
    context = {
        "form": form,
        "draft": draft,
        "heading": "Nouvelle promotion",
        "lede": "Des structures qui font une partie du chemin ensemble, qui que ce soit qui les finance.",
        "submit": "Ouvrir la promotion",
        "cancel_url": reverse("cohorts"),
    }
    return render(request, "pages/form.html", context)


def _open_once(request: SignedInRequest, form: CohortNewForm) -> str | None:
    def write() -> str:
        chosen = {name: form.cleaned_data[name] for name in COHORT_FIELDS}
        return operations.open_cohort(by=request.user, **chosen).get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def cohort_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = composed_cohort(request, public_id)
    form = CohortEditForm(request.POST or None, initial=of_cohort(found) | {"version": found.version})
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        try:
            if _edit(request, form, found):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "La promotion est enregistrée.")
                return redirect(found)
        except StaleEdit:
            found.refresh_from_db()
            both = form.show_both(current=of_cohort(found), version=found.version)
    context = {"form": form, "draft": draft, "both": both, "cancel_url": found.get_absolute_url()}
    return render(request, "pages/form.html", context | {"heading": f"Modifier {found.name}"})


def _edit(request: SignedInRequest, form: CohortEditForm, found: Cohort) -> Cohort | None:
    chosen = {name: form.cleaned_data[name] for name in COHORT_FIELDS}
    expected = form.cleaned_data["version"]
    return carry_out(form, operations.edit_cohort, by=request.user, cohort=found, expected_version=expected, **chosen)


def offered_structures(request: SignedInRequest, words: str, *, without: Any) -> dict[str, Any]:
    """Among those met today, the few that answer to what is searched, and those that are ticked."""
    allowed = Structure.objects.visible_to(request.user).met_today().exclude(pk__in=without)
    found = list(allowed.matching(words).in_french_order()[:OFFERED])
    ticked = [one for one in request.POST.getlist("structures") if _is_key(one)]
    chosen = list(allowed.filter(public_id__in=ticked).exclude(pk__in=[one.pk for one in found])[:OFFERED])
    return {"allowed": Structure.objects.visible_to(request.user).met_today(), "offered": chosen + found}


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def cohort_join(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = composed_cohort(request, public_id)
    words = typed_words(request.GET.get("q", ""))
    here = found.places.filter(until__isnull=True).values("structure")
    form = JoinCohortForm(request.POST or None, **offered_structures(request, words, without=here))
    if form.is_valid() and (
        made := carry_out(form, operations.join_cohort, by=request.user, cohort=found, **form.cleaned_data)
    ):
        names = ", ".join(one.structure.name for one in made)
        messages.success(request, f"Entrée dans la promotion\u00a0: {names}.")
        return redirect(found)
    context = {
        "form": form,
        "words": words,
        "heading": f"Faire entrer des structures dans {found.name}",
        "lede": "À partir du jour que vous dites. Leurs personnes verront la page de la promotion.",
        "submit": "Faire entrer",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "structures/pick.html", context)


def cohort_leave(request: SignedInRequest, public_id: UUID, place_id: int) -> HttpResponse:
    found = composed_cohort(request, public_id)
    place = get_object_or_404(found.places.select_related("structure"), pk=place_id)
    form = LastDayForm(request.POST or None)
    if form.is_valid():
        carry_out(form, operations.leave_cohort, by=request.user, place=place, on=form.cleaned_data["on"])
        if not form.errors:
            messages.success(request, f"La sortie de {place.structure.name} est notée.")
            return redirect(found)
    context = {
        "form": form,
        "heading": f"{place.structure.name} quitte la promotion",
        "lede": "Ce qu’elle y a écrit reste. Elle ne verra plus la page de la promotion après ce jour.",
        "submit": "Noter sa sortie",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)
