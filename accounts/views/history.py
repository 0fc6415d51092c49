"""Whether the history holds: what the coordination reads of the last verification."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import HistoryCheck, HistoryRewrite, HistorySeal
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest

PER_PAGE = 20


@require_safe
def history_state(request: SignedInRequest) -> HttpResponse:
    if not is_permitted(request.user, "see_history_state"):
        raise PermissionDenied
    rewrites = HistoryRewrite.objects.order_by("-pk")
    context = {
        "check": HistoryCheck.objects.first(),
        "seal": HistorySeal.objects.last(),
        "page_obj": Paginator(rewrites, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "accounts/history_state.html", context)
