"""Pages of the community."""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.requests import SignedInRequest
from community.models import Contribution, ExperienceReport, SharedResource
from community.permissions import is_of_community
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.forms import SentOnceForm, carry_out

PER_PAGE = 20


def refuse_outsiders(user: User) -> None:
    """403 rather than 404: that there is a community is no secret."""
    if not is_of_community(user):
        raise PermissionDenied


def visible_report(request: SignedInRequest, public_id: UUID) -> ExperienceReport:
    """The report, or 404 for whoever may not read it: its existence is not told."""
    reports = ExperienceReport.objects.visible_to(request.user).select_related("structure", "created_by")
    return get_object_or_404(reports, public_id=public_id)


def visible_contribution(request: SignedInRequest, public_id: UUID) -> Contribution:
    contributions = Contribution.objects.visible_to(request.user).select_related(
        "report", "author", "linked_report", "linked_resource"
    )
    return get_object_or_404(contributions, public_id=public_id)


def visible_resource(request: SignedInRequest, public_id: UUID) -> SharedResource:
    resources = SharedResource.objects.visible_to(request.user).select_related("edited_by")
    return get_object_or_404(resources, public_id=public_id)


def write_once(request: SignedInRequest, form: SentOnceForm, write: Callable[[], str]) -> str | None:
    """Runs `write`, which gives the address to go to, once however often the form is sent; None leaves the form
    to show with what was refused."""
    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)
