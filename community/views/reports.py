"""Pages of an experience report: read it, write it, share it, take it back."""

from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from community import operations
from community.circles import REPORT
from community.forms import REPORT_FIELDS, ReportEditForm, ReportNewForm, ShareForm
from community.models import ExperienceReport, ReportState, ResourceStatus, SharedResource
from community.operations import ReportContent
from community.permissions import can_edit_report, can_withdraw_report, is_author, is_of_community
from community.queries import PARTS, debate_of, people_of_community, present_among, readiness_of
from community.views import refuse_outsiders, visible_report, write_once
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from structures.models import Structure
from structures.readers import asked_before_widening

M = TypeVar("M", bound=Model)
WRITTEN = [*REPORT_FIELDS, "co_authors"]


@require_safe
def experience_report(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found, user = visible_report(request, public_id), request.user
    is_mine = is_author(user, found)
    debate, authors = debate_of(found, user), list(found.authors.all())
    written = [one for contribution in debate for one in (contribution, *contribution.answers.all())]
    context = _read(found) | {
        "authors": authors,
        "debate": debate,
        "present": present_among([*authors, *(one.author for one in written)], user),
        "resources": found.resources.visible_to(user).order_by("title"),
        "is_mine": is_mine,
        "is_of_community": is_of_community(user),
        "can_edit": is_mine and is_of_community(user),
        "can_contribute": found.state == ReportState.SHARED and is_of_community(user) and not is_mine,
        "directs_structure": not is_mine and not is_of_community(user),
    }
    return render(request, "community/report.html", context)


def _read(report: ExperienceReport) -> dict[str, Any]:
    """The report as the community reads it."""
    return {
        "report": report,
        "authors": report.authors.all(),
        "dimensions": report.dimensions.all(),
        "parts": [(heading, text) for name, heading in PARTS.items() if (text := getattr(report, name))],
    }


def experience_report_new(request: SignedInRequest) -> HttpResponse:
    refuse_outsiders(request.user)
    form = ReportNewForm(request.POST or None, **_choices(request.user, None))
    draft = draft_for(request, form)

    def write() -> str:
        return operations.write_report(by=request.user, content=_content(form)).get_absolute_url()

    if form.is_valid() and (url := write_once(request, form, write)):
        messages.success(request, "Le brouillon est gardé. Vous et vos co-auteur·es êtes seul·es à le lire.")
        return redirect(url)
    context = {
        "draft": draft,
        "form": form,
        "heading": "Écrire un retour d’expérience",
        "submit": "Garder le brouillon",
        "cancel_url": reverse("community"),
    }
    return render(request, "community/report_form.html", context)


def experience_report_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_report(request, public_id)
    if not can_edit_report(request.user, found):
        raise PermissionDenied
    both: list[Overtaken] = []
    saved = _saved(request.user, found)
    initial = {"co_authors": saved["co_authors"], "version": found.version}
    form = ReportEditForm(request.POST or None, instance=found, initial=initial, **_choices(request.user, found))
    draft = draft_for(request, form)
    if form.is_valid():
        expected = form.cleaned_data["version"]
        try:
            touched = not {"structure", "co_authors"}.isdisjoint(form.changed_data)
            with asked_before_widening(REPORT, found, by=request.user, data=request.POST, when=touched):
                made = carry_out(
                    form,
                    operations.edit_report,
                    by=request.user,
                    report=found,
                    expected_version=expected,
                    content=_content(form),
                )
            if made:
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "Le retour d’expérience est enregistré.")
                return redirect(found)
        except StaleEdit:
            both = form.show_both(
                current={name: saved[name] for name in saved if name in form.fields}, version=found.version
            )
    context = {
        "draft": draft,
        "form": form,
        "both": both,
        "report": found,
        "heading": "Modifier le retour d’expérience",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "community/report_form.html", context)


def _content(form: ReportNewForm | ReportEditForm) -> ReportContent:
    return ReportContent(**{name: form.cleaned_data[name] for name in WRITTEN if name in form.cleaned_data})


def _saved(user: User, report: ExperienceReport) -> dict[str, Any]:
    """What is in the database, by the names of the form."""
    many = {name: list(getattr(report, name).all()) for name in ("dimensions", "resources")}
    others = report.authors.exclude(pk__in=[user.person_id, report.created_by_id])
    return {name: getattr(report, name) for name in REPORT_FIELDS} | many | {"co_authors": list(others)}


def _choices(user: User, report: ExperienceReport | None) -> dict[str, QuerySet]:
    """What may be chosen: what is open to the user, and what was chosen already."""
    structures = Structure.objects.accompanied_by(user)
    people = people_of_community().exclude(pk=user.person_id)
    resources = SharedResource.objects.visible_to(user).exclude(status=ResourceStatus.WITHDRAWN)
    if report:
        structures = _with(structures, Structure.objects.filter(pk__in=[report.structure_id]))
        people = _with(people, report.authors.all()).exclude(pk__in=[user.person_id, report.created_by_id])
        resources = _with(resources, report.resources.all())
    return {
        "structures": structures.in_french_order(),
        "people": people,
        "resources": resources.order_by("title", "pk"),
    }


def _with(rows: QuerySet[M], chosen: QuerySet[M]) -> Any:
    """These rows and those: as subqueries, so that neither's joins reach into the other."""
    return rows.model._default_manager.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=chosen.values("pk")))


def experience_report_share(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What the community will read, what is still in the way, and where the text comes from."""
    found = visible_report(request, public_id)
    if not can_edit_report(request.user, found):
        raise PermissionDenied
    if found.state == ReportState.SHARED:
        return redirect(found)
    initial = {"version": found.version} | ({"is_about_structure": "yes"} if found.structure_id else {})
    form = ShareForm(request.POST or None, initial=initial)
    if form.is_valid() and _share(request, found, form):
        messages.success(request, "C’est partagé. La communauté peut le lire et y répondre.")
        return redirect(found)
    context = _read(found) | {
        "form": form,
        "readiness": readiness_of(found),
        "resources": found.resources.order_by("title"),
    }
    return render(request, "community/report_share.html", context)


def _share(request: SignedInRequest, report: ExperienceReport, form: ShareForm) -> bool:
    chosen = {name: form.cleaned_data[name] for name in ("is_about_structure", "consent_on", "consent_scope")}
    expected = form.cleaned_data["version"]
    try:
        with asked_before_widening(REPORT, report, by=request.user, data=request.POST, go_on="Partager"):
            made = carry_out(
                form, operations.share_report, by=request.user, report=report, expected_version=expected, **chosen
            )
    except StaleEdit as stale:
        # The preview below is the new text: sharing again, once it is read, is a choice.
        form.add_error(None, stale.message)
        form.renew(report.version)
        return False
    return made is not None


@require_POST
def experience_report_withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_report(request, public_id)
    if not can_withdraw_report(request.user, found):
        raise PermissionDenied
    operations.withdraw_report(by=request.user, report=found)
    messages.success(request, "Le texte est retiré\u00a0: la communauté ne le lit plus. Il reste ici, en brouillon.")
    return redirect(found)
