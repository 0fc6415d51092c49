"""Pages of the remarks about the référentiel: one is left, coordination gathers and answers them."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.forms import carry_out
from efc_platform.templatetags.french import long_date
from trajectories import operations
from trajectories.forms import FrameworkRemarkAnswerForm, FrameworkRemarkForm
from trajectories.models import Criterion, Dimension, FrameworkRemark, FrameworkVersion, Level, PartKind
from trajectories.origins import Origin, origins_of
from trajectories.permissions import can_answer_framework_remark, can_remark_framework
from trajectories.views import write_once
from trajectories.views.framework import visible_framework

PER_PAGE = 20
_IS_ANSWERED = ExpressionWrapper(Q(answered_at__isnull=False), output_field=BooleanField())


def framework_remark_new(request: SignedInRequest, number: int, part: str, key: str) -> HttpResponse:
    """From where one reads: a criterion, or the levels of a dimension."""
    version = visible_framework(request, number)
    on, heading, quoted = _remarked(version, part, key)
    if not can_remark_framework(request.user, version):
        raise PermissionDenied
    levels = [] if isinstance(on, Criterion) else [one.name for one in version.levels.all()]
    form = FrameworkRemarkForm(request.POST or None, levels=levels)
    draft = draft_for(request, form)
    if form.is_valid() and (url := write_once(request, form, operations.remark_framework, on=on)):
        messages.success(request, "Votre remarque est partie\u00a0: la coordination la lit, et vous répondra ici.")
        return redirect(url)
    dimension = on.dimension if isinstance(on, Criterion) else on
    context = {
        "version": version,
        "form": form,
        "heading": heading,
        "lede": quoted,
        "draft": draft,
        "cancel_url": reverse("framework_dimension", args=[version.number, dimension.code]),
        "submit": "Envoyer",
    }
    return render(request, "trajectories/framework_form.html", context)


def _remarked(version: FrameworkVersion, part: str, key: str) -> tuple[Criterion | Dimension, str, str]:
    if part == PartKind.CRITERION:
        known = Criterion.objects.filter(dimension__framework_version=version)
        sign = get_object_or_404(known.select_related("dimension__framework_version"), key=key)
        return sign, f"Une remarque sur le critère {sign.code}", f"«\u00a0{sign.text}\u00a0»"
    if part == PartKind.MARKERS:
        one = get_object_or_404(version.dimensions.select_related("framework_version"), key=key)
        return one, f"Une remarque sur les repères de «\u00a0{one.short_name}\u00a0»", ""
    raise Http404


@dataclass
class About:
    """The remarks about one wording, under its dimension, each with what led to it when something else did."""

    dimension: str
    label: str
    wording: str
    remarks: list[tuple[FrameworkRemark, Origin | None]] = field(default_factory=list)


@require_safe
def framework_remarks(request: SignedInRequest) -> HttpResponse:
    """For coordination all of them, gathered by what they are about, those that wait first; for others their own."""
    answers = can_answer_framework_remark(request.user)
    known = FrameworkRemark.objects.visible_to(request.user).select_related(
        "framework_version", "author", "answered_by", "taken_up_in"
    )
    waiting_first = known.annotate(is_answered=_IS_ANSWERED).order_by(
        "is_answered", "dimension_key", "part", "key", "rank", "written_at", "pk"
    )
    page = Paginator(waiting_first, PER_PAGE).get_page(request.GET.get("page"))
    origins = origins_of(request.user, list(page))
    context = {"page_obj": page, "groups": _gathered(list(page), origins), "answers": answers}
    return render(request, "trajectories/framework_remarks.html", context)


def _gathered(remarks: list[FrameworkRemark], origins: dict[int, Origin]) -> list[About]:
    """In the words of the version that each was written about."""
    versions = {one.framework_version_id for one in remarks}
    dimensions = {
        (one.framework_version_id, one.key): one for one in Dimension.objects.filter(framework_version__in=versions)
    }
    signs = {
        (one.dimension.framework_version_id, one.key): one
        for one in Criterion.objects.filter(
            dimension__framework_version__in=versions, key__in={one.key for one in remarks}
        ).select_related("dimension")
    }
    levels: dict[int, dict[int, str]] = defaultdict(dict)
    for version, rank, name in Level.objects.filter(framework_version__in=versions).values_list(
        "framework_version", "rank", "name"
    ):
        levels[version][rank] = name
    found: dict[tuple, About] = {}
    for one in remarks:
        of, place = one.framework_version_id, (one.answered_at is None, one.dimension_key, one.part, one.key, one.rank)
        if place not in found:
            sign = signs.get((of, one.key)) if one.part == PartKind.CRITERION else None
            label = f"Critère {sign.code}" if sign else f"Repère «\u00a0{levels[of].get(one.rank or 0, '')}\u00a0»"
            label = label if sign or one.rank else "Les cinq repères"
            found[place] = About(str(dimensions[of, one.dimension_key].name), label, sign.text if sign else "")
        found[place].remarks.append((one, origins.get(one.pk)))
    return list(found.values())


def framework_remark_answer(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    known = FrameworkRemark.objects.visible_to(request.user).select_related("author", "framework_version")
    found = get_object_or_404(known, public_id=public_id)
    if not can_answer_framework_remark(request.user):
        raise PermissionDenied
    form = FrameworkRemarkAnswerForm(request.POST or None, draft=FrameworkVersion.objects.in_preparation())
    draft = draft_for(request, form)
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in form.fields}
        if carry_out(form, operations.answer_framework_remark, by=request.user, remark=found, **chosen):
            draft_sent(by=request.user, typed=request.POST)
            messages.success(request, "Votre réponse est partie.")
            return redirect(found)
    context = {
        "version": found.framework_version,
        "form": form,
        "draft": draft,
        "heading": f"Répondre à {found.author.display_name}, remarque du {long_date(found.written_at)} sur {found.key}",
        "lede": f"{found.author.display_name} a écrit\u00a0: «\u00a0{found.text}\u00a0»",
        "cancel_url": found.get_absolute_url(),
        "submit": "Répondre",
    }
    return render(request, "trajectories/framework_form.html", context)
