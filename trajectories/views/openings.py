"""The coordination opens a text for a moment; the structure sees who looked."""

from collections.abc import Mapping
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.middleware import of_oneself
from accounts.models import AccessEvent
from accounts.requests import SignedInRequest
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.forms import carry_out
from structures.models import Structure
from structures.permissions import can_see_looks
from structures.tabs import tabs_of
from trajectories import operations
from trajectories.forms import TextOpeningForm
from trajectories.models import Intervention, InterventionShare, ProgressReport, Trajectory
from trajectories.permissions import can_open_text, can_read_texts
from trajectories.queries import looks_of, openable_accounts, openable_reports
from trajectories.views import visible_trajectory

PER_PAGE = 30
Target = Trajectory | InterventionShare | ProgressReport


@of_oneself
@reauthentication_required
def text_open(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Of a trajectory: its shared texts, or one of its reports."""
    found = visible_trajectory(request, public_id)
    targets: dict[str, Target] = {} if can_read_texts(request.user, found) else {"texts": found}
    targets |= {str(one.public_id): one for one in openable_reports(request.user, found)}
    return _open(request, found, targets, found.get_absolute_url())


@of_oneself
@reauthentication_required
def account_open(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Of an intervention: what each trajectory keeps of it."""
    found = get_object_or_404(Intervention.objects.visible_to(request.user), public_id=public_id)
    accounts = list(openable_accounts(request.user, found))
    first = accounts[0].trajectory if accounts else found.shares.select_related("trajectory__structure")[0].trajectory
    return _open(request, first, {str(one.pk): one for one in accounts}, found.get_absolute_url())


def _open(request: SignedInRequest, trajectory: Trajectory, targets: Mapping[str, Target], url: str) -> HttpResponse:
    if not can_open_text(request.user):
        raise PermissionDenied
    if not targets:
        messages.info(request, "Tout ce qui peut s’ouvrir ici vous est déjà ouvert.")
        return redirect(url)
    form = TextOpeningForm(request.POST or None, targets=targets)
    if form.is_valid() and (opened := _open_once(request, form, targets[form.cleaned_data["what"]], url)):
        messages.success(request, "Ce texte vous est ouvert pour un moment. La structure en est prévenue.")
        return redirect(opened)
    context = {
        "form": form,
        "structure": trajectory.structure,
        "heading": "Ouvrir un texte réservé",
        "lede": "Cette ouverture est notée. La direction de la structure et les personnes qui l’accompagnent en sont "
        "prévenues, et lisent votre nom et la raison que vous donnez. Elle dure une heure.",
        "cancel_url": url,
        "submit": "Ouvrir ce texte",
    }
    return render(request, "pages/form.html", context)


def _open_once(request: SignedInRequest, form: TextOpeningForm, target: Target, url: str) -> str | None:
    def write() -> str:
        operations.open_text(by=request.user, target=target, reason=form.cleaned_data["reason"])
        return target.get_absolute_url() if isinstance(target, ProgressReport) else url

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


@require_safe
def looks(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who, outside the structure and its practitioners, looked at it: newest first."""
    found = get_object_or_404(Structure.objects.visible_to(request.user), public_id=public_id)
    if not can_see_looks(request.user, found):
        raise PermissionDenied
    events = AccessEvent.objects.filter(structure=found.public_id, from_outside=True).order_by("-at", "-pk")
    page = Paginator(events.select_related("by__person", "in_name_of__person"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "structure": found,
        "tabs": tabs_of(request.user, found),
        "page_obj": page,
        "looks": looks_of(page.object_list),
    }
    return render(request, "trajectories/looks.html", context)
