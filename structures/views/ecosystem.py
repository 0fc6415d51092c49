"""The map of a structure's ecosystem, added to line by line, and each relation on its own page."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, VersionedForm, carry_out
from efc_platform.templatetags.french import long_date
from structures import operations
from structures.ecosystem import ecosystem_of, latest_of, linked_url
from structures.forms import (
    TOLD_FIELDS,
    MapDatesForm,
    RelationChangeForm,
    RelationEndForm,
    RelationForm,
    RelationLineForm,
)
from structures.looks import note_look
from structures.models import EcosystemActor, Structure
from structures.permissions import can_keep_ecosystem, can_read_relations
from structures.tabs import tabs_of
from structures.views.structures import visible_structure

# What a line keeps from the one before, and the name it has in the address.
LINE = {"category": "qui", "kind": "relation", "since": "depuis"}
_IS = {"cooperation": "une coopération", "order": "une commande", "exchange": "un échange"}


def ecosystem(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The map and its table, and for those who keep it the line that adds a relation: with htmx the map comes back
    alone, the cursor in the name; without, the page does the same."""
    found = visible_structure(request, public_id)
    keeps = can_keep_ecosystem(request.user, found)
    if request.method == "POST" and not keeps:
        raise PermissionDenied
    is_next = LINE["category"] in request.GET
    form = RelationLineForm(request.POST or None, initial=_last_line(request) if is_next else None)
    added = ""
    if form.is_valid() and (url := _add_once(request, form, found)):
        added = f"{form.cleaned_data['name']} est sur la carte."
        if request.headers.get("HX-Request") != "true":
            messages.success(request, added)
            return redirect(url)
        form = RelationLineForm(initial={name: form.cleaned_data[name] for name in LINE})
    if is_next or request.method == "POST":
        form.fields["name"].widget.attrs["autofocus"] = True
    context = _map_context(request, found) | {"form": form, "keeps": keeps, "added": added}
    is_fragment = request.method == "POST" and request.headers.get("HX-Request") == "true"
    return render(request, "structures/_ecosystem.html" if is_fragment else "structures/ecosystem.html", context)


def _last_line(request: SignedInRequest) -> dict[str, Any]:
    """What was chosen for the one before stays chosen."""
    return {name: request.GET.get(said, "") for name, said in LINE.items()}


def _add_once(request: SignedInRequest, form: RelationLineForm, found: Structure) -> str | None:
    line = {name: form.cleaned_data[name] for name in LINE}

    def write() -> str:
        operations.add_relation(by=request.user, structure=found, name=form.cleaned_data["name"], **line)
        query = urlencode({said: line[name] for name, said in LINE.items()})
        return f"{reverse('ecosystem', args=[found.public_id])}?{query}#ajouter"

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def _map_context(request: SignedInRequest, found: Structure) -> dict[str, Any]:
    today = timezone.localdate()
    dates = MapDatesForm({"on": request.GET.get("au"), "since": request.GET.get("compare")})
    on, since = _days(dates, today)
    return {
        "structure": found,
        "tabs": tabs_of(request.user, found),
        "map": ecosystem_of(found, on=on, since=since),
        "reads_words": can_read_relations(request.user, found),
        "is_today": on == today,
        "a_year_before": _a_year_before(on),
    }


def _days(dates: MapDatesForm, today: date) -> tuple[date, date | None]:
    """Those asked for; a day that is none, or an earlier one that is not earlier, is not heeded."""
    dates.is_valid()
    on = dates.cleaned_data.get("on") or today
    since = dates.cleaned_data.get("since")
    return on, since if since and since < on else None


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _visible(request: SignedInRequest, public_id: UUID) -> EcosystemActor:
    visible = EcosystemActor.objects.visible_to(request.user).select_related("structure", "linked")
    found = get_object_or_404(visible, public_id=public_id)
    note_look(request.user, found.structure)
    return found


