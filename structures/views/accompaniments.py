"""Pages of those who accompany a structure: who, for how many days, instead of whom, and the note they leave."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import of_oneself
from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from structures import operations
from structures.forms import AppointmentOfPractitionerForm, DaysForm, HandOverForm, HandoverForm, StandInForm
from structures.models import Accompaniment, Handover, handovers_open_to
from structures.permissions import can_appoint_practitioner, can_see_workloads, can_write_handover
from structures.views.structures import visible_structure
from structures.workloads import workloads_of_all


def practitioner_add(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    if not can_appoint_practitioner(request.user):
        raise PermissionDenied
    form = AppointmentOfPractitionerForm(request.POST or None, structure=found)
    if form.is_valid() and (
        made := carry_out(form, operations.appoint_practitioner, by=request.user, structure=found, **form.cleaned_data)
    ):
        messages.success(request, f"{made.practitioner.display_name} accompagne {found.name} à partir d’aujourd’hui.")
        return redirect(found)
    context = {
        "form": form,
        "structure": found,
        "heading": "Qui accompagne",
        "lede": "Cette personne verra la structure et tout ce qui est partagé avec son équipe d’accompagnement.",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)


def _appointed(request: SignedInRequest, public_id: UUID, accompaniment_id: int) -> Accompaniment:
    """One that goes on or is planned, for whoever appoints."""
    found = visible_structure(request, public_id)
    known = found.accompaniments.unended().select_related("practitioner", "structure")
    accompaniment = get_object_or_404(known, pk=accompaniment_id)
    if not can_appoint_practitioner(request.user):
        raise PermissionDenied
    return accompaniment


@require_POST
def practitioner_end(request: SignedInRequest, public_id: UUID, accompaniment_id: int) -> HttpResponse:
    accompaniment = _appointed(request, public_id, accompaniment_id)
    found = accompaniment.structure
    operations.end_accompaniment(by=request.user, accompaniment=accompaniment)
    messages.success(request, f"{accompaniment.practitioner.display_name} n’accompagne plus {found.name}.")
    return redirect(found)


@require_POST
def practitioner_lead(request: SignedInRequest, public_id: UUID, accompaniment_id: int) -> HttpResponse:
    accompaniment = _appointed(request, public_id, accompaniment_id)
    found = accompaniment.structure
    operations.put_in_charge(by=request.user, accompaniment=accompaniment)
    messages.success(request, f"{accompaniment.practitioner.display_name} est en charge de l’accompagnement.")
    return redirect(found)


def practitioner_edit(request: SignedInRequest, public_id: UUID, accompaniment_id: int) -> HttpResponse:
    """How many days are foreseen, and the ways to a stand-in and to a successor."""
    held = _appointed(request, public_id, accompaniment_id)
    form = DaysForm(request.POST or None, initial={"days": held.days})
    if form.is_valid() and (
        kept := carry_out(form, operations.set_days, by=request.user, accompaniment=held, **form.cleaned_data)
    ):
        messages.success(request, "Les jours prévus sont enregistrés.")
        return redirect(kept.structure)
    return render(request, "structures/practitioner.html", _page(held, form))


def _page(held: Accompaniment, form: Any, **said: str) -> dict[str, Any]:
    return {
        "form": form,
        "held": held,
        "structure": held.structure,
        "cancel_url": held.structure.get_absolute_url(),
        "name": held.practitioner.display_name,
    } | said


def practitioner_stand_in(request: SignedInRequest, public_id: UUID, accompaniment_id: int) -> HttpResponse:
    held = _appointed(request, public_id, accompaniment_id)
    form = StandInForm(request.POST or None, held=held)
    if form.is_valid() and (
        made := carry_out(form, operations.stand_in, by=request.user, accompaniment=held, **form.cleaned_data)
    ):
        who, until = made.practitioner.display_name, date_format(form.cleaned_data["until"])
        messages.success(request, f"{who} remplace {held.practitioner.display_name} jusqu’au {until}.")
        return redirect(held.structure)
    said = {
        "heading": f"Pendant une absence de {held.practitioner.display_name}",
        "lede": "Une autre personne accompagne à sa place\u00a0; la structure se referme à elle après son dernier "
        "jour.",
        "submit": "Confier pendant l’absence",
    }
    return render(request, "pages/form.html", _page(held, form, **said))


def practitioner_handover(request: SignedInRequest, public_id: UUID, accompaniment_id: int) -> HttpResponse:
    held = _appointed(request, public_id, accompaniment_id)
    form = HandOverForm(request.POST or None, held=held)
    if form.is_valid() and (
        made := carry_out(form, operations.hand_over, by=request.user, accompaniment=held, **form.cleaned_data)
    ):
        day = date_format(form.cleaned_data["on"])
        messages.success(request, f"{made.practitioner.display_name} prend le relais le {day}.")
        return redirect(held.structure)
    said = {
        "heading": f"Passer le relais de {held.practitioner.display_name}",
        "lede": "Une note lui sera demandée pour qui continue. Ce qui a été écrit reste, et la structure se referme à "
        "cette personne ce jour-là.",
        "submit": "Passer le relais",
    }
    return render(request, "pages/form.html", _page(held, form, **said))


@of_oneself
def handover(request: SignedInRequest, public_id: UUID, accompaniment_id: int) -> HttpResponse:
    """The note of one who accompanies: theirs to write, read by those who accompany the structure."""
    known = handovers_open_to(request.user).filter(structure__public_id=public_id)
    held = get_object_or_404(known.select_related("structure", "practitioner"), pk=accompaniment_id)
    writes = can_write_handover(request.user, held)
    if request.method == "POST" and not writes:
        raise PermissionDenied
    note = Handover.objects.filter(accompaniment=held).first()
    form = HandoverForm(request.POST or None, initial=_written(note))
    draft = draft_for(request, form)
    both: list[Overtaken] = []
    if form.is_valid():
        try:
            if _write_note(request, form, held):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "Votre note est enregistrée.")
                return redirect("handover", public_id, accompaniment_id)
        except StaleEdit:
            current = _written(Handover.objects.filter(accompaniment=held).first())
            both = form.show_both(current={"note": current["note"]}, version=current["version"])
    context = {"held": held, "note": note, "form": form, "draft": draft, "writes": writes, "both": both}
    return render(request, "structures/handover.html", context | {"structure": held.structure})


def _written(note: Handover | None) -> dict[str, Any]:
    return {"note": note.note, "version": note.version} if note else {"note": "", "version": 0}


def _write_note(request: SignedInRequest, form: HandoverForm, held: Accompaniment) -> Handover | None:
    expected, note = form.cleaned_data["version"], form.cleaned_data["note"]
    return carry_out(
        form, operations.write_handover, by=request.user, accompaniment=held, note=note, expected_version=expected
    )


@require_safe
def workloads(request: SignedInRequest) -> HttpResponse:
    """Each of those who may accompany, by name, and what is entrusted to them: to entrust the next one fairly."""
    if not can_see_workloads(request.user):
        raise PermissionDenied
    return render(request, "structures/workloads.html", {"workloads": workloads_of_all()})
