"""The terms of use, read by all and accepted once; what else one said yes to."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import operations
from accounts import terms as texts
from accounts.middleware import TERMS, before_second_factor, without_terms
from accounts.models import Consent, TermsAcceptance
from accounts.personal_data import AGREEMENTS
from accounts.requests import SignedInRequest
from accounts.terms import ConsentText
from efc_platform.shared.errors import OperationRefused


@login_not_required
@require_safe
def terms(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The current version, or a past one."""
    version = texts.current() if number is None else texts.find_version(number)
    if version is None:
        raise Http404
    context = {
        "version": version,
        "current": texts.current(),
        "versions": texts.VERSIONS,
        "is_numbered": number is not None,
    }
    return render(request, "accounts/terms.html", context)


# Asked before the second factor is: neither page may wait for the other.
@before_second_factor
@without_terms
@require_http_methods(["GET", "HEAD", "POST"])
def accept_terms(request: SignedInRequest) -> HttpResponse:
    """Shown before anything else to whoever has not accepted the current version."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    leads_to = asked if url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}) else "/"
    if request.method == "POST":
        try:
            accepted = operations.accept_terms(by=request.user, number=_number(request))
        except OperationRefused as refusal:
            messages.error(request, refusal.message)
        else:
            request.session[TERMS] = accepted.number
            return redirect(leads_to)
    return render(request, "accounts/accept_terms.html", {"version": texts.current(), "next": leads_to})


def _number(request: HttpRequest) -> int:
    written = request.POST.get("number", "")
    return int(written) if written.isdecimal() else 0


@dataclass(frozen=True)
class Question:
    """Something one may say yes to, and what one said."""

    subject: str
    text: ConsentText
    standing: Consent | None


@require_safe
def agreements(request: SignedInRequest) -> HttpResponse:
    given = list(Consent.objects.of(request.user))
    standing = {one.subject: one for one in given if one.withdrawn_at is None}
    context = {
        "accepted": TermsAcceptance.objects.filter(user=request.user),
        "questions": [Question(name, text, standing.get(name)) for name, text in texts.CONSENT_TEXTS.items()],
        "shared": [one for source in AGREEMENTS for one in source(request.user)],
        "past": [one for one in given if one.withdrawn_at],
    }
    return render(request, "accounts/agreements.html", context)


@require_POST
def agreement_answer(request: SignedInRequest) -> HttpResponse:
    """Yes, or no longer."""
    subject = request.POST.get("subject", "")
    if request.POST.get("answer") == "no":
        operations.withdraw_consent(by=request.user, subject=subject)
        messages.success(request, "Votre accord est retiré.")
        return redirect("agreements")
    try:
        operations.give_consent(by=request.user, subject=subject, number=_number(request))
    except OperationRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Votre accord est noté. Vous pouvez le retirer quand vous voulez.")
    return redirect("agreements")
