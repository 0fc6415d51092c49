"""What one is writing and has not sent: kept from the form's own page, found again here, for oneself alone."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import CHOSEN, MOST, Words, drop_draft, keep_draft, open_draft
from efc_platform.backstage.models import Draft
from efc_platform.shared.classification import length_in_words
from efc_platform.shared.errors import OperationRefused, texts_of
from efc_platform.templatetags.french import clock


@require_safe
def drafts(request: SignedInRequest) -> HttpResponse:
    found = Draft.objects.of(request.user).unsent()[:MOST]
    context = {
        "drafts": [(one, open_draft(one)) for one in found],
        "kept": length_in_words(settings.RETENTION["drafts"]),
    }
    return render(request, "pages/drafts.html", context)


@require_POST
def draft_keep(request: SignedInRequest) -> HttpResponse:
    """Sent by the form's script every few seconds, or by the button of a page without one."""
    by_script = request.headers.get("Accept", "").startswith("application/json")
    try:
        kept = keep_draft(by=request.user, typed=request.POST)
    except OperationRefused as refusal:
        if not by_script:
            raise
        return JsonResponse({"kept": False, "said": f"Pas encore enregistré\u00a0: {refusal.message}"})
    if by_script:
        return JsonResponse(_answer(kept))
    messages.success(request, "Votre brouillon est gardé, pour vous. Rien n’est envoyé.")
    return redirect("drafts")


def _answer(kept: Draft | None) -> dict[str, object]:
    if kept is None:
        return {"kept": False, "said": "Déjà enregistré."}
    said = f"Brouillon enregistré à {clock(timezone.localtime(kept.saved_at))}"
    return {"kept": True, "id": str(kept.public_id), "revision": kept.revision, "said": said}


@require_safe
def draft(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Its words as they are, whatever became of the page they were typed in."""
    found = _own(request, public_id)
    words = open_draft(found)
    context = {"draft": found, "heading": _heading(words), "typed": texts_of(words.typed.items()), "url": _url(found)}
    return render(request, "pages/draft.html", context)


@require_POST
def draft_drop(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    drop_draft(by=request.user, draft=_own(request, public_id))
    messages.success(request, "Le brouillon est effacé.")
    return redirect("drafts")


def _own(request: HttpRequest, public_id: UUID) -> Draft:
    return get_object_or_404(Draft.objects.of(request.user).unsent(), public_id=public_id)  # type: ignore[arg-type]


def _heading(words: Words) -> str:
    return words.heading or "Un texte commencé"


def _url(draft: Draft) -> str:
    """Where it was typed, taken up there."""
    between = "&" if "?" in draft.address else "?"
    return f"{draft.address}{between}{urlencode({CHOSEN: draft.public_id})}"
