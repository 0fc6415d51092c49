"""« Mes données »: take them away, correct them, leave."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import operations
from accounts.audit import record_access
from accounts.forms import IdentityForm, LeavingForm
from accounts.middleware import without_terms
from accounts.models import AccessAct, DataArchive, Departure
from accounts.personal_data import what_keeps
from accounts.requests import SignedInRequest
from efc_platform.backstage.downloads import handed_over
from efc_platform.shared.classification import length_in_words
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import carry_out


def _archive_of(request: SignedInRequest) -> DataArchive | None:
    return DataArchive.objects.filter(user=request.user).select_related("job", "file").first()


@without_terms
@require_safe
def my_data(request: SignedInRequest) -> HttpResponse:
    """Where one's archive and one's departure are."""
    archive = _archive_of(request)
    is_fragment = request.headers.get("HX-Request") == "true"
    if is_fragment and archive and request.GET.get("vu") == archive.job.stage:
        return HttpResponse(status=204)
    departure = Departure.objects.pending().filter(person=request.user.person_id).first()
    context = {"archive": archive, "departure": departure, "person": request.user.person}
    return render(request, "accounts/_archive_state.html" if is_fragment else "accounts/my_data.html", context)


@without_terms
@require_POST
def archive_ask(request: SignedInRequest) -> HttpResponse:
    operations.ask_for_archive(by=request.user)
    messages.success(request, "Votre archive se prépare\u00a0: un courriel vous préviendra.")
    return redirect("my_data")


@without_terms
@require_safe
@reauthentication_required
def archive_file(request: SignedInRequest) -> FileResponse:
    """One's own and nobody else's: the address names nobody."""
    archive = _archive_of(request)
    if archive is None or archive.file is None or not archive.is_ready or not archive.file.is_there:
        raise Http404
    record_access(by=request.user, act=AccessAct.DOWNLOADED, about=archive)
    return handed_over(archive.file)


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: SignedInRequest) -> HttpResponse:
    person, both = request.user.person, []
    form = IdentityForm(request.POST or None, instance=type(person).objects.filter(pk=person.pk).first())
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("first_name", "last_name", "gender", "phone")}
        opened_on = form.cleaned_data["version"]
        try:
            if carry_out(form, operations.correct_identity, by=request.user, expected_version=opened_on, **given):
                messages.success(request, "C’est corrigé.")
                return redirect("my_account")
        except StaleEdit:
            both = form.show_both(current={name: getattr(person, name) for name in given}, version=person.version)
    context = {"form": form, "heading": "Votre identité", "both": both, "cancel_url": reverse("my_account")}
    return render(request, "pages/form.html", context)


@without_terms
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def leave(request: SignedInRequest) -> HttpResponse:
    """What goes, what stays, and when; the archive is offered first."""
    form = LeavingForm(request.POST or None)
    if form.is_valid():
        withdraws = form.cleaned_data["withdraws_texts"]
        if carry_out(form, operations.ask_to_leave, by=request.user, withdraws_texts=withdraws):
            messages.success(request, "Votre départ est noté. Vous pouvez encore l’annuler.")
            return redirect("my_data")
    context = {
        "form": form,
        "obstacles": what_keeps(request.user.person),
        "departure": Departure.objects.pending().filter(person=request.user.person_id).first(),
        "archive": _archive_of(request),
        "delay": length_in_words(settings.RETENTION["departure"]),
    }
    return render(request, "accounts/leave.html", context)


@without_terms
@require_POST
def departure_call_off(request: SignedInRequest) -> HttpResponse:
    operations.call_off_departure(by=request.user)
    messages.success(request, "Votre départ est annulé. Rien n’a été effacé.")
    return redirect("my_data")
