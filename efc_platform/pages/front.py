"""The front door: what an accompaniment is, the sessions open to anyone, and how to ask for either."""

from collections.abc import Sequence

from allauth.core.ratelimit import consume
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from efc_platform.backstage.organisation import this_organisation
from efc_platform.pages.example import example
from efc_platform.shared.errors import too_many
from efc_platform.shared.forms import carry_out
from efc_platform.shared.mail import absolute_url
from efc_platform.templatetags.french import long_date
from structures.forms import RequestForm
from structures.operations import receive_request
from trainings import queries as trainings
from trainings.models import Session

HOUR = 3600
SESSIONS_SHOWN = 3


def announced() -> Sequence[Session]:
    """The sessions open to anyone, the soonest first."""
    return list(trainings.public_sessions())


def front(request: HttpRequest) -> HttpResponse:
    """For whoever is not signed in: it asks nothing of who they are."""
    sessions = announced()
    context = {
        "organisation": this_organisation(),
        "example": example(),
        "sessions": sessions[:SESSIONS_SHOWN],
        "has_more": len(sessions) > SESSIONS_SHOWN,
        "ask_url": absolute_url(reverse("ask_for_support")),
    }
    return render(request, "pages/front.html", context)


@login_not_required
@require_safe
def public_sessions(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/public_sessions.html", {"sessions": announced()})


def _session_wanted(request: HttpRequest) -> str:
    """The session whose link led here, in words; nothing when it is over or was never announced."""
    wanted = request.GET.get("session", "")
    found = (one for one in announced() if str(one.public_id) == wanted) if wanted else iter(())
    return next((f"{one.training.title}, {long_date(one.begins_at)}" for one in found), "")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_support(request: HttpRequest) -> HttpResponse:
    """A program that fills in the hidden field is answered as a person is, and nothing is written."""
    session = _session_wanted(request)
    form = RequestForm(request.POST or None)
    if form.is_valid():
        if not consume(request, action="ask_for_support", key="everywhere"):
            return too_many(request, page="429_support", retry_after=HOUR, contact=settings.PUBLISHER_CONTACT)
        if form.is_by_a_program or _receive(form, session):
            return redirect("support_asked")
    return render(request, "pages/ask_for_support.html", {"form": form, "session": session})


def _receive(form: RequestForm, session: str) -> object:
    key = form.cleaned_data["client_key"]
    return carry_out(form, receive_request, **form.written, session_wanted=session, client_key=key)


@login_not_required
@require_safe
def support_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/support_asked.html")
