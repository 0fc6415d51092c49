"""Pages of the debate: contribute, answer, rewrite, take back, read what was written before."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from community import operations
from community.forms import KIND_MEANINGS, AnswerEditForm, AnswerForm, ContributionEditForm, ContributionForm
from community.models import Contribution, ContributionKind, ExperienceReport, SharedResource
from community.permissions import (
    can_answer,
    can_contribute,
    can_edit_contribution,
    can_withdraw_contribution,
    is_of_community,
)
from community.queries import contribution_versions
from community.views import PER_PAGE, visible_contribution, visible_report, write_once
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out

LINKS = ["linked_report", "linked_resource"]


def contribution_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_report(request, public_id)
    if not can_contribute(request.user, found):
        raise PermissionDenied
    asked = request.GET.get("genre")
    initial = {"kind": asked} if asked in KIND_MEANINGS else {}
    form = ContributionForm(request.POST or None, initial=initial, **_links(request, found))
    draft = draft_for(request, form)

    def write() -> str:
        chosen = {name: form.cleaned_data[name] for name in ("kind", "text", *LINKS)}
        return operations.contribute(by=request.user, report=found, **chosen).get_absolute_url()

    if form.is_valid() and (url := write_once(request, form, write)):
        messages.success(request, "Votre contribution est dans le débat.")
        return redirect(url)
    context = {
        "draft": draft,
        "form": form,
        "report": found,
        "heading": "Contribuer au débat",
        "kinds": [(kind, kind.label, meaning) for kind, meaning in KIND_MEANINGS.items()],
        "kind": form["kind"].value(),
        "submit": "Contribuer",
    }
    return render(request, "community/contribution_form.html", context)


def _links(request: SignedInRequest, report: ExperienceReport) -> dict[str, Any]:
    others = ExperienceReport.objects.visible_to(request.user).shared().exclude(pk=report.pk)
    resources = SharedResource.objects.visible_to(request.user)
    return {"reports": others.order_by("title", "pk"), "resources": resources.order_by("title", "pk")}


def contribution_answer(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_contribution(request, public_id)
    if not can_answer(request.user, found):
        raise PermissionDenied
    form = AnswerForm(request.POST or None)
    draft = draft_for(request, form)

    def write() -> str:
        made = operations.answer(by=request.user, contribution=found, text=form.cleaned_data["text"])
        return made.get_absolute_url()

    if form.is_valid() and (url := write_once(request, form, write)):
        messages.success(request, "Votre réponse est dans le débat.")
        return redirect(url)
    context = {
        "draft": draft,
        "form": form,
        "report": found.report,
        "about": found,
        "of": found,
        "heading": f"Répondre\u00a0: {_named(found)}",
        "submit": "Répondre",
    }
    return render(request, "community/contribution_form.html", context)


def contribution_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_contribution(request, public_id)
    if not can_edit_contribution(request.user, found):
        raise PermissionDenied
    both: list[Overtaken] = []
    is_answer = found.kind == ContributionKind.ANSWER
    saved = {name: getattr(found, name) for name in ("text", *LINKS)}
    initial = saved | {"version": found.version}
    if is_answer:
        form: AnswerEditForm | ContributionEditForm = AnswerEditForm(request.POST or None, initial=initial)
    else:
        form = ContributionEditForm(request.POST or None, initial=initial, **_links(request, found.report))
    draft = draft_for(request, form)
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in saved if name in form.fields}
        expected = form.cleaned_data["version"]
        try:
            if carry_out(
                form,
                operations.edit_contribution,
                by=request.user,
                contribution=found,
                expected_version=expected,
                **chosen,
            ):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "Votre texte est modifié\u00a0; ce qu’il était reste lisible.")
                return redirect(found)
        except StaleEdit:
            both = form.show_both(current={name: saved[name] for name in chosen}, version=found.version)
    heading = f"Modifier\u00a0: {_named(found)}"
    context = {"draft": draft, "form": form, "both": both, "report": found.report, "of": found, "heading": heading}
    return render(request, "community/contribution_form.html", context)


def _named(contribution: Contribution) -> str:
    return contribution.get_kind_display().lower()


@require_safe
def contribution_versions_page(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Whoever reads the debate; what was taken back is read nowhere."""
    found = visible_contribution(request, public_id)
    if found.withdrawn_at:
        raise Http404
    page = Paginator(contribution_versions(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": f"{found.get_kind_display()}\u00a0: les versions",
        "of": found,
        "page_obj": page,
        "is_of_community": is_of_community(request.user),
        "back_url": found.get_absolute_url(),
        "back_label": found.report.title,
    }
    return render(request, "community/versions.html", context)


@require_POST
def contribution_withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_contribution(request, public_id)
    if not can_withdraw_contribution(request.user, found):
        raise PermissionDenied
    operations.withdraw_contribution(by=request.user, contribution=found)
    messages.success(request, "Votre contribution est retirée\u00a0; les réponses qu’elle a reçues restent.")
    return redirect(found.report)
