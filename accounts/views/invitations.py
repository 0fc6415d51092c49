"""The door: what an invitation offers, and coming in; sending one again, taking it back."""

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import operations
from accounts.doors import offered
from accounts.forms import ComingInForm
from accounts.models import Invitation, User
from accounts.permissions import can_follow_invitation
from accounts.queries import find_invitation
from accounts.requests import SignedInRequest
from efc_platform.shared.errors import too_many
from efc_platform.shared.forms import carry_out


# Whoever is invited has no account yet: the token is what lets them in.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A forged, used, revoked or expired link gives one and the same page."""
    if not consume(request, action="open_invitation"):
        return too_many(request)
    found = find_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_over.html", status=404)
    if isinstance(request.user, User):
        return _for_account(request, request.user, found, token)
    if User.objects.filter(email=found.email).exists():
        context = _told(found) | {"sign_in": f"{reverse('account_login')}?next={request.path}"}
        return render(request, "accounts/invitation_sign_in.html", context)
    return _for_newcomer(request, found, token)


def _told(found: Invitation) -> dict[str, Any]:
    return {"invitation": found, "inviter": found.invited_by.person, "offered": offered(found)}


def _for_account(request: HttpRequest, user: User, found: Invitation, token: str) -> HttpResponse:
    """One button for whoever it is addressed to; somebody else is told so, and nothing is shown to them."""
    if user.email != found.email:
        return render(request, "accounts/invitation_for_another.html", status=403)
    if request.method == "POST":
        operations.accept_invitation(by=user, token=token)
        messages.success(request, "C’est fait\u00a0: ce à quoi vous étiez invité·e vous est ouvert.")
        return redirect("home")
    return render(request, "accounts/invitation_accept.html", _told(found))


def _for_newcomer(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    names = {"first_name": found.first_name, "last_name": found.last_name}
    form = ComingInForm(request.POST or None, initial=names, email=found.email)
    if form.is_valid() and (user := carry_out(form, operations.come_in, token=token, **form.cleaned_data)):
        _sign_in(request, user)
        messages.success(request, f"Bienvenue, {user.person.first_name}. Votre compte est ouvert.")
        return redirect("home")
    return render(request, "accounts/invitation_come_in.html", _told(found) | {"form": form})


def _sign_in(request: HttpRequest, user: User) -> None:
    """They have just chosen their password and shown that the address is theirs."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, method="password")


def _followed(request: SignedInRequest, public_id: UUID) -> Invitation:
    found = get_object_or_404(Invitation.objects.unanswered(), public_id=public_id)
    if not can_follow_invitation(request.user, found):
        raise Http404
    return found


@require_POST
def invitation_again(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _followed(request, public_id)
    operations.send_invitation_again(by=request.user, invitation=found)
    messages.success(request, f"L’invitation repart à {found.email}. Le premier lien n’ouvre plus rien.")
    return redirect(offered(found).url)


@require_POST
def invitation_revoke(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _followed(request, public_id)
    operations.revoke_invitation(by=request.user, invitation=found)
    messages.success(request, f"L’invitation à {found.email} est annulée\u00a0: son lien n’ouvre plus rien.")
    return redirect(offered(found).url)