def relation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """How the relation was, state by state, and for those who keep the map the form that completes it."""
    found = _visible(request, public_id)
    keeps, last = can_keep_ecosystem(request.user, found.structure), latest_of(found)
    if request.method == "POST" and not keeps:
        raise PermissionDenied
    told = {name: getattr(last, name) for name in ("kind", "since", *TOLD_FIELDS)}
    kept = {name: getattr(found, name) for name in ("version", "name", "category", "linked")}
    form = RelationForm(request.POST or None, initial=told | kept, actor=found, last=last, by=request.user)
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        written = {"linked": found.linked} | {k: v for k, v in form.cleaned_data.items() if k != "version"}
        answer, both = _write(request, found, form, operations.edit_relation, written)
        if answer:
            return answer
    context = {
        "actor": found,
        "structure": found.structure,
        "last": last,
        "states": reversed(found.relations.all()),
        "form": form,
        "draft": draft,
        "both": both,
        "keeps": keeps,
        "reads_words": can_read_relations(request.user, found.structure),
        "linked_url": linked_url(found, request.user),
    }
    return render(request, "structures/relation.html", context)


def _write(
    request: SignedInRequest, found: EcosystemActor, form: VersionedForm, operation: Any, written: dict[str, Any]
) -> tuple[HttpResponse | None, list[Overtaken]]:
    """Back to the map once it is written; else what another wrote meanwhile, if that is why."""
    try:
        if carry_out(
            form,
            operation,
            by=request.user,
            actor=found,
            expected_version=form.cleaned_data["version"],
            **written,
        ):
            draft_sent(by=request.user, typed=request.POST)
            messages.success(request, f"C’est noté\u00a0: {written.get('name', found.name)}.")
            return redirect(f"{reverse('ecosystem', args=[found.structure.public_id])}#acteur-{found.number}"), []
    except StaleEdit:
        saved, last = _visible(request, found.public_id), latest_of(found)
        current = {name: getattr(saved, name, None) or getattr(last, name, None) or "" for name in form.fields}
        current.pop("version")
        return None, form.show_both(current=current, version=saved.version)
    return None, []


def relation_change(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The relation is of another kind from a day on, or begins again: what it was stays."""
    found = _kept(request, public_id)
    last = latest_of(found)
    initial = {"version": found.version} | {name: getattr(last, name) for name in TOLD_FIELDS}
    form = RelationChangeForm(request.POST or None, initial=initial, last=last)
    if last.until is None:
        heading, lede = "La relation a changé", f"C’est {_IS[last.kind]} depuis le {long_date(last.since)}."
    else:
        heading, lede = "La relation reprend", f"C’était {_IS[last.kind]}, jusqu’au {long_date(last.until)}."
    return _one_form(request, found, form, operations.change_relation, heading, lede)


def relation_end(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The relation stops: it leaves the map, and stays on those of before."""
    found = _kept(request, public_id)
    form = RelationEndForm(request.POST or None, initial={"version": found.version})
    lede = (
        f"{found.name} quitte la carte, et garde sa place si la relation reprend. Les cartes d’avant n’y changent rien."
    )
    return _one_form(request, found, form, operations.end_relation, "La relation s’arrête", lede)


def _kept(request: SignedInRequest, public_id: UUID) -> EcosystemActor:
    found = _visible(request, public_id)
    if not can_keep_ecosystem(request.user, found.structure):
        raise PermissionDenied
    return found


def _one_form(
    request: SignedInRequest, found: EcosystemActor, form: VersionedForm, operation: Any, heading: str, lede: str
) -> HttpResponse:
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        written = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        answer, both = _write(request, found, form, operation, written)
        if answer:
            return answer
    context = {
        "form": form,
        "draft": draft,
        "both": both,
        "actor": found,
        "structure": found.structure,
        "heading": heading,
        "lede": lede,
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "structures/relation_form.html", context)
