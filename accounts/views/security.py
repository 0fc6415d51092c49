"""One's own security: how one proves who one is, where one is signed in, at which address one is written to."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import logout, password_change
from allauth.core.ratelimit import consume
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import operations
from accounts.forms import NewAddressForm
from accounts.permissions import can_vouch_for_lost_factor, lacks_second_factor, needs_second_factor
from accounts.queries import factors_of, new_address, open_sessions, sessions_of
from accounts.requests import SignedInRequest
from efc_platform.shared.errors import OperationRefused, too_many
from efc_platform.shared.forms import carry_out
from efc_platform.shared.qr import QrCode


@require_safe
def security(request: SignedInRequest) -> HttpResponse:
    shown = {
        "factors": factors_of(request.user),
        "is_needed": needs_second_factor(request.user),
        "can_vouch": can_vouch_for_lost_factor(request.user),
        "has_password": request.user.has_usable_password(),
    }
    return render(request, "mfa/index.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: SignedInRequest) -> HttpResponse:
    """Whoever has none to prove they know, a mail lets choose one."""
    if not request.user.has_usable_password():
        return redirect("account_reset_password")
    return password_change(request)


@require_safe
def second_factor(request: SignedInRequest) -> HttpResponse:
    """Where one is led before anything confidential: why, and how."""
    return render(request, "mfa/needed.html", {"is_missing": lacks_second_factor(request.user)})


class ApplicationView(ActivateTOTPView):
    """The secret is shown as a picture drawn in the page, and in letters."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        drawn = QrCode.of(context["totp_url"])
        secret = context["form"].secret
        context["groups"] = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        return context | {"path": drawn.path, "side": drawn.side}


def sign_out(request: SignedInRequest) -> HttpResponse:
    """Nothing of the pages stays with the browser; what a form still held unsent is the person's own to keep."""
    response = logout(request)
    if request.method == "POST":
        response["Clear-Site-Data"] = '"cache"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: SignedInRequest) -> HttpResponse:
    here = request.session.session_key or ""
    if request.method == "POST":
        operations.end_other_sessions(by=request.user, but=here)
        messages.success(request, "Les autres sessions sont fermées.")
        return redirect("usersessions_list")
    return render(request, "usersessions/list.html", {"sessions": open_sessions(request.user, here=here)})


@require_POST
def session_end(request: SignedInRequest, pk: int) -> HttpResponse:
    session: UserSession = get_object_or_404(sessions_of(request.user), pk=pk)
    operations.end_session(by=request.user, session=session)
    messages.success(request, "Cette session est fermée.")
    return redirect("usersessions_list")


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def change_address(request: SignedInRequest) -> HttpResponse:
    form = NewAddressForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not consume(request, action="manage_email", user=request.user):
            return too_many(request)
        email = form.cleaned_data["email"]
        carry_out(form, operations.ask_for_new_address, by=request.user, email=email)
        if not form.errors:
            messages.success(request, f"Un lien est parti vers {email.lower()}\u00a0: ouvrez-le pour confirmer.")
            return redirect("mfa_index")
    return render(request, "account/address_change.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: SignedInRequest, token: str) -> HttpResponse:
    email = new_address(user=request.user, token=token)
    if request.method != "POST" or email is None:
        return render(request, "account/address_confirm.html", {"email": email})
    try:
        operations.change_address(by=request.user, token=token)
    except OperationRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"Votre adresse est maintenant {email}.")
    return redirect("mfa_index")
