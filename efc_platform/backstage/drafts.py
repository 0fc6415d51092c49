"""What is being typed, kept on the server a few seconds later: found again after a crash, sealed as journals are."""

import json
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import BinaryField, Count, Value
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac

from efc_platform.backstage.models import Author, Draft, Submission
from efc_platform.shared import encryption
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.pauses import PAUSE_FIELDS
from efc_platform.shared.rotation import BATCH, Rotation, reseal

ID, PAGE, REVISION, ADDRESS, HEADING = "draft-id", "draft-page", "draft-revision", "draft-address", "draft-heading"
# What the page adds to a form for its draft: nobody typed it.
DRAFT_FIELDS = {ID, PAGE, REVISION, ADDRESS, HEADING}
# In the address of a form: which draft to take up, or AFRESH for an empty page.
CHOSEN, AFRESH = "brouillon", "non"
LARGEST = 400_000
MOST = 200
_NEVER_KEPT = {"csrfmiddlewaretoken", *DRAFT_FIELDS, *PAUSE_FIELDS}


@dataclass(frozen=True)
class Words:
    """An opened draft: the heading of its page, and each field as it was typed."""

    heading: str
    typed: Mapping[str, list[str]]

    @property
    def texts(self) -> list[str]:
        """What was written, without the choices that are known by a key."""
        return [value for values in self.typed.values() for value in values if value.strip() and not _uuid(value)]


@dataclass(frozen=True)
class PageDraft:
    """The draft of the form on this page: what the page must send back with it, and what it takes up."""

    address: str
    public_id: str = ""
    revision: int = 0
    saved_at: datetime | None = None
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    page: uuid.UUID = field(default_factory=uuid.uuid4)
    # The form was sent and is shown again: what it holds is written nowhere yet.
    came_back: bool = False

    @property
    def is_taken_up(self) -> bool:
        return self.saved_at is not None

    @property
    def afresh(self) -> str:
        """The same page, empty; the draft stays in the list."""
        return f"{self.address}{'&' if '?' in self.address else '?'}{CHOSEN}={AFRESH}"

    def fill(self, form: forms.BaseForm) -> None:
        """Puts what was typed into a form that is shown for the first time; a sent form keeps its own words."""
        if form.is_bound or not self.is_taken_up:
            return
        for name, one in form.fields.items():
            values = self.typed.get(form.add_prefix(name), [])
            if getattr(one.widget, "allow_multiple_selected", False):
                form.initial[name] = values
            elif isinstance(one, forms.BooleanField):
                form.initial[name] = bool(values)
            elif values:
                form.initial[name] = values[-1]


def draft_for(request: HttpRequest, *shown: forms.BaseForm) -> PageDraft:
    """The draft of what is written on this page, whose forms take up its words; shown with `components/draft.html`."""
    draft = _draft_of_page(request)
    for form in shown:
        draft.fill(form)
    return draft


def _draft_of_page(request: HttpRequest) -> PageDraft:
    """The latest unsent draft of this page, or the one its address names; a form sent and shown again goes on with
    its own. Reads only: the draft is taken over by the first thing that is typed."""
    address = _address(request)
    if request.method == "POST":
        known = request.POST.get
        page = _uuid(known(PAGE)) or uuid.uuid4()
        return PageDraft(address, str(known(ID, "")), _whole(known(REVISION)), page=page, came_back=True)
    chosen = request.GET.get(CHOSEN, "")
    if chosen == AFRESH:
        return PageDraft(address)
    found = Draft.objects.of(request.user).unsent().filter(address=address)  # type: ignore[arg-type]
    named = _uuid(chosen)
    if draft := (found.filter(public_id=named) if named else found).first():
        words = open_draft(draft)
        return PageDraft(address, str(draft.public_id), draft.revision, draft.saved_at, words.typed)
    return PageDraft(address)


def _address(request: HttpRequest) -> str:
    """The page without the choice of a draft, its question in one order."""
    asked = request.GET.copy()
    asked.pop(CHOSEN, None)
    pairs = QueryDict(mutable=True)
    for name in sorted(asked):
        pairs.setlist(name, asked.getlist(name))
    return f"{request.path}?{pairs.urlencode()}" if pairs else request.path


def _uuid(text: object) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def _whole(text: object) -> int:
    return int(str(text)) if str(text).isdecimal() and len(str(text)) < 9 else 0


