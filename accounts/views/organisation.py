"""What the organisation says of itself, and its logo."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import operations
from accounts.forms import ORGANISATION_FIELDS, OrganisationForm
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from efc_platform.backstage.downloads import handed_over
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.backstage.models import Organisation
from efc_platform.backstage.organisation import this_organisation
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out


def organisation(request: SignedInRequest) -> HttpResponse:
    if not is_permitted(request.user, "present_organisation"):
        raise PermissionDenied
    found = this_organisation()
    form = OrganisationForm(
        request.POST or None, request.FILES or None, instance=found, initial={"version": found.version}
    )
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        try:
            if _present(request, form):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "C’est enregistré, et visible dès maintenant.")
                return redirect("organisation")
        except StaleEdit:
            saved = this_organisation()
            current = {name: getattr(saved, name) for name in ORGANISATION_FIELDS}
            both = form.show_both(current=current, version=saved.version)
    context = {
        "form": form,
        "draft": draft,
        "both": both,
        "heading": "Notre organisation",
        "lede": "Ce que la plateforme dit de qui l’anime\u00a0: accueil, courriels, documents, mentions légales.",
        "cancel_url": reverse("home"),
    }
    return render(request, "accounts/organisation.html", context)


def _present(request: SignedInRequest, form: OrganisationForm) -> Organisation | None:
    sheet = {name: form.cleaned_data[name] for name in ORGANISATION_FIELDS}
    return carry_out(
        form,
        operations.present_organisation,
        by=request.user,
        expected_version=form.cleaned_data["version"],
        logo=form.cleaned_data["logo"],
        without_logo=form.cleaned_data.get("without_logo", False),
        **sheet,
    )


@login_not_required
@require_safe
def organisation_logo(request: HttpRequest) -> FileResponse:
    """For whoever reads the front door."""
    logo = this_organisation().logo
    if logo is None or not logo.is_there:
        raise Http404
    return handed_over(logo)
