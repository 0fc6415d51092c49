"""A second factor that is lost: asking to be let in, and vouching for whoever asks."""

import uuid

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import operations
from accounts.models import LostFactor
from accounts.permissions import can_vouch_for_lost_factor
from accounts.queries import lost_factors_for
from accounts.requests import SignedInRequest
from efc_platform.shared.errors import OperationRefused


@require_http_methods(["GET", "HEAD", "POST"])
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
def lost_factor(request: HttpRequest) -> HttpResponse:
    """Open to whoever has just proved their password, or their mailbox, and is asked for the second factor."""
    user, asked = request._login_stage.login.user, None  # type: ignore[attr-defined]
    if request.method == "POST":
        asked = operations.ask_for_lost_factor(by=user)
    return render(request, "mfa/lost.html", {"asked": asked})


@require_safe
def lost_factors(request: SignedInRequest) -> HttpResponse:
    if not can_vouch_for_lost_factor(request.user):
        raise PermissionDenied
    return render(request, "mfa/lost_list.html", {"requests": lost_factors_for(request.user).waiting()})


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def lost_factor_request(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponse:
    asked: LostFactor = get_object_or_404(lost_factors_for(request.user), public_id=public_id)
    if request.method == "POST":
        return _answer(request, asked)
    vouchings = asked.vouchings.select_related("by__person")
    mine = any(one.by_id == request.user.pk for one in vouchings)
    return render(request, "mfa/lost_request.html", {"asked": asked, "vouchings": vouchings, "is_mine": mine})


def _answer(request: SignedInRequest, asked: LostFactor) -> HttpResponse:
    answers = {"vouch": operations.vouch_for_lost_factor, "refuse": operations.refuse_lost_factor}
    answer = answers.get(request.POST.get("answer", ""))
    if answer is None:
        return redirect("lost_factor_request", asked.public_id)
    try:
        settled = answer(by=request.user, lost_factor=asked)
    except OperationRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _said(settled))
    return redirect("lost_factors")


def _said(asked: LostFactor) -> str:
    name = asked.user.person.display_name
    if asked.is_waiting:
        return f"C’est noté\u00a0: une seconde personne doit encore confirmer pour {name}."
    return f"La demande de {name} est close\u00a0: {asked.get_state_display()}."
