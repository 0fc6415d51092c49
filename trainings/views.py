"""Pages of trainings: the calendar, the catalogue, a session, enrolling, taking attendance, papers."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.backstage.organisation import this_organisation
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import OperationRefused, StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.shared.pauses import is_taken_back
from structures.readers import asked_before_widening
from trainings import operations
from trainings.circles import SESSION
from trainings.forms import (
    MOST_HALF_DAYS,
    SESSION_FIELDS,
    TRAINING_FIELDS,
    AttendanceForm,
    CancelSessionForm,
    EnrolForm,
    HalfDays,
    SessionEditForm,
    SessionForm,
    SessionNewForm,
    TrainingEditForm,
    TrainingNewForm,
    half_days_of,
    half_days_overtaken,
    slots_of,
)
from trainings.models import Enrolment, EnrolmentState, HalfDay, Paper, Session, Training
from trainings.permissions import can_cancel_enrolment, can_keep_session, can_plan_training
from trainings.queries import (
    by_month,
    candidates,
    interventions_of,
    listed,
    own_enrolments,
    rows_of,
    upcoming_sessions,
)
from trajectories.models import Dimension, FrameworkVersion

PER_PAGE = 20


def _dimensions(chosen: Iterable[Dimension] = ()) -> Any:
    return Dimension.objects.offered(FrameworkVersion.objects.current(), chosen)


@require_safe
def trainings(request: SignedInRequest) -> HttpResponse:
    """What is coming, month by month; one's own places; the catalogue."""
    page = Paginator(upcoming_sessions(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "months": by_month(page.object_list),
        "enrolments": own_enrolments(request.user),
        "trainings": Training.objects.visible_to(request.user),
        "can_plan": can_plan_training(request.user),
    }
    return render(request, "trainings/calendar.html", context)


@require_safe
def past_sessions(request: SignedInRequest) -> HttpResponse:
    found = listed(Session.objects.visible_to(request.user).standing().past())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "trainings/past.html", {"page_obj": page, "months": by_month(page.object_list)})


def _catalogued(request: SignedInRequest, public_id: UUID) -> Training:
    return get_object_or_404(Training.objects.visible_to(request.user), public_id=public_id)


@require_safe
def training(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _catalogued(request, public_id)
    sessions = Session.objects.visible_to(request.user).filter(training=found)
    context = {
        "training": found,
        "organisation": this_organisation(),
        "dimensions": found.dimensions.all(),
        "upcoming": listed(sessions.upcoming()),
        "past": listed(sessions.standing().past())[:PER_PAGE],
        "can_plan": can_plan_training(request.user),
    }
    return render(request, "trainings/training.html", context)


def training_new(request: SignedInRequest) -> HttpResponse:
    if not can_plan_training(request.user):
        raise PermissionDenied
    form = TrainingNewForm(request.POST or None, dimensions=_dimensions())
    draft = draft_for(request, form)
    if form.is_valid():
        sheet = {name: form.cleaned_data[name] for name in TRAINING_FIELDS}

        def write() -> str:
            return operations.propose_training(by=request.user, **sheet).get_absolute_url()

        key = form.cleaned_data["client_key"]
        if url := carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write):
            messages.success(request, "La formation est au catalogue. Il reste à prévoir une session.")
            return redirect(url)
    context = {
        "form": form,
        "draft": draft,
        "heading": "Nouvelle formation",
        "lede": "Ce que l’on propose\u00a0; les dates viennent ensuite, session par session.",
        "cancel_url": reverse("trainings"),
    }
    return render(request, "trainings/form.html", context)


def training_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _catalogued(request, public_id)
    if not can_plan_training(request.user):
        raise PermissionDenied
    both: list[Overtaken] = []
    form = TrainingEditForm(
        request.POST or None,
        instance=found,
        initial={"version": found.version},
        dimensions=_dimensions(found.dimensions.all()),
    )
    draft = draft_for(request, form)
    if form.is_valid():
        sheet = {name: form.cleaned_data[name] for name in TRAINING_FIELDS}
        expected = form.cleaned_data["version"]
        saved = _catalogued(request, public_id)
        try:
            if carry_out(
                form, operations.edit_training, by=request.user, training=saved, expected_version=expected, **sheet
            ):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "La formation est à jour.")
                return redirect(saved)
        except StaleEdit:
            both = form.show_both(
                current={name: getattr(saved, name) for name in TRAINING_FIELDS}, version=saved.version
            )
    context = {
        "form": form,
        "draft": draft,
        "both": both,
        "training": found,
        "heading": "La formation",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "trainings/form.html", context)


def _sheet_of(form: SessionForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in SESSION_FIELDS}


