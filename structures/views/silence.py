"""Structures of which nothing was heard lately: the list, and a silence that is expected."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.forms import carry_out
from structures import operations
from structures.forms import PauseForm
from structures.models import Structure
from structures.permissions import can_watch_silence, can_watch_some_silence
from structures.queries import listed
from structures.silence import paused, silent, watched_by
from structures.views.directory import PER_PAGE
from structures.views.structures import visible_structure


@require_safe
def silence(request: SignedInRequest) -> HttpResponse:
    if not can_watch_some_silence(request.user):
        raise PermissionDenied
    # Looked for once: counting them is the same work as finding them.
    page = Paginator(list(silent(request.user).values_list("pk", flat=True)), PER_PAGE).get_page(
        request.GET.get("page")
    )
    shown: Any = listed(watched_by(request.user).filter(pk__in=page.object_list))
    page.object_list = shown.order_by("last_news", "name_key", "pk")
    context = {"page_obj": page, "paused": paused(request.user), "days": settings.SILENCE_DAYS}
    return render(request, "structures/silence.html", context)


def _watched(request: SignedInRequest, public_id: UUID) -> Structure:
    found = visible_structure(request, public_id)
    if not can_watch_silence(request.user, found):
        raise PermissionDenied
    return found


def silence_pause(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _watched(request, public_id)
    form = PauseForm(request.POST or None)
    if form.is_valid() and _pause_once(request, form, found):
        until = date_format(form.cleaned_data["until"])
        messages.success(request, f"C’est noté\u00a0: {found.name} ne sera pas dite silencieuse jusqu’au {until}.")
        return redirect("silence")
    context = {"form": form, "structure": found, "heading": "Un silence attendu", "cancel_url": reverse("silence")}
    return render(request, "pages/form.html", context)


def _pause_once(request: SignedInRequest, form: PauseForm, found: Structure) -> Any:
    def write() -> str:
        kept = {name: form.cleaned_data[name] for name in ("until", "reason")}
        operations.pause_silence(by=request.user, structure=found, **kept)
        return reverse("silence")

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


@require_POST
def silence_resume(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _watched(request, public_id)
    operations.end_pause(by=request.user, structure=found)
    messages.success(request, f"La pause est finie\u00a0: {found.name} est de nouveau suivie.")
    return redirect("silence")
