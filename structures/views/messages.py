"""What somebody of a structure and whoever accompanies it write to each other."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.middleware import of_oneself
from accounts.requests import SignedInRequest
from efc_platform.backstage.drafts import draft_for
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.classification import length_in_words
from efc_platform.shared.forms import carry_out
from structures import operations
from structures.forms import ConversationForm, MessageForm
from structures.models import Conversation, Structure, answering_for
from structures.permissions import can_answer_conversation, can_see_messages, can_write_to_practitioner
from structures.tabs import tabs_of

PER_PAGE = 20


@of_oneself
def structure_messages(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Whom one writes to, the form at once, and one's conversations there."""
    found = get_object_or_404(Structure.objects.visible_to(request.user), public_id=public_id)
    writes = can_write_to_practitioner(request.user, found)
    if not can_see_messages(request.user, found) or (request.method == "POST" and not writes):
        raise PermissionDenied
    form = MessageForm(request.POST or None)
    draft = draft_for(request, form)
    if form.is_valid() and (url := _write_once(request, form, found)):
        messages.success(request, "Votre message est parti. Vous serez prévenu·e de la réponse.")
        return redirect(url)
    mine = Conversation.objects.visible_to(request.user).filter(structure=found).latest_first()
    listed = mine.select_related("opened_by").prefetch_related("practitioners")
    context = {
        "structure": found,
        "tabs": tabs_of(request.user, found),
        "form": form,
        "draft": draft,
        "writes": writes,
        "answering": [one for one in answering_for(found) if one != request.user.person],
        "kept": length_in_words(settings.RETENTION["messages"]),
        "page_obj": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "structures/messages.html", context)


def _write_once(request: SignedInRequest, form: MessageForm, found: Structure) -> str | None:
    def write() -> str:
        made = operations.write_to_practitioner(
            by=request.user, structure=found, subject=form.cleaned_data["subject"], text=form.cleaned_data["text"]
        )
        return made.conversation.get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


@of_oneself
def conversation(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The messages, the latest first, and the form to answer while it goes on."""
    visible = Conversation.objects.visible_to(request.user).select_related("structure", "opened_by")
    found = get_object_or_404(visible.prefetch_related("practitioners"), public_id=public_id)
    form = ConversationForm(request.POST or None)
    draft = draft_for(request, form)
    if form.is_valid() and (url := _answer_once(request, form, found)):
        messages.success(request, "Votre message est parti.")
        return redirect(url)
    written = found.messages.select_related("author")
    context = {
        "conversation": found,
        "structure": found.structure,
        "practitioners": found.practitioners.all(),
        "is_mine": found.opened_by_id == request.user.person_id,
        "form": form,
        "draft": draft,
        "can_answer": can_answer_conversation(request.user, found),
        "page_obj": Paginator(written, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "structures/conversation.html", context)


def _answer_once(request: SignedInRequest, form: ConversationForm, found: Conversation) -> str | None:
    def write() -> str:
        operations.answer_conversation(by=request.user, conversation=found, text=form.cleaned_data["text"])
        return found.get_absolute_url()

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)