def _half_days_form(request: SignedInRequest, found: Session | None = None) -> Any:
    initial = half_days_of(list(found.half_days.all())) if found else []
    lines = HalfDays(request.POST or None, initial=initial, prefix="demi")
    lines.extra = min(MOST_HALF_DAYS - len(initial), 2 if found else 4)
    return lines


def session_new(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _catalogued(request, public_id)
    if not can_plan_training(request.user):
        raise PermissionDenied
    form, lines = SessionNewForm(request.POST or None, initial=_me(request)), _half_days_form(request)
    draft = draft_for(request, form, *lines)
    if form.is_valid() and lines.is_valid():
        sheet, slots, trainers = _sheet_of(form), slots_of(lines), form.cleaned_data["trainers"]

        def write() -> str:
            return operations.plan_session(
                by=request.user, training=found, slots=slots, trainers=trainers, **sheet
            ).get_absolute_url()

        key = form.cleaned_data["client_key"]
        if url := carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write):
            messages.success(request, "La session est prévue.")
            return redirect(url)
    context = {
        "form": form,
        "draft": draft,
        "lines": lines,
        "training": found,
        "heading": "Nouvelle session",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "trainings/session_form.html", context)


def _me(request: SignedInRequest) -> dict[str, Any]:
    return {"trainers": [request.user.person_id], "capacity": 12}


def _visible(request: SignedInRequest, public_id: UUID) -> Session:
    sessions = Session.objects.visible_to(request.user).with_places().select_related("training", "cohort")
    return get_object_or_404(sessions, public_id=public_id)


def _kept(request: SignedInRequest, public_id: UUID) -> Session:
    found = _visible(request, public_id)
    if not can_keep_session(request.user, found):
        raise PermissionDenied
    return found


@require_safe
def session(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _visible(request, public_id)
    half_days = list(found.half_days.select_related("taken_by"))
    rows = rows_of(found, half_days, request.user)
    keeps = can_keep_session(request.user, found)
    mine = next((row.enrolment for row in rows if row.enrolment.person_id == request.user.person_id), None)
    context = {
        "session": found,
        "training": found.training,
        "organisation": this_organisation(),
        "half_days": half_days,
        "trainers": found.trainers.all(),
        "rows": rows,
        "mine": mine,
        "interventions": interventions_of(request.user, found),
        "can_keep": keeps,
        "can_cancel_some": not found.has_begun,
        "is_open": not (found.is_cancelled or found.has_begun),
        "paper": next((paper.label for paper in found.training.papers), ""),
    }
    return render(request, "trainings/session.html", context)


def session_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _kept(request, public_id)
    saved = {name: getattr(found, name) for name in SESSION_FIELDS} | {"trainers": list(found.trainers.all())}
    both: list[Overtaken] = []
    form = SessionEditForm(request.POST or None, initial=saved | {"version": found.version})
    lines = _half_days_form(request, found)
    draft = draft_for(request, form, *lines)
    if form.is_valid() and lines.is_valid():
        expected, trainers = form.cleaned_data["version"], form.cleaned_data["trainers"]
        try:
            touched = not {"cohort", "is_public", "trainers"}.isdisjoint(form.changed_data)
            with asked_before_widening(SESSION, found, by=request.user, data=request.POST, when=touched):
                made = carry_out(
                    form,
                    operations.edit_session,
                    by=request.user,
                    session=found,
                    expected_version=expected,
                    slots=slots_of(lines),
                    trainers=trainers,
                    **_sheet_of(form),
                )
            if made:
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "La session est à jour.")
                return redirect(found)
        except StaleEdit:
            both = form.show_both(current=saved, version=found.version)
            both += half_days_overtaken(list(found.half_days.all()), slots_of(lines))
    context = {
        "form": form,
        "draft": draft,
        "lines": lines,
        "both": both,
        "training": found.training,
        "session": found,
        "heading": "La session",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "trainings/session_form.html", context)


