"""The requests of the public page, and what the coordination does of each."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from structures import operations
from structures.forms import (
    AnswerForm,
    CloseRequestForm,
    WelcomeRequestForm,
)
from structures.models import AccompanimentRequest
from structures.permissions import (
    can_answer_request,
)
from structures.views.directory import PER_PAGE


@require_safe
def support_requests(request: SignedInRequest) -> HttpResponse:
    """Those that wait for an answer first."""
    if not can_answer_request(request.user):
        raise PermissionDenied
    found = AccompanimentRequest.objects.visible_to(request.user).to_be_done_first()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "structures/requests.html", {"page_obj": page})


def _visible_request(request: SignedInRequest, public_id: UUID) -> AccompanimentRequest:
    if not can_answer_request(request.user):
        raise PermissionDenied
    visible = AccompanimentRequest.objects.visible_to(request.user).select_related("answered_by")
    return get_object_or_404(visible, public_id=public_id)


def support_request(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """All that was written, and the two ways to be done with it: an answer, or a reason to close."""
    found = _visible_request(request, public_id)
    both: list[Overtaken] = []
    closes = "close-reason" in request.POST
    closing = CloseRequestForm(request.POST if closes else None, prefix="close")
    answering = AnswerForm(
        None if closes else request.POST or None, initial={"version": found.version}, by_mail=bool(found.email)
    )
    draft = draft_for(request, answering)
    if closing.is_valid() and _close_once(request, closing, found):
        messages.success(request, "La demande est classée.")
        return redirect("requests")
    try:
        if answering.is_valid() and _answer_once(request, answering, found):
            messages.success(request, "La réponse est envoyée." if found.email else "L’appel est noté.")
            return redirect(found)
    except StaleEdit:
        found = _visible_request(request, public_id)
        both = [Overtaken("", found.answer or found.closed_reason, answering.cleaned_data["answer"])]
    context = {"asked": found, "form": answering, "draft": draft, "closing": closing, "both": both}
    return render(request, "structures/request.html", context)


def _answer_once(request: SignedInRequest, form: AnswerForm, found: AccompanimentRequest) -> str | None:
    def write() -> str:
        answer, expected = form.cleaned_data["answer"], form.cleaned_data["version"]
        operations.answer_request(by=request.user, request=found, answer=answer, expected_version=expected)
        return found.get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def _close_once(request: SignedInRequest, form: CloseRequestForm, found: AccompanimentRequest) -> str | None:
    def write() -> str:
        operations.close_request(by=request.user, request=found, reason=form.cleaned_data["reason"])
        return reverse("requests")

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def request_welcome(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The request becomes a structure, in one go: sheet, practitioner in charge, leader invited."""
    found = _visible_request(request, public_id)
    if found.is_over:
        return redirect(found)
    initial = {"name": found.structure_name, "version": found.version}
    form = WelcomeRequestForm(request.POST or None, initial=initial)
    if form.is_valid() and (url := _welcome_once(request, form, found)):
        messages.success(request, f"La fiche est ouverte, et l’invitation part à {found.email}.")
        return redirect(url)
    context = {
        "form": form,
        "heading": f"Accueillir {found}",
        "lede": f"Une fiche s’ouvre à ce nom, et {found.person_name} est invité·e à la diriger.",
        "submit": "Ouvrir la fiche et inviter",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)


def _welcome_once(request: SignedInRequest, form: WelcomeRequestForm, found: AccompanimentRequest) -> str | None:
    def write() -> str:
        opened = operations.welcome_request(
            by=request.user,
            request=found,
            name=form.cleaned_data["name"],
            practitioner=form.cleaned_data["practitioner"],
            expected_version=form.cleaned_data["version"],
        )
        return opened.get_absolute_url()

    key = form.cleaned_data["client_key"]
    try:
        return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)
    except StaleEdit as overtaken:
        form.add_error(None, overtaken.message)
        return None
