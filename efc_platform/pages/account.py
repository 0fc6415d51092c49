"""One's own account: who one is here, in what capacity, and where."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import RoleGrant
from accounts.requests import SignedInRequest
from community.permissions import can_keep_profile
from structures.models import Accompaniment, Membership


@require_safe
def my_account(request: SignedInRequest) -> HttpResponse:
    """Past roles and places are shown too, with their dates: a person sees all that is held of them here."""
    me, newest_first = request.user.pk, ("-since", "-pk")
    memberships = Membership.objects.filter(person__user=me).select_related("structure")
    accompaniments = Accompaniment.objects.filter(practitioner__user=me).select_related("structure")
    held = {
        "keeps_profile": can_keep_profile(request.user),
        "grants": RoleGrant.objects.filter(user=me).order_by(*newest_first),
        "memberships": memberships.order_by(*newest_first),
        "accompaniments": accompaniments.order_by(*newest_first),
    }
    return render(request, "pages/account.html", held)