def session_cancel(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _kept(request, public_id)
    form = CancelSessionForm(request.POST or None)
    if form.is_valid():
        because = form.cleaned_data["because"]
        carry_out(form, operations.cancel_session, by=request.user, session=found, because=because)
        if not (form.errors or is_taken_back(request.POST)):
            messages.success(request, "La session est annulée\u00a0; les personnes inscrites sont prévenues.")
            return redirect(found)
    context = {
        "form": form,
        "training": found.training,
        "session": found,
        "heading": "Annuler la session",
        "lede": "Elle reste visible, avec la raison. Les personnes inscrites ou en attente reçoivent un message.",
        "cancel_url": found.get_absolute_url(),
        "submit": "Annuler la session",
    }
    return render(request, "trainings/form.html", context)


def enrol(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Oneself or one's people; how many places are left is said again once the places are given."""
    found = _visible(request, public_id)
    people = candidates(request.user, found)
    form = EnrolForm(request.POST or None, candidates=people)
    if form.is_valid() and (made := _enrol_all(request, form, found)):
        for enrolment in made:
            _say_enrolled(request, enrolment)
        for refusal in form.errors.get("people", []):
            messages.warning(request, str(refusal))
        return redirect(found)
    context = {
        "form": form,
        "session": found,
        "training": found.training,
        "already": [one for one in people if one.enrolment],
        "has_choice": any(one.enrolment is None for one in people),
        "is_open": not (found.is_cancelled or found.has_begun),
    }
    return render(request, "trainings/enrol.html", context)


def _enrol_all(request: SignedInRequest, form: EnrolForm, found: Session) -> list[Enrolment]:
    """One after the other, in the order of the page; who is refused takes nothing from the others."""
    made = []
    for chosen in form.chosen:
        try:
            made.append(
                operations.enrol(by=request.user, session=found, person=chosen.person, structure=chosen.structure)
            )
        except OperationRefused as refusal:
            form.add_error("people", refusal.message)
    return made


def _say_enrolled(request: SignedInRequest, enrolment: Enrolment) -> None:
    name = enrolment.person.display_name
    if enrolment.state == EnrolmentState.CONFIRMED:
        messages.success(request, f"{name} a une place.")
    else:
        messages.warning(
            request, f"{name} est sur la liste d’attente\u00a0: la dernière place vient d’être prise ou l’était déjà."
        )


def enrolment_cancel(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asked once more before the place goes to whoever waits: it would not come back by itself."""
    visible = Enrolment.objects.visible_to(request.user).select_related("session__training", "person")
    found = get_object_or_404(visible, public_id=public_id)
    if not can_cancel_enrolment(request.user, found):
        raise PermissionDenied
    is_seen = Session.objects.visible_to(request.user).filter(pk=found.session_id).exists()
    if request.method == "POST":
        operations.cancel_enrolment(by=request.user, enrolment=found)
        messages.success(request, f"L’inscription de {found.person.display_name} est annulée.")
        return redirect(found.session if is_seen else "trainings")
    context = {
        "enrolment": found,
        "session": found.session,
        "training": found.session.training,
        "is_mine": found.person_id == request.user.person_id,
        "back_url": found.session.get_absolute_url() if is_seen else reverse("trainings"),
    }
    return render(request, "trainings/enrolment_cancel.html", context)


def _half_day(found: Session, rank: int) -> HalfDay:
    half_days = list(found.half_days.all())
    if not 1 <= rank <= len(half_days):
        raise Http404
    return half_days[rank - 1]


def attendance(request: SignedInRequest, public_id: UUID, rank: int) -> HttpResponse:
    """Who was there; everybody is ticked the first time, absences are fewer."""
    found = _kept(request, public_id)
    half_day = _half_day(found, rank)
    rows = [row for row in rows_of(found, [half_day], request.user) if row.enrolment.state == EnrolmentState.CONFIRMED]
    people = [(row.enrolment.pk, row.enrolment.person.display_name) for row in rows]
    present = [str(row.enrolment.pk) for row in rows if row.came[0] is not False]
    form = AttendanceForm(
        request.POST or None, people=people, initial={"present": present, "version": half_day.version}
    )
    both: list[Overtaken] = []
    if form.is_valid():
        try:
            if carry_out(
                form,
                operations.take_attendance,
                by=request.user,
                half_day=half_day,
                present=form.chosen,
                expected_version=form.cleaned_data["version"],
            ):
                messages.success(request, "Les présences sont notées.")
                return redirect(found)
        except StaleEdit:
            names = dict(people)
            theirs = [names[row.enrolment.pk] for row in rows if row.came[0]]
            both = [Overtaken("Présences", ", ".join(theirs), ", ".join(names[pk] for pk in form.chosen))]
            form.renew(half_day.version)
    context = {
        "form": form,
        "both": both,
        "session": found,
        "training": found.training,
        "half_day": half_day,
        "people": people,
    }
    return render(request, "trainings/attendance.html", context)


@require_safe
def sheet(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The paper that this regime gives, to be printed; 404 where it gives none: papers are never mixed."""
    found = _kept(request, public_id)
    paper = next(iter(found.training.papers), None)
    if paper is None:
        raise Http404
    half_days = list(found.half_days.all())
    rows = [row for row in rows_of(found, half_days, request.user) if row.enrolment.state == EnrolmentState.CONFIRMED]
    context = {
        "session": found,
        "training": found.training,
        "half_days": half_days,
        "rows": rows,
        "trainers": found.trainers.all(),
        "is_signed": paper == Paper.SIGNING_SHEET,
        "heading": paper.label.capitalize(),
    }
    return render(request, "trainings/sheet.html", context)
