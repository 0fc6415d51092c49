"""Lending one's place for an hour, and taking the one that was lent."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import operations
from accounts.forms import SupportForm
from accounts.middleware import SUPPORT, of_oneself
from accounts.models import SupportSignIn
from accounts.permissions import can_enter_support, is_permitted
from accounts.requests import SignedInRequest, proved_again_from
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.forms import carry_out

PER_PAGE = 20


@of_oneself
@reauthentication_required
def support(request: SignedInRequest) -> HttpResponse:
    """The coordination asks, and finds here the places that were lent to it."""
    if not is_permitted(request.user, "ask_support"):
        raise PermissionDenied
    form = SupportForm(request.POST or None)
    if form.is_valid() and _ask_once(request, form):
        messages.success(request, "La demande est partie\u00a0: la personne y répond depuis son compte.")
        return redirect("support")
    asked = SupportSignIn.objects.filter(asked_by=request.user).select_related("concerned__person")
    page = Paginator(asked, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/support.html", {"form": form, "page_obj": page})


def _ask_once(request: SignedInRequest, form: SupportForm) -> str | None:
    def write() -> str:
        operations.ask_support(by=request.user, concerned=form.concerned, reason=form.cleaned_data["reason"])
        return reverse("support")

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


@require_safe
def my_support(request: SignedInRequest) -> HttpResponse:
    """Who asks to take one's place and why, who holds it now, who did."""
    asked = SupportSignIn.objects.filter(concerned=request.user).select_related("asked_by__person")
    page = Paginator(asked, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/my_support.html", {"page_obj": page})


def _visible(request: SignedInRequest, public_id: UUID) -> SupportSignIn:
    found = SupportSignIn.objects.visible_to(request.user).select_related("concerned__person", "asked_by__person")
    return get_object_or_404(found, public_id=public_id)


@of_oneself
@require_POST
@proved_again_from("my_support")
def support_grant(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if found.concerned_id != request.user.pk:
        raise PermissionDenied
    operations.grant_support(by=request.user, support=found)
    messages.success(request, "C’est d’accord, pour une heure au plus. Vous pouvez y mettre fin à tout moment.")
    return redirect("my_support")


@of_oneself
@require_POST
@proved_again_from("support")
def support_enter(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    if not can_enter_support(request.user, found):
        raise PermissionDenied
    operations.enter_support(by=request.user, support=found)
    request.session[SUPPORT] = str(found.public_id)
    return redirect("home")


@require_POST
def support_end(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """By the person from their account, or by whoever holds their place from the banner of any page."""
    found = _visible(request, public_id)
    operations.end_support(by=request.user, support=found)
    holds = request.session.pop(SUPPORT, None) is not None
    messages.success(request, "C’est terminé\u00a0: chacun est de nouveau chez soi." if holds else "C’est terminé.")
    return redirect("support" if holds or found.asked_by_id == request.user.pk else "my_support")
