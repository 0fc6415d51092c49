"""The directory of structures: the list one searches, narrows and sorts, by its address alone."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.shared.spreadsheets import FORMATS
from structures.directory import SORTS, Asked
from structures.models import Structure
from structures.permissions import can_create_structure, can_see_country, can_watch_some_silence
from structures.queries import listed

PER_PAGE = 25


@require_safe
def structure_list(request: SignedInRequest) -> HttpResponse:
    visible, asked = Structure.objects.visible_to(request.user), Asked.of(request.GET)
    page = Paginator(listed(asked.in_order(visible)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "asked": asked,
        "is_narrowed": bool(asked.words or asked.chosen),
        "facets": asked.facets(visible),
        "sorts": [(value, label) for value, (label, _order) in SORTS.items()],
        "can_create": can_create_structure(request.user),
        "can_watch": can_watch_some_silence(request.user),
        "formats": FORMATS,
        "can_see_country": can_see_country(request.user),
    }
    return render(request, "structures/list.html", context)
