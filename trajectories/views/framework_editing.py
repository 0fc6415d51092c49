"""Pages by which coordination prepares a version of the référentiel: each part, its order, a file, the publication."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import Moved, StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from trajectories import operations
from trajectories.carrying import crosswalk_of
from trajectories.forms import (
    AxisAddForm,
    AxisForm,
    CriterionAddForm,
    CriterionForm,
    DimensionAddForm,
    DimensionForm,
    DropForm,
    FrameworkImportForm,
    MarkersForm,
    OrderForm,
    OriginForm,
    PresentationForm,
    PublicationForm,
    RemovalForm,
)
from trajectories.framework_checks import what_is_missing
from trajectories.framework_drafts import parts_under, version_of_markers
from trajectories.framework_words import words_of
from trajectories.models import Axis, Correspondence, Criterion, Dimension, FrameworkVersion, PartKind
from trajectories.permissions import can_edit_framework
from trajectories.views import write_once
from trajectories.views.framework import visible_framework

# The one place that has no key of its own: what stands above all the others.
WHOLE = "tout"


def _editors_only(request: SignedInRequest) -> None:
    if not can_edit_framework(request.user):
        raise PermissionDenied


def _draft(request: SignedInRequest, number: int) -> FrameworkVersion:
    """To be shown in a form. A form sent once it is published is refused by its operation, which keeps its words."""
    found = visible_framework(request, number)
    _editors_only(request)
    if not found.is_draft and request.method != "POST":
        raise Moved(found.get_absolute_url())
    return found


def _axis(version: FrameworkVersion, code: str) -> Axis:
    return get_object_or_404(version.axes.all(), code=code)


def _dimension(version: FrameworkVersion, key: str) -> Dimension:
    return get_object_or_404(version.dimensions.select_related("axis", "framework_version"), key=key)


def _criterion(version: FrameworkVersion, key: str) -> Criterion:
    known = Criterion.objects.filter(dimension__framework_version=version)
    return get_object_or_404(known.select_related("dimension__framework_version"), key=key)


def _url_of(dimension: Dimension) -> str:
    return reverse("framework_dimension", args=[dimension.framework_version.number, dimension.code])


@dataclass(frozen=True)
class Edited:
    """A part as its form shows it: what it says, the version it is at, where one comes from, what writes it."""

    heading: str
    saved: dict[str, Any]
    version: int
    back: str
    form: type[forms.Form]
    operation: Callable[..., Any]
    target: dict[str, Any]
    options: dict[str, Any]


def _edited_presentation(version: FrameworkVersion, _key: str) -> Edited:
    levels = {f"level_{one.rank}": one.name for one in version.levels.all()}
    saved = {"name": version.name, "introduction": version.introduction} | levels
    target = {"framework": version}
    return Edited(
        "Reformuler la présentation",
        saved,
        version.version,
        version.get_absolute_url(),
        PresentationForm,
        operations.edit_framework_words,
        target,
        {},
    )


def _edited_axis(version: FrameworkVersion, key: str) -> Edited:
    one = _axis(version, key)
    heading, back = f"Renommer l’axe «\u00a0{one.name}\u00a0»", version.get_absolute_url()
    return Edited(heading, {"name": one.name}, one.version, back, AxisForm, operations.edit_axis, {"axis": one}, {})


def _edited_dimension(version: FrameworkVersion, key: str) -> Edited:
    one = _dimension(version, key)
    saved = {name: getattr(one, name) for name in ("axis", "name", "short_name", "spoke_name", "question")}
    return Edited(
        f"Reformuler la dimension «\u00a0{one.short_name}\u00a0»",
        saved,
        one.version,
        _url_of(one),
        DimensionForm,
        operations.edit_dimension,
        {"dimension": one},
        {"framework": version},
    )


def _edited_criterion(version: FrameworkVersion, key: str) -> Edited:
    one = _criterion(version, key)
    heading, target = f"Reformuler le critère {one.code}", {"criterion": one}
    back = _url_of(one.dimension)
    return Edited(heading, {"text": one.text}, one.version, back, CriterionForm, operations.edit_criterion, target, {})


def _edited_markers(version: FrameworkVersion, key: str) -> Edited:
    one = _dimension(version, key)
    rows = list(one.markers.select_related("level"))
    return Edited(
        f"Décrire les repères de «\u00a0{one.short_name}\u00a0»",
        {f"level_{row.level.rank}": row.text for row in rows},
        version_of_markers(rows),
        _url_of(one),
        MarkersForm,
        operations.edit_markers,
        {"dimension": one},
        {"names": [row.level.name for row in rows]},
    )


def _edited_origin(version: FrameworkVersion, key: str) -> Edited:
    one = _dimension(version, key)
    known = Correspondence.objects.filter(dimension=one).first()
    origin = crosswalk_of(version).origins[one.key]
    sources = Dimension.objects.filter(framework_version=version.based_on_id, key__in=origin.sources)
    return Edited(
        f"D’où vient la dimension «\u00a0{one.short_name}\u00a0»",
        {"relation": origin.relation, "weight": origin.weight or "", "sources": list(sources)},
        known.version if known else 0,
        reverse("framework_crosswalk", args=[version.number]),
        OriginForm,
        operations.correct_correspondence,
        {"dimension": one},
        {"framework": version},
    )


_EDITED: dict[str, Callable[[FrameworkVersion, str], Edited]] = {
    PartKind.WORDS: _edited_presentation,
    PartKind.AXIS: _edited_axis,
    PartKind.DIMENSION: _edited_dimension,
    PartKind.CRITERION: _edited_criterion,
    PartKind.MARKERS: _edited_markers,
    PartKind.ORIGIN: _edited_origin,
}


def framework_part(request: SignedInRequest, number: int, part: str, key: str) -> HttpResponse:
    """Rewords one part, with the reason; overtaken by another, field by field."""
    version = _draft(request, number)
    if part not in _EDITED or (part == PartKind.WORDS and key != WHOLE):
        raise Http404
    edited = _EDITED[part](version, key)
    form = edited.form(request.POST or None, initial=edited.saved | {"version": edited.version}, **edited.options)
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        told = edited.target | form.words  # type: ignore[attr-defined]
        try:
            expected = form.cleaned_data["version"]
            if carry_out(form, edited.operation, by=request.user, expected_version=expected, **told):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "C’est changé, avec votre raison.")
                return redirect(edited.back)
        except StaleEdit:
            both = form.show_both(current=edited.saved, version=edited.version)  # type: ignore[attr-defined]
    context = _page(version, form, edited.heading, edited.back)
    return render(request, "trajectories/framework_form.html", context | {"both": both, "draft": draft})


def _page(version: FrameworkVersion, form: forms.Form, heading: str, back: str, **more: Any) -> dict[str, Any]:
    # Two pages of two versions are told apart by their titles.
    return {"version": version, "form": form, "heading": heading, "cancel_url": back} | more


@dataclass(frozen=True)
class Added:
    heading: str
    back: str
    form: type[forms.Form]
    operation: Callable[..., Any]
    target: dict[str, Any]


def _added(version: FrameworkVersion, part: str, under: str) -> Added:
    top = version.get_absolute_url()
    if part == PartKind.AXIS and under == WHOLE:
        return Added("Ajouter un axe", top, AxisAddForm, operations.add_axis, {"framework": version})
    if part == PartKind.DIMENSION:
        axis = _axis(version, under)
        heading = f"Ajouter une dimension à l’axe «\u00a0{axis.name}\u00a0»"
        return Added(heading, top, DimensionAddForm, operations.add_dimension, {"axis": axis})
    if part == PartKind.CRITERION:
        one = _dimension(version, under)
        heading, target = f"Ajouter un critère à «\u00a0{one.short_name}\u00a0»", {"dimension": one}
        return Added(heading, _url_of(one), CriterionAddForm, operations.add_criterion, target)
    raise Http404


def framework_add(request: SignedInRequest, number: int, part: str, under: str) -> HttpResponse:
    """An axis, a dimension of an axis, a criterion of a dimension: once, however often the form is sent."""
    version = _draft(request, number)
    added = _added(version, part, under)
    form = added.form(request.POST or None)
    draft = draft_for(request, form)
    if form.is_valid() and (url := write_once(request, form, added.operation, added.back, **added.target)):  # type: ignore[arg-type]
        messages.success(request, "C’est ajouté, avec votre raison.")
        return redirect(url)
    context = _page(version, form, added.heading, added.back, submit="Ajouter")
    return render(request, "trajectories/framework_form.html", context | {"draft": draft})


@dataclass(frozen=True)
class Removed:
    part: Axis | Dimension | Criterion
    heading: str
    means: str
    back: str


_ELSEWHERE = "Les versions déjà publiées gardent ses mots, et les lectures faites avec elles ne changent pas."


def _removed(version: FrameworkVersion, part: str, key: str) -> Removed:
    top = version.get_absolute_url()
    if part == PartKind.AXIS:
        axis = _axis(version, key)
        means = f"Un axe se retire une fois vide de ses dimensions. {_ELSEWHERE}"
        return Removed(axis, f"Retirer l’axe «\u00a0{axis.name}\u00a0»", means, top)
    if part == PartKind.DIMENSION:
        one = _dimension(version, key)
        means = (
            "Sa question, ses critères et ses repères quittent cette version\u00a0: une trajectoire qui la suivra ne "
            f"se lira plus sous cet angle. {_ELSEWHERE}"
        )
        return Removed(one, f"Retirer la dimension «\u00a0{one.short_name}\u00a0»", means, top)
    if part == PartKind.CRITERION:
        sign = _criterion(version, key)
        means = f"«\u00a0{sign.text}\u00a0» ne sera plus proposé à qui lira avec cette version. {_ELSEWHERE}"
        return Removed(sign, f"Retirer le critère {sign.code}", means, _url_of(sign.dimension))
    raise Http404


def framework_remove(request: SignedInRequest, number: int, part: str, key: str) -> HttpResponse:
    """What it means is said first, and the reason is asked for."""
    version = _draft(request, number)
    removed = _removed(version, part, key)
    form = RemovalForm(request.POST or None)
    told = {"part": removed.part, "why": form.cleaned_data["why"]} if form.is_valid() else {}
    if told and (carry_out(form, operations.remove_part, by=request.user, **told) is not None):
        messages.success(request, "C’est retiré, avec votre raison.")
        return redirect(removed.back)
    context = _page(version, form, removed.heading, removed.back, lede=removed.means, submit="Retirer")
    return render(request, "trajectories/framework_form.html", context)


def framework_order(request: SignedInRequest, number: int, part: str, key: str) -> HttpResponse:
    """Rows go up and down one by one; nothing is written before the order is kept, with one reason for it all."""
    version = _draft(request, number)
    under, heading, back = _ordered(version, part, key)
    rows = list(parts_under(version, under))
    known = {str(one.pk): one for one in rows}
    asked = [known[pk] for pk in request.POST.getlist("order") if pk in known]
    listed = _stepped(asked if len(asked) == len(rows) else rows, request.POST)
    moves = bool({"up", "down"} & set(request.POST))
    form = OrderForm(request.POST or None) if not moves else OrderForm(initial={"why": request.POST.get("why", "")})
    if request.POST and not moves and form.is_valid() and _kept(request, form, version, under):
        messages.success(request, "L’ordre est gardé, avec votre raison.")
        return redirect(back)
    context = _page(version, form, heading, back, rows=listed, submit="Garder cet ordre")
    return render(request, "trajectories/framework_order.html", context)


def _ordered(version: FrameworkVersion, part: str, key: str) -> tuple[Axis | Dimension | None, str, str]:
    top = version.get_absolute_url()
    if part == PartKind.AXIS and key == WHOLE:
        return None, "L’ordre des axes", top
    if part == PartKind.DIMENSION:
        axis = _axis(version, key)
        return axis, f"L’ordre des dimensions de l’axe «\u00a0{axis.name}\u00a0»", top
    if part == PartKind.CRITERION:
        one = _dimension(version, key)
        return one, f"L’ordre des critères de «\u00a0{one.short_name}\u00a0»", _url_of(one)
    raise Http404


def _stepped(rows: list[Any], pressed: Any) -> list[Any]:
    """With the row whose button was pressed one place higher or lower."""
    listed = list(rows)
    for name, step in (("up", -1), ("down", 1)):
        place = next((n for n, one in enumerate(listed) if str(one.pk) == pressed.get(name)), None)
        if place is not None and 0 <= place + step < len(listed):
            listed.insert(place + step, listed.pop(place))
    return listed


def _kept(request: SignedInRequest, form: OrderForm, version: FrameworkVersion, under: Axis | Dimension | None) -> bool:
    keys = [int(pk) for pk in request.POST.getlist("order") if pk.isdecimal() and len(pk) < 15]
    told = {"framework": version, "under": under, "keys": keys, "why": form.cleaned_data["why"]}
    try:
        return carry_out(form, operations.order_parts, by=request.user, **told) is not None
    except StaleEdit as stale:
        form.add_error(None, stale.message)
        return False


def framework_publish(request: SignedInRequest, number: int) -> HttpResponse:
    """Read over one last time: what is missing, next to its place, or what changes."""
    version = _draft(request, number)
    changes = list(version.changes.select_related("made_by"))
    form = PublicationForm(request.POST or None, initial={"version": len(changes)})
    if form.is_valid() and _published(request, form, version, len(changes)):
        messages.success(request, f"La version {version.number} est publiée\u00a0: tout le monde peut la lire.")
        return redirect(version)
    missing = what_is_missing(words_of(version))
    codes = dict(version.dimensions.values_list("key", "code"))
    places = [(one, codes.get(one.key)) for one in missing]
    context = _page(version, form, f"Publier la version {version.number}", version.get_absolute_url())
    return render(request, "trajectories/framework_publish.html", context | {"places": places, "changes": changes})


def _published(request: SignedInRequest, form: PublicationForm, version: FrameworkVersion, count: int) -> bool:
    given = form.cleaned_data
    try:
        made = carry_out(
            form,
            operations.publish_framework,
            by=request.user,
            framework=version,
            expected_changes=given["version"],
            why=given["why"],
        )
    except StaleEdit as stale:
        form.renew(count)
        form.add_error(None, stale.message)
        return False
    return made is not None


@require_POST
def framework_start(request: SignedInRequest, number: int) -> HttpResponse:
    """A draft with the words of this version."""
    found = visible_framework(request, number)
    _editors_only(request)
    made = operations.start_framework(by=request.user, based_on=found)
    messages.success(request, f"La version {made.number} est en préparation\u00a0: elle commence avec les mêmes mots.")
    return redirect(made)


@require_POST
def framework_retire(request: SignedInRequest, number: int) -> HttpResponse:
    found = visible_framework(request, number)
    _editors_only(request)
    operations.retire_framework(by=request.user, framework=found)
    messages.success(
        request, "La version est retirée\u00a0: elle reste lisible, et plus aucune trajectoire n’y commence."
    )
    return redirect(found)


def framework_drop(request: SignedInRequest, number: int) -> HttpResponse:
    """A draft that is given up, once that was said."""
    version = _draft(request, number)
    form = DropForm(request.POST or None)
    if form.is_valid() and (carry_out(form, operations.drop_framework, by=request.user, framework=version) is not None):
        messages.success(request, f"La version {number} n’est plus en préparation.")
        return redirect("frameworks")
    heading = f"Laisser la version {version.number}"
    context = _page(version, form, heading, version.get_absolute_url(), submit="Laisser cette version")
    return render(request, "trajectories/framework_form.html", context)


def framework_import(request: SignedInRequest) -> HttpResponse:
    """A file makes a draft; refused, its text stays below with the line at fault."""
    _editors_only(request)
    form = FrameworkImportForm(request.POST or None, request.FILES or None)
    if form.is_valid() and (url := write_once(request, form, operations.import_framework)):
        messages.success(request, "Le fichier est lu\u00a0: une version en préparation porte ses mots.")
        return redirect(url)
    context = {"form": form, "draft": FrameworkVersion.objects.visible_to(request.user).in_preparation()}
    return render(request, "trajectories/framework_import.html", context)