def digest_of(typed: QueryDict) -> str:
    """Of what was typed in a form, under the application's secret: a page of a journal must not be guessed at from
    what the database keeps."""
    values = sorted((name, value) for name, value in typed.lists() if name not in {"client_key", *_NEVER_KEPT})
    return salted_hmac("submission", json.dumps(values), algorithm="sha256").hexdigest()


def _was_sent(by: Author, typed: QueryDict) -> bool:
    """The same words under the same key: the form was sent from elsewhere, and this saving comes late."""
    key = _uuid(typed.get("client_key"))
    sent = Submission.objects.filter(author_id=by.person_id, key=key, digest=digest_of(typed)) if key else None
    return sent is not None and sent.exists()


@transaction.atomic
def keep_draft(*, by: Author, typed: QueryDict) -> Draft | None:
    """Keeps what a form holds now; None when that form was sent meanwhile: nothing is kept twice.

    A page writes over what it wrote or took up; a draft that another tab has written since stays as it is, and this
    page gets its own. OperationRefused when it is too large, when there are too many, or in somebody else's place.
    """
    if by.lent_to:
        raise OperationRefused("Aucun brouillon n’est gardé tant que vous tenez la place de quelqu’un.")
    page = _uuid(typed.get(PAGE)) or uuid.uuid4()
    draft = _own(by, typed)
    if (draft is not None and draft.sent_at) or _was_sent(by, typed):
        return None
    if draft is None or (draft.page != page and draft.revision != _whole(typed.get(REVISION))):
        draft = _new(by, typed)
    else:
        draft.revision += 1
    draft.page, draft.saved_at = page, timezone.now()
    _seal(draft, _as_text(typed))
    draft.save()
    return draft


def _own(by: Author, typed: QueryDict) -> Draft | None:
    asked = _uuid(typed.get(ID))
    return Draft.objects.of(by).select_for_update().filter(public_id=asked).first() if asked else None


def _new(by: Author, typed: QueryDict) -> Draft:
    address = str(typed.get(ADDRESS, ""))
    if not address.startswith("/") or address.startswith("//") or len(address) > 300:
        raise OperationRefused(
            "Cette page ne dit pas d’où vient ce texte\u00a0: rechargez-la pour garder un brouillon."
        )
    if Draft.objects.of(by).unsent().count() >= MOST:
        raise OperationRefused(f"Vous avez déjà {MOST}\u00a0brouillons\u00a0: effacez-en pour en garder d’autres.")
    return Draft(author_id=by.person_id, address=address)


def _as_text(typed: QueryDict) -> str:
    kept = {name: values for name, values in typed.lists() if name not in _NEVER_KEPT and "pass" not in name.lower()}
    text = json.dumps({"heading": str(typed.get(HEADING, ""))[:160], "typed": kept}, ensure_ascii=False)
    if len(text) > LARGEST:
        raise OperationRefused("Ce texte est trop long pour un brouillon\u00a0: enregistrez-le dès que vous le pouvez.")
    return text


def _seal(draft: Draft, text: str) -> None:
    sealed = encryption.seal(text, bound_to=draft.bound_to)
    draft.key_id, draft.sealed_text = sealed.key_id, sealed.blob


def open_draft(draft: Draft) -> Words:
    """For the page of its author: the caller found it through `Draft.objects.of`."""
    kept = json.loads(encryption.unseal(draft.key_id, bytes(draft.sealed_text), bound_to=draft.bound_to))
    return Words(heading=kept["heading"], typed=kept["typed"])


def draft_sent(*, by: Author, typed: Any) -> None:
    """The form was written for good: the draft keeps no text, and a saving that comes late writes nothing."""
    if asked := _uuid(typed.get(ID)):
        kept = Draft.objects.of(by).unsent().filter(public_id=asked)
        kept.update(sent_at=timezone.now(), sealed_text=Value(b"", output_field=BinaryField()), key_id="")


def drop_draft(*, by: Author, draft: Draft) -> None:
    """Its author no longer wants it."""
    Draft.objects.of(by).filter(pk=draft.pk).delete()


def rotate_draft_keys(*, batch: int = BATCH) -> Rotation:
    """Seals drafts again under the current key; what is typed meanwhile wins."""
    return reseal(Draft.objects.unsent(), batch=batch)


def drafts_by_key() -> Counter[str]:
    """How many drafts stand under each key; nothing of them is read."""
    counted = Draft.objects.unsent().order_by().values("key_id").annotate(number=Count("pk"))
    return Counter({row["key_id"]: row["number"] for row in counted})
