"""The map of the country: how many structures, département by département."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from structures.country import country_for
from structures.permissions import can_see_country


@require_safe
def country(request: SignedInRequest) -> HttpResponse:
    if not can_see_country(request.user):
        raise PermissionDenied
    return render(request, "structures/country.html", {"country": country_for(request.user)})
