"""Pages of structures: the list, the sheet, its people and who accompanies it; the requests of who asks for it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import of_oneself
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from structures import operations
from structures.forms import (
    SHEET_FIELDS,
    AnswerForm,
    AppointmentOfPractitionerForm,
    CloseRequestForm,
    MemberForm,
    SheetEditForm,
    SheetNewForm,
    WelcomeRequestForm,
)
from structures.looks import note_look
from structures.models import AccompanimentRequest, Structure, ties_of
from structures.permissions import (
    can_answer_request,
    can_appoint_practitioner,
    can_begin_trajectory,
    can_create_structure,
    can_edit_structure,
    can_see_looks,
)
from structures.queries import current_members, listed

PER_PAGE = 25


def visible_structure(request: SignedInRequest, public_id: UUID) -> Structure:
    found = get_object_or_404(Structure.objects.visible_to(request.user), public_id=public_id)
    note_look(request.user, found)
    return found


@require_safe
def structures(request: SignedInRequest) -> HttpResponse:
    # PostgreSQL has no NUL in its texts, an address may.
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = Structure.objects.visible_to(request.user).in_french_order()
    if words:
        found = found.matching(words)
    page = Paginator(listed(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "words": words, "can_create": can_create_structure(request.user)}
    return render(request, "structures/list.html", context)


@require_safe
def structure(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    # The open one before those that are closed, the latest first.
    trajectory = found.trajectories.order_by(F("closed_on").desc(nulls_first=True), "-started_on").first()
    is_to_open = trajectory is None or trajectory.closed_on is not None
    context = {
        "structure": found,
        "members": current_members(found),
        "accompaniments": found.accompaniments.current().select_related("practitioner"),
        "cohorts": [place.cohort for place in found.cohort_places.current().select_related("cohort")],
        "figures": found.yearly_figures.first(),
        "trajectory": trajectory,
        "can_begin_trajectory": is_to_open and can_begin_trajectory(request.user, found),
        "can_edit": can_edit_structure(request.user, found),
        "is_member": found.pk in ties_of(request.user).joined,
        "accompanies": found.pk in ties_of(request.user).accompanied,
        "can_appoint": can_appoint_practitioner(request.user),
        "can_see_looks": can_see_looks(request.user, found),
    }
    return render(request, "structures/detail.html", context)


def _open_once(request: SignedInRequest, form: SheetNewForm) -> str | None:
    def write() -> str:
        sheet = {name: form.cleaned_data[name] for name in SHEET_FIELDS}
        return operations.open_structure(by=request.user, **sheet).get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def structure_new(request: SignedInRequest) -> HttpResponse:
    if not can_create_structure(request.user):
        raise PermissionDenied
    form = SheetNewForm(request.POST or None)
    if form.is_valid() and (url := _open_once(request, form)):
        messages.success(request, f"La fiche de {form.cleaned_data['name']} est ouverte.")
        return redirect(url)
    context = {
        "form": form,
        "heading": "Nouvelle structure",
        "lede": "Le nom suffit pour commencer.",
        "cancel_url": reverse("structures"),
    }
    return render(request, "pages/form.html", context)


def structure_edit(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    if not can_edit_structure(request.user, found):
        raise PermissionDenied
    both: list[Overtaken] = []
    form = SheetEditForm(request.POST or None, instance=found, initial={"version": found.version})
    if form.is_valid():
        sheet = {name: form.cleaned_data[name] for name in SHEET_FIELDS}
        expected = form.cleaned_data["version"]
        try:
            if carry_out(
                form, operations.edit_structure, by=request.user, structure=found, expected_version=expected, **sheet
            ):
                messages.success(request, "La fiche est enregistrée.")
                return redirect(found)
        except StaleEdit:
            saved = visible_structure(request, public_id)
            both = form.show_both(current={name: getattr(saved, name) for name in SHEET_FIELDS}, version=saved.version)
    context = {
        "form": form,
        "both": both,
        "structure": found,
        "heading": "La fiche",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)


def _add_once(request: SignedInRequest, form: MemberForm, found: Structure) -> str | None:
    def write() -> str:
        chosen = {name: value for name, value in form.cleaned_data.items() if name != "client_key"}
        operations.add_member(by=request.user, structure=found, **chosen)
        return found.get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


@of_oneself
def member_add(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = visible_structure(request, public_id)
    if not can_edit_structure(request.user, found):
        raise PermissionDenied
    form = MemberForm(request.POST or None)
    if form.is_valid() and _add_once(request, form, found):
        messages.success(request, f"{form.full_name} est dans la structure.")
        return redirect(found)
    context = {
        "form": form,
        "structure": found,
        "heading": "Une personne de plus",
        "lede": "Le prénom suffit. Ajouter quelqu’un ici ne lui ouvre pas de compte.",
        "cancel_url": found.get_absolute_url(),
        "submit": "Ajouter",
    }
    return render(request, "pages/form.html", context)


@of_oneself
@require_POST
def member_end(request: SignedInRequest, public_id: UUID, membership_id: int) -> HttpResponse:
    found = visible_structure(request, public_id)
    membership = get_object_or_404(found.memberships.current().select_related("structure", "person"), pk=membership_id)
    if not can_edit_structure(request.user, found):
        raise PermissionDenied
    operations.end_membership(by=request.user, membership=membership)
    messages.success(request, f"{membership.person.display_name} ne fait plus partie de la structure.")
    # Whoever removes themselves no longer sees it.
    return redirect(found if Structure.objects.visible_to(request.user).filter(pk=found.pk).exists() else "structures")


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


@require_POST
def practitioner_end(request: SignedInRequest, public_id: UUID, accompaniment_id: int) -> HttpResponse:
    found = visible_structure(request, public_id)
    accompaniment = get_object_or_404(
        found.accompaniments.current().select_related("practitioner"), pk=accompaniment_id
    )
    if not can_appoint_practitioner(request.user):
        raise PermissionDenied
    operations.end_accompaniment(by=request.user, accompaniment=accompaniment)
    messages.success(request, f"{accompaniment.practitioner.display_name} n’accompagne plus {found.name}.")
    return redirect(found)


@require_safe
def support_requests(request: SignedInRequest) -> HttpResponse:
    """Those that wait for an answer first."""
    if not can_answer_request(request.user):
        raise PermissionDenied
    found = AccompanimentRequest.objects.visible_to(request.user).to_be_done_first()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "structures/requests.html", {"page_obj": page})


def _visible_request(request: SignedInRequest, public_id: UUID) -> AccompanimentRequest:
    if not can_answer_request(request.user):
        raise PermissionDenied
    visible = AccompanimentRequest.objects.visible_to(request.user).select_related("answered_by")
    return get_object_or_404(visible, public_id=public_id)


def support_request(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """All that was written, and the two ways to be done with it: an answer, or a reason to close."""
    found = _visible_request(request, public_id)
    both: list[Overtaken] = []
    closes = "close-reason" in request.POST
    closing = CloseRequestForm(request.POST if closes else None, prefix="close")
    answering = AnswerForm(
        None if closes else request.POST or None, initial={"version": found.version}, by_mail=bool(found.email)
    )
    if closing.is_valid() and _close_once(request, closing, found):
        messages.success(request, "La demande est classée.")
        return redirect("requests")
    try:
        if answering.is_valid() and _answer_once(request, answering, found):
            messages.success(request, "La réponse est envoyée." if found.email else "L’appel est noté.")
            return redirect(found)
    except StaleEdit:
        found = _visible_request(request, public_id)
        both = [Overtaken("", found.answer or found.closed_reason, answering.cleaned_data["answer"])]
    context = {"asked": found, "form": answering, "closing": closing, "both": both}
    return render(request, "structures/request.html", context)


def _answer_once(request: SignedInRequest, form: AnswerForm, found: AccompanimentRequest) -> str | None:
    def write() -> str:
        answer, expected = form.cleaned_data["answer"], form.cleaned_data["version"]
        operations.answer_request(by=request.user, request=found, answer=answer, expected_version=expected)
        return found.get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def _close_once(request: SignedInRequest, form: CloseRequestForm, found: AccompanimentRequest) -> str | None:
    def write() -> str:
        operations.close_request(by=request.user, request=found, reason=form.cleaned_data["reason"])
        return reverse("requests")

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def request_welcome(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The request becomes a structure, in one go: sheet, practitioner in charge, leader invited."""
    found = _visible_request(request, public_id)
    if found.is_over:
        return redirect(found)
    initial = {"name": found.structure_name, "version": found.version}
    form = WelcomeRequestForm(request.POST or None, initial=initial)
    if form.is_valid() and (url := _welcome_once(request, form, found)):
        messages.success(request, f"La fiche est ouverte, et l’invitation part à {found.email}.")
        return redirect(url)
    context = {
        "form": form,
        "heading": f"Accueillir {found}",
        "lede": f"Une fiche s’ouvre à ce nom, et {found.person_name} est invité·e à la diriger.",
        "submit": "Ouvrir la fiche et inviter",
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context)


