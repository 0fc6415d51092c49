"""The private journal's pages: no role widens them, a stranger's entry does not exist."""

import json
from dataclasses import asdict
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.audit import record_access
from accounts.models import AccessAct
from accounts.permissions import is_permitted
from accounts.requests import SignedInRequest
from efc_platform.backstage.downloads import taken_away
from efc_platform.backstage.drafts import draft_for, draft_sent
from efc_platform.backstage.submissions import send_once
from efc_platform.shared.errors import StaleEdit
from efc_platform.shared.forms import Overtaken, carry_out
from efc_platform.shared.search import LONGEST
from efc_platform.templatetags.french import long_date
from trajectories import operations
from trajectories.forms import JournalForm
from trajectories.models import Intervention, JournalEntry
from trajectories.operations import JournalText

PER_PAGE = 10
PARTS = ["facts", "feelings", "interpretations"]


@require_safe
def journal(request: SignedInRequest) -> HttpResponse:
    _refuse_without_journal(request)
    words = request.GET.get("q", "").strip()[:LONGEST]
    if words:
        found = operations.find_in_journal(by=request.user, words=words)
        shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
        prefetch_related_objects([entry for entry, _text in shown], "intervention")
        context = {"page_obj": shown, "pages": list(shown), "words": words, "searched": operations.SEARCHED}
        return render(request, "trajectories/journal.html", context)
    mine = JournalEntry.objects.of(request.user).select_related("intervention")
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    pages = [(entry, operations.read_journal_entry(by=request.user, entry=entry)) for entry in page]
    return render(request, "trajectories/journal.html", {"page_obj": page, "pages": pages, "words": ""})


def journal_new(request: SignedInRequest) -> HttpResponse:
    """A page by itself, or beside one of the interventions its author led."""
    if not is_permitted(request.user, "keep_journal"):
        raise PermissionDenied
    about = _led_by_me(request)
    if about and (already := JournalEntry.objects.of(request.user).filter(intervention=about).first()):
        return redirect("journal_entry", already.public_id)
    day = about.occurred_on if about else timezone.localdate()
    form = JournalForm(request.POST or None, initial={"written_on": day, "version": 0})
    draft = draft_for(request, form)
    if form.is_valid() and _write_once(request, form, about):
        messages.success(request, "Votre page est gardée, pour vous.")
        return redirect(about or "journal")
    return render(request, "trajectories/journal_form.html", {"form": form, "draft": draft, "about": about})


def _led_by_me(request: SignedInRequest) -> Intervention | None:
    """The intervention named in the address, if I led it; anything else is as if not named."""
    try:
        public_id = UUID(request.GET.get("intervention", ""))
    except ValueError:
        return None
    return Intervention.objects.visible_to(request.user).led_by(request.user).filter(public_id=public_id).first()


def _write_once(request: SignedInRequest, form: JournalForm, about: Intervention | None) -> str | None:
    def write() -> str:
        text = JournalText(**{name: form.cleaned_data[name] for name in PARTS})
        day = form.cleaned_data["written_on"]
        operations.write_journal_entry(by=request.user, text=text, written_on=day, intervention=about)
        return reverse("journal")

    key = form.cleaned_data["client_key"]
    return carry_out(form, send_once, by=request.user, key=key, typed=request.POST, write=write)


def journal_entry(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    entry = get_object_or_404(JournalEntry.objects.of(request.user).select_related("intervention"), public_id=public_id)
    saved = operations.read_journal_entry(by=request.user, entry=entry)
    values = {name: getattr(saved, name) for name in PARTS} | {"written_on": entry.written_on}
    both: list[Overtaken] = []
    form = JournalForm(request.POST or None, initial=values | {"version": entry.version})
    draft = draft_for(request, form)
    if form.is_valid():
        try:
            _rewrite(request, entry, form)
            draft_sent(by=request.user, typed=request.POST)
            messages.success(request, "Votre page est gardée, pour vous.")
            return redirect("journal")
        except StaleEdit:
            both = form.show_both(current=values, version=entry.version)
    context = {"form": form, "draft": draft, "entry": entry, "both": both}
    return render(request, "trajectories/journal_form.html", context)


def _rewrite(request: SignedInRequest, entry: JournalEntry, form: JournalForm) -> None:
    operations.write_journal_entry(
        by=request.user,
        text=JournalText(**{name: form.cleaned_data[name] for name in PARTS}),
        written_on=form.cleaned_data["written_on"],
        entry=entry,
        intervention=entry.intervention,
        expected_version=form.cleaned_data["version"],
    )


@require_safe
@reauthentication_required
def journal_export(request: SignedInRequest) -> HttpResponse:
    """What one takes away, and what becomes of a journal when its author leaves."""
    _refuse_without_journal(request)
    number = JournalEntry.objects.of(request.user).count()
    return render(request, "trajectories/journal_export.html", {"number": number})


@require_safe
@reauthentication_required
def journal_export_text(request: SignedInRequest) -> HttpResponse:
    _refuse_without_journal(request)
    record_access(by=request.user, act=AccessAct.DOWNLOADED, kind="journal")
    pages = [_as_text(entry, text) for entry, text in operations.journal_of(by=request.user)]
    title = f"Le journal de bord de {request.user.person.display_name}\n"
    return _download("\n\n".join([title, *pages]), "text/plain; charset=utf-8", "mon-journal.txt")


@require_safe
@reauthentication_required
def journal_export_json(request: SignedInRequest) -> HttpResponse:
    _refuse_without_journal(request)
    record_access(by=request.user, act=AccessAct.DOWNLOADED, kind="journal")
    pages = [_as_data(entry, text) for entry, text in operations.journal_of(by=request.user)]
    return _download(
        json.dumps(pages, ensure_ascii=False, indent=2), "application/json; charset=utf-8", "mon-journal.json"
    )


def _as_text(entry: JournalEntry, text: JournalText) -> str:
    about = [f"À propos de\u00a0: {entry.intervention.heading}"] if entry.intervention else []
    parts = [(JournalForm.base_fields[name].label, getattr(text, name)) for name in PARTS]
    told = [f"\n{label}\n{words}" for label, words in parts if words]
    return "\n".join([long_date(entry.written_on).upper(), *about, *told, ""])


def _as_data(entry: JournalEntry, text: JournalText) -> dict[str, Any]:
    about = entry.intervention.heading if entry.intervention else None
    days = {"written_on": entry.written_on.isoformat(), "updated_at": entry.updated_at.isoformat()}
    return {"id": str(entry.public_id), **days, "intervention": about, **asdict(text)}


def _refuse_without_journal(request: SignedInRequest) -> None:
    """Whoever lost the role keeps their pages, and the way to take them."""
    if not (is_permitted(request.user, "keep_journal") or JournalEntry.objects.of(request.user).exists()):
        raise PermissionDenied


def _download(body: str, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return taken_away(HttpResponse(body, content_type=content_type, headers=headers))
