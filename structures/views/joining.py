"""Coming into a structure: who is invited, the link to pass on, who asks; leaving it."""

from uuid import UUID

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.middleware import of_oneself
from accounts.models import Invitation, User
from accounts.requests import SignedInRequest
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import too_many
from efc_platform.shared.forms import carry_out
from efc_platform.shared.mail import absolute_url
from structures import operations
from structures.forms import JoinForm, MemberInvitationForm
from structures.models import JoinLink, JoinRequest, LocalRole, Membership, Structure
from structures.permissions import can_decide_join, can_invite
from structures.tabs import tabs_of
from structures.views.structures import visible_structure

HOUR = 3600


@require_safe
def welcome(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who is expected, who asks, and the link that lets people ask."""
    found = visible_structure(request, public_id)
    if not can_invite(request.user, found):
        raise PermissionDenied
    decides = can_decide_join(request.user, found)
    link = JoinLink.objects.filter(structure=found).first() if decides else None
    offers = Invitation.objects.unanswered().filter(membership_offer__structure=found)
    context = {
        "structure": found,
        "tabs": tabs_of(request.user, found),
        "invitations": offers.select_related("membership_offer", "invited_by__person"),
        "decides": decides,
        "asked": JoinRequest.objects.visible_to(request.user).filter(structure=found).waiting() if decides else [],
        "link": absolute_url(reverse("join", args=[link.code])) if link else "",
    }
    return render(request, "structures/welcome.html", context)


@of_oneself
def structure_invite(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Somebody new, or somebody whom the sheet already names (`?personne=`) and who may now sign in."""
    found = visible_structure(request, public_id)
    if not can_invite(request.user, found):
        raise PermissionDenied
    written = _already_written(found, request.GET.get("personne", ""))
    form = MemberInvitationForm(request.POST or None, already_written=written, initial=_as_written(written))
    if form.is_valid() and (url := _invite_once(request, form, found, written)):
        messages.success(request, f"L’invitation part à {form.cleaned_data['email']}\u00a0; elle vaut sept jours.")
        return redirect(url)
    context = {
        "form": form,
        "structure": found,
        "heading": "Inviter une personne",
        "lede": "Elle recevra un lien personnel, et verra la structure une fois qu’elle aura accepté.",
        "submit": "Envoyer l’invitation",
        "cancel_url": reverse("welcome", args=[found.public_id]),
    }
    return render(request, "pages/form.html", context)


def _already_written(structure: Structure, key: str) -> Membership | None:
    """Somebody of the structure who has no account yet."""
    members = structure.memberships.current().filter(person__user__isnull=True).select_related("person")
    return members.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None


def _as_written(membership: Membership | None) -> dict[str, str]:
    if membership is None:
        return {"role": LocalRole.STAFF}
    person = membership.person
    names = {"first_name": person.first_name, "last_name": person.last_name, "email": person.email}
    return names | {"role": membership.role, "function": membership.function}


def _invite_once(
    request: SignedInRequest, form: MemberInvitationForm, found: Structure, written: Membership | None
) -> str | None:
    person = written.person if written else None

    def write() -> str:
        operations.invite_to_structure(by=request.user, structure=found, person=person, **form.written)
        return reverse("welcome", args=[found.public_id])

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def _deciding(request: SignedInRequest, public_id: UUID) -> Structure:
    found = visible_structure(request, public_id)
    if not can_decide_join(request.user, found):
        raise PermissionDenied
    return found


@of_oneself
@require_POST
def join_link(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _deciding(request, public_id)
    operations.renew_join_link(by=request.user, structure=found)
    messages.success(request, "Voici le lien à faire passer. S’il y en avait un autre, il ne mène plus nulle part.")
    return redirect("welcome", found.public_id)


@of_oneself
@require_POST
def join_link_close(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    found = _deciding(request, public_id)
    operations.close_join_link(by=request.user, structure=found)
    messages.success(request, "Le lien ne mène plus nulle part.")
    return redirect("welcome", found.public_id)


@of_oneself
@require_POST
def join_decide(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One button accepts, the other declines."""
    asked = get_object_or_404(
        JoinRequest.objects.visible_to(request.user).select_related("structure"), public_id=public_id
    )
    if "accept" in request.POST:
        operations.accept_join_request(by=request.user, asked=asked)
        done = "est dans la structure" if asked.person_id else "reçoit une invitation, pour ouvrir son compte"
        messages.success(request, f"{asked.full_name} {done}.")
    else:
        operations.decline_join_request(by=request.user, asked=asked)
        messages.success(request, f"La demande de {asked.full_name} est déclinée.")
    return redirect("welcome", asked.structure.public_id)


# Whoever was given the link may have no account yet: it lets them ask, and opens nothing.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    link = JoinLink.objects.select_related("structure").filter(code=code).first()
    if link is None:
        raise Http404
    user = request.user if isinstance(request.user, User) else None
    person = user.person if user else None
    form = JoinForm(request.POST or None, person=person, email=user.email if user else "")
    if form.is_valid():
        if not consume(request, action="ask_to_join"):
            return too_many(request, retry_after=HOUR)
        asked = {name: form.cleaned_data[name] for name in (*JoinForm.ASKED, "client_key")}
        operations.ask_to_join(link=link, person=person, **asked)
        return redirect("join_asked")
    return render(request, "structures/join.html", {"form": form, "structure": link.structure})


@login_not_required
@require_safe
def join_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "structures/join_asked.html")


@of_oneself
def structure_leave(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asked once more: coming back takes another invitation."""
    found = visible_structure(request, public_id)
    if not found.memberships.current().filter(person=request.user.person).exists():
        raise PermissionDenied
    if request.method == "POST":
        operations.leave_structure(by=request.user, structure=found)
        messages.success(request, f"Vous ne faites plus partie de {found.name}. Ce que vous y avez écrit reste.")
        return redirect("home")
    return render(request, "structures/leave.html", {"structure": found})
