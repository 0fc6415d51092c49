"""Pages of a structure's people, and of those for which nobody answers."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import of_oneself
from accounts.models import User
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.forms import carry_out
from structures import operations
from structures.forms import MemberForm
from structures.models import LocalRole, Membership, Structure
from structures.permissions import can_edit_structure
from structures.queries import listed
from structures.views.directory import PER_PAGE
from structures.views.structures import visible_structure


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


def _kept(request: SignedInRequest, public_id: UUID, membership_id: int) -> tuple[Structure, Membership]:
    """Somebody of a structure whose sheet one keeps."""
    found = visible_structure(request, public_id)
    membership = get_object_or_404(found.memberships.current().select_related("structure", "person"), pk=membership_id)
    if not can_edit_structure(request.user, found):
        raise PermissionDenied
    return found, membership


@of_oneself
@require_POST
def member_end(request: SignedInRequest, public_id: UUID, membership_id: int) -> HttpResponse:
    found, membership = _kept(request, public_id, membership_id)
    operations.end_membership(by=request.user, membership=membership)
    messages.success(request, f"{membership.person.display_name} ne fait plus partie de la structure.")
    # Whoever removes themselves no longer sees it.
    return redirect(found if Structure.objects.visible_to(request.user).filter(pk=found.pk).exists() else "structures")


@require_POST
def member_contact(request: SignedInRequest, public_id: UUID, membership_id: int) -> HttpResponse:
    """One tap: this person is the one to call first, or (`non`) is no longer."""
    found, membership = _kept(request, public_id, membership_id)
    is_contact = "non" not in request.POST
    operations.set_usual_contact(by=request.user, membership=membership, is_contact=is_contact)
    said = "est le contact habituel" if is_contact else "n’est plus le contact habituel"
    messages.success(request, f"{membership.person.display_name} {said} de la structure.")
    return redirect(f"{found.get_absolute_url()}#personnes")


@require_POST
def member_presides(request: SignedInRequest, public_id: UUID, membership_id: int) -> HttpResponse:
    found, membership = _kept(request, public_id, membership_id)
    presides = "non" not in request.POST
    operations.set_presidency(by=request.user, membership=membership, presides=presides)
    said = "préside la structure" if presides else "ne préside plus la structure"
    messages.success(request, f"{membership.person.display_name} {said}.")
    return redirect(f"{found.get_absolute_url()}#personnes")


@of_oneself
@require_POST
def member_invite(request: SignedInRequest, public_id: UUID, membership_id: int) -> HttpResponse:
    """One tap for somebody whose address the sheet has; the form asks it of the others."""
    found, membership = _kept(request, public_id, membership_id)
    person = membership.person
    if not person.email:
        return redirect(f"{reverse('structure_invite', args=[found.public_id])}?personne={membership.pk}")
    try:
        _invite(request.user, membership)
        messages.success(request, f"L’invitation part à {person.email}\u00a0; elle vaut sept jours.")
    except OperationRefused as refusal:
        messages.warning(request, refusal.message)
    return redirect(f"{found.get_absolute_url()}#personnes")


def _invite(by: User, membership: Membership) -> None:
    """To the place that they have, under the name that they have."""
    person = membership.person
    if User.objects.filter(person=person).exists():
        raise OperationRefused(f"{person.display_name} a déjà un compte.")
    operations.invite_to_structure(
        by=by,
        structure=membership.structure,
        role=LocalRole(membership.role),
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        function=membership.function,
        person=person,
    )


@require_safe
def orphans(request: SignedInRequest) -> HttpResponse:
    """Structures for which nobody answers, and what to do about each."""
    if not is_permitted(request.user, "see_orphans"):
        raise PermissionDenied
    alone = listed(Structure.objects.visible_to(request.user).left_alone().in_french_order())
    page = Paginator(alone, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "structures/orphans.html", {"page_obj": page})
