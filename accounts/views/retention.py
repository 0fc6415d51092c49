"""What the nightly forgetting took away, and who accepts to be named or photographed: for coordination."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Consent, RetentionReport
from accounts.permissions import can_see_retention
from accounts.requests import SignedInRequest

LAST = 14


@require_safe
def retention(request: SignedInRequest) -> HttpResponse:
    if not can_see_retention(request.user):
        raise PermissionDenied
    context = {
        "reports": RetentionReport.objects.order_by("-ran_at", "-pk")[:LAST],
        "consents": Consent.objects.standing().select_related("person").order_by("person__last_name", "subject", "pk"),
        "lengths": settings.RETENTION,
    }
    return render(request, "accounts/retention.html", context)
