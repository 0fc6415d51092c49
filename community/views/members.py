"""The members of the community: who they are, what they say of their practice, and one's own words about it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from community import operations
from community.forms import ProfileForm
from community.models import ExperienceReport, Profile
from community.permissions import can_keep_profile, is_of_community
from community.queries import members
from community.views import PER_PAGE, refuse_outsiders
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.shared.search import typed_words

FIELDS = ("work", "territory", "help")


@require_safe
def community_members(request: SignedInRequest) -> HttpResponse:
    """Everybody by name, or those whose name or words hold what is looked for."""
    refuse_outsiders(request.user)
    words = typed_words(request.GET.get("q", ""))
    page = Paginator(members(words), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "community/members.html", {"page_obj": page, "words": words})


@require_safe
def community_member(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What a member says of themselves, and the reports they sign that the reader may read."""
    refuse_outsiders(request.user)
    found = get_object_or_404(members(), public_id=public_id)
    reports = ExperienceReport.objects.visible_to(request.user).shared().filter(authors=found)
    context = {
        "member": found,
        "profile": Profile.objects.visible_to(request.user).filter(person=found).first(),
        "page_obj": Paginator(reports.order_by(F("shared_at").desc(), "-pk"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "is_me": found.pk == request.user.person_id,
    }
    return render(request, "community/member.html", context)


def profile(request: SignedInRequest) -> HttpResponse:
    """One's own, to write, to change or to empty."""
    if not can_keep_profile(request.user):
        raise PermissionDenied
    own = Profile.objects.visible_to(request.user).filter(person=request.user.person_id)
    saved, both = own.first() or Profile(version=0), list[Overtaken]()
    form = ProfileForm(request.POST or None, initial={name: getattr(saved, name) for name in (*FIELDS, "version")})
    draft = draft_for(request, form)
    if form.is_valid():
        written = {name: form.cleaned_data[name] for name in FIELDS}
        expected = form.cleaned_data["version"]
        try:
            if carry_out(form, operations.edit_profile, by=request.user, expected_version=expected, **written):
                draft_sent(by=request.user, typed=request.POST)
                messages.success(request, "Votre profil est enregistré.")
                return redirect(_after(request))
        except StaleEdit:
            saved = own.get()
            both = form.show_both(current={name: getattr(saved, name) for name in FIELDS}, version=saved.version)
    context = {
        "draft": draft,
        "form": form,
        "both": both,
        "heading": "Mon profil dans la communauté",
        "lede": "Pour que vos pairs sachent sur quoi vous travaillez et de quoi venir vous parler. Rien n’est "
        "obligatoire\u00a0: ce que vous laissez vide ne se voit pas.",
        "overtaken_by": "Une autre de vos fenêtres",
        "cancel_url": _after(request),
    }
    return render(request, "pages/form.html", context)


def _after(request: SignedInRequest) -> str:
    """One's page among the members; whoever coordinates without being one of them has no such page to open."""
    if is_of_community(request.user):
        return reverse("community_member", args=[request.user.person.public_id])
    return reverse("my_account")