def _welcome_once(request: SignedInRequest, form: WelcomeRequestForm, found: AccompanimentRequest) -> str | None:
    def write() -> str:
        opened = operations.welcome_request(
            by=request.user,
            request=found,
            name=form.cleaned_data["name"],
            practitioner=form.cleaned_data["practitioner"],
            expected_version=form.cleaned_data["version"],
        )
        return opened.get_absolute_url()

    key = form.cleaned_data["client_key"]
    try:
        return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)
    except StaleEdit as overtaken:
        form.add_error(None, overtaken.message)
        return None


@require_POST
def practitioner_lead(request: SignedInRequest, public_id: UUID, accompaniment_id: int) -> HttpResponse:
    found = visible_structure(request, public_id)
    accompaniment = get_object_or_404(
        found.accompaniments.current().select_related("practitioner"), pk=accompaniment_id
    )
    if not can_appoint_practitioner(request.user):
        raise PermissionDenied
    operations.put_in_charge(by=request.user, accompaniment=accompaniment)
    messages.success(request, f"{accompaniment.practitioner.display_name} est en charge de l’accompagnement.")
    return redirect(found)


@require_safe
def orphans(request: SignedInRequest) -> HttpResponse:
    """Structures for which nobody answers, and what to do about each."""
    if not is_permitted(request.user, "see_orphans"):
        raise PermissionDenied
    alone = listed(Structure.objects.visible_to(request.user).left_alone().in_french_order())
    page = Paginator(alone, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "structures/orphans.html", {"page_obj": page})
