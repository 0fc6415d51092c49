"""The people of the network, for coordination: who holds which role, who is invited."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.postgres.lookups import Unaccent
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import operations
from accounts.forms import NetworkInvitationForm
from accounts.forms.roles import RoleForm
from accounts.models import Invitation, Role, RoleGrant, User
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest, permitted
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.forms import carry_out
from structures.models import Accompaniment, Membership

PER_PAGE = 25


def _people(request: SignedInRequest) -> QuerySet[User]:
    """Those who have an account, by name; nobody but coordination has the list."""
    if not is_permitted(request.user, "see_people"):
        raise PermissionDenied
    current = Prefetch("role_grants", queryset=RoleGrant.objects.current().order_by("role"), to_attr="current_grants")
    order = Lower(Unaccent("person__last_name")), Lower(Unaccent("person__first_name")), "pk"
    return User.objects.select_related("person").prefetch_related(current).order_by(*order)


@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    found = _people(request)
    # PostgreSQL has no NUL in its texts, an address may.
    words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    for word in words.split():
        found = found.filter(
            Q(person__last_name__unaccent__icontains=word)
            | Q(person__first_name__unaccent__icontains=word)
            | Q(email__icontains=word)
        )
    waiting = Invitation.objects.unanswered().to_network().select_related("invited_by__person")
    context = {
        "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "invitations": waiting[:PER_PAGE],
    }
    return render(request, "accounts/people.html", context)


@require_safe
def person(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    return _person(request, get_object_or_404(_people(request), person__public_id=public_id), RoleForm())


def _person(request: SignedInRequest, found: User, form: RoleForm) -> HttpResponse:
    newest_first = ("-since", "-pk")
    places = Membership.objects.current().filter(person=found.person_id).select_related("structure")
    accompanied = Accompaniment.objects.current().filter(practitioner=found.person_id).select_related("structure")
    context = {
        "found": found,
        "grants": found.role_grants.select_related("granted_by__person").order_by(*newest_first),
        "memberships": places.order_by(*newest_first),
        "accompaniments": accompanied.order_by(*newest_first),
        "form": form,
    }
    return render(request, "accounts/person.html", context)


def invite(request: SignedInRequest) -> HttpResponse:
    if not is_permitted(request.user, "invite_to_network"):
        raise PermissionDenied
    form = NetworkInvitationForm(request.POST or None, initial={"role": Role.PRACTITIONER})
    if form.is_valid() and (url := _invite_once(request, form)):
        messages.success(request, f"L’invitation part à {form.cleaned_data['email']}\u00a0; elle vaut sept jours.")
        return redirect(url)
    context = {
        "form": form,
        "heading": "Inviter dans le réseau",
        "lede": "Pour accompagner, former, coordonner ou prendre part à la communauté. Les personnes d’une structure "
        "s’invitent depuis sa fiche.",
        "submit": "Envoyer l’invitation",
        "cancel_url": reverse("people"),
    }
    return render(request, "pages/form.html", context)


def _invite_once(request: SignedInRequest, form: NetworkInvitationForm) -> str | None:
    def write() -> str:
        operations.invite_to_network(by=request.user, **form.written)
        return reverse("people")

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


@require_POST
@permitted("give_role")
@reauthentication_required
def role_give(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(_people(request), person__public_id=public_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        given = carry_out(
            form, operations.grant_role, by=request.user, user=found, role=Role(form.cleaned_data["role"])
        )
        if given:
            messages.success(request, f"{found.person.display_name}\u00a0: {given.get_role_display()}, dès maintenant.")
            return redirect("person", public_id)
    return _person(request, found, form)


@require_POST
@permitted("give_role")
@reauthentication_required
def role_end(request: SignedInRequest, public_id: UUID, grant_id: int) -> HttpResponse:
    found = get_object_or_404(_people(request), person__public_id=public_id)
    grant = get_object_or_404(found.role_grants.select_related("user__person"), pk=grant_id)
    ended = operations.end_role(by=request.user, grant=grant)
    messages.success(request, f"{found.person.display_name}\u00a0: {ended.get_role_display()}, c’est terminé.")
    # Whoever ended their own right to look leaves the page too.
    return redirect("home" if found == request.user else reverse("person", args=[public_id]))


@require_POST
@permitted("close_account")
@reauthentication_required
def account_close(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(_people(request), person__public_id=public_id)
    operations.close_account(by=request.user, user=found)
    messages.success(request, f"Le compte de {found.person.display_name} est fermé. Ce qui est écrit reste.")
    return redirect("person", public_id)


@require_POST
@permitted("close_account")
@reauthentication_required
def account_reopen(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(_people(request), person__public_id=public_id)
    operations.reopen_account(by=request.user, user=found)
    messages.success(request, f"Le compte de {found.person.display_name} est rouvert.")
    return redirect("person", public_id)
