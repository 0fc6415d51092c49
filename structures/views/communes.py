"""Communes, found while one is being typed, and written on the sheet once chosen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.shared.search import typed_words
from structures.forms import SheetForm, columns_of
from structures.models import SHORTEST, Commune, commune_of

FEW = 8


@require_safe
def communes(request: SignedInRequest) -> HttpResponse:
    """A fragment: those to choose from, by `q` or by what the sheet holds so far; or, once one is chosen, the part of
    the sheet that says where the structure is."""
    postcode = typed_words(request.GET.get("postcode", ""))
    chosen = commune_of(typed_words(request.GET.get("choisie", "")))
    if chosen:
        form = SheetForm(initial=columns_of(chosen, chosen.postcode_for(postcode)))
        form.fields["commune_name"].widget.attrs["autofocus"] = True
        return render(request, "structures/_place.html", {"form": form})
    words = typed_words(request.GET.get("q", "") or f"{postcode} {request.GET.get('commune_name', '')}")
    found = Commune.objects.found_by(words, FEW)
    return render(request, "structures/_communes.html", {"communes": found, "asked": len(words) >= SHORTEST})
