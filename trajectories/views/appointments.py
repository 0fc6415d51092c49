"""Pages of appointments: plan, change and cancel one, answer, and the list of those of a trajectory."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.templatetags.french import long_date
from structures.looks import note_look
from trajectories import operations
from trajectories.appointments import guests_of, offered
from trajectories.forms import (
    APPOINTMENT_FIELDS,
    AnswerForm,
    AppointmentEditForm,
    AppointmentForm,
    CancelAppointmentForm,
    of_appointment,
)
from trajectories.invitations import read_answer, reminded
from trajectories.models import Answer, Appointment, Trajectory
from trajectories.permissions import can_log_intervention, can_read_texts, can_steer
from trajectories.reminders import next_reminder
from trajectories.views import steered, visible_trajectory, write_once

PER_PAGE = 20


@require_safe
def appointments(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """All of them, the latest first: to come, past, cancelled."""
    found = visible_trajectory(request, public_id)
    rows = found.appointments.select_related("intervention").order_by("-starts_at", "-pk")
    context = {
        "trajectory": found,
        "structure": found.structure,
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "reads": can_read_texts(request.user, found),
        "can_plan": found.closed_on is None and can_steer(request.user, found),
        "can_log": can_log_intervention(request.user, found),
    }
    return render(request, "trajectories/appointments.html", context)


def _visible(request: SignedInRequest, public_id: UUID) -> Appointment:
    visible = Appointment.objects.visible_to(request.user)
    rows = visible.select_related("trajectory__structure", "created_by__user", "cancelled_by", "intervention")
    found = get_object_or_404(rows, public_id=public_id)
    note_look(request.user, found.trajectory.structure)
    return found


def _steered(request: SignedInRequest, public_id: UUID) -> Appointment:
    found = _visible(request, public_id)
    if not can_steer(request.user, found.trajectory):
        raise PermissionDenied
    return found


@require_safe
def appointment(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """When and where for whoever sees the trajectory; the rest for those who read its texts."""
    found = _visible(request, public_id)
    reads = can_read_texts(request.user, found.trajectory)
    guests = guests_of(found) if reads else []
    is_ahead = not (found.is_past or found.cancelled_at)
    steers = is_ahead and can_steer(request.user, found.trajectory)
    context = {
        "appointment": found,
        "structure": found.trajectory.structure,
        "reads": reads,
        "guests": guests,
        "mine": next((one for one in guests if one.person_id == request.user.person_id), None),
        "answers": AnswerForm.base_fields["answer"].choices,  # type: ignore[attr-defined]
        "is_ahead": is_ahead,
        "can_change": steers,
        "can_log": found.cancelled_at is None and can_log_intervention(request.user, found.trajectory),
        "reminder": next_reminder(found) if steers else None,
        "reminded": reminded(found) if steers else [],
    }
    return render(request, "trajectories/appointment.html", context)


@require_POST
def appointment_reply(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One's own answer, by whoever is invited."""
    found = _visible(request, public_id)
    if not found.guests.filter(person=request.user.person_id).exists():
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise OperationRefused("Choisissez une des trois réponses.")
    operations.answer_appointment(by=request.user, appointment=found, answer=Answer(form.cleaned_data["answer"]))
    messages.success(request, "Votre réponse est notée.")
    return redirect(found)


@login_not_required
def appointment_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Read, it asks; pressed, it answers. Mail readers open links by themselves: reading changes nothing."""
    guest = read_answer(token)
    if guest is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = Answer(form.cleaned_data["answer"])
        guest = carry_out(form, operations.answer_by_link, guest=guest, answer=answer) or guest
    context = {
        "guest": guest,
        "appointment": guest.appointment,
        "structure": guest.appointment.trajectory.structure,
        "answers": AnswerForm.base_fields["answer"].choices,  # type: ignore[attr-defined]
        "form": form,
    }
    return render(request, "trajectories/appointment_answer.html", context)


def appointment_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = steered(request, public_id)
    if found.closed_on is not None and request.method != "POST":
        raise OperationRefused("Cette trajectoire est close\u00a0: on ne s’y donne plus de rendez-vous.")
    people = offered(found, planner=request.user.person)
    form = AppointmentForm(request.POST or None, offered=people)
    url = reverse("appointments", args=[found.public_id])
    if form.is_valid() and write_once(request, form, operations.plan_appointment, url, trajectory=found):
        messages.success(request, "Le rendez-vous est noté.")
        return redirect(found)
    context = _form_page(found, form, "Prochaine rencontre") | {"cancel_url": found.get_absolute_url()}
    return render(request, "trajectories/appointment_form.html", context)


def _form_page(trajectory: Trajectory, form: AppointmentForm | AppointmentEditForm, heading: str) -> dict[str, Any]:
    return {"form": form, "trajectory": trajectory, "structure": trajectory.structure, "heading": heading, "lede": ""}


def appointment_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _steered(request, public_id)
    people = offered(found.trajectory, planner=found.created_by, appointment=found)
    initial = of_appointment(found) | {"version": found.version}
    form = AppointmentEditForm(request.POST or None, initial=initial, offered=people)
    both: list[Overtaken] = []
    if form.is_valid():
        try:
            if _edit(request, form, found):
                messages.success(request, "Le rendez-vous est enregistré\u00a0; qui était invité l’apprend.")
                return redirect(found)
        except StaleEdit:
            found.refresh_from_db()
            both = form.show_both(current=of_appointment(found), version=found.version)
    context = _form_page(found.trajectory, form, f"Modifier le rendez-vous du {_day(found)}")
    context |= {"both": both, "cancel_url": found.get_absolute_url()}
    return render(request, "trajectories/appointment_form.html", context)


def _edit(request: SignedInRequest, form: AppointmentEditForm, found: Appointment) -> Appointment | None:
    written = {name: form.cleaned_data[name] for name in (*APPOINTMENT_FIELDS, "added_modality")}
    expected = form.cleaned_data["version"]
    return carry_out(
        form,
        operations.edit_appointment,
        by=request.user,
        appointment=found,
        expected_version=expected,
        **written,
    )


def appointment_cancel(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _steered(request, public_id)
    form = CancelAppointmentForm(request.POST or None)
    if form.is_valid() and _cancel(request, form, found):
        messages.success(request, "Le rendez-vous est annulé\u00a0; qui était invité l’apprend.")
        return redirect(found)
    context = {
        "form": form,
        "structure": found.trajectory.structure,
        "heading": f"Annuler le rendez-vous du {_day(found)}",
        "lede": "Il reste dans les listes, barré, avec ces mots. Qui était invité reçoit l’annulation.",
        "submit": "Annuler ce rendez-vous",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)


def _day(found: Appointment) -> str:
    return long_date(found.starts_at)


def _cancel(request: SignedInRequest, form: CancelAppointmentForm, found: Appointment) -> Appointment | None:
    because = form.cleaned_data["because"]
    return carry_out(form, operations.cancel_appointment, by=request.user, appointment=found, because=because)


@require_POST
def appointment_reminders(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Suspends the reminder, or lets it leave again."""
    found = _steered(request, public_id)
    paused = "pause" in request.POST
    operations.set_reminders(by=request.user, appointment=found, paused=paused)
    messages.success(request, "Le rappel est suspendu." if paused else "Le rappel partira.")
    return redirect(found)
