"""The mails of a demonstration, read in a page since no server carries them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

_SHOWN = 100
# What Django's file backend writes between two mails of one connection.
_BETWEEN = b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Letter:
    name: str
    sent_at: datetime
    to: str
    subject: str
    body: str


def _letter(name: str, written: bytes) -> Letter:
    message = message_from_bytes(written, _class=EmailMessage, policy=policy.default)
    body = message.get_body(preferencelist=("plain",))
    sent_at = parsedate_to_datetime(message["Date"])
    # Django dates mails in UTC as "-0000", which Python reads as a time of nowhere.
    sent_at = sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)
    return Letter(name, sent_at, str(message["To"]), str(message["Subject"]), body.get_content() if body else "")


def _letters() -> Iterator[Letter]:
    """Newest first; the name of a file begins with its moment."""
    files = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"), reverse=True)
    for file in files[:_SHOWN]:
        written = [part for part in file.read_bytes().split(_BETWEEN) if part.strip()]
        yield from (_letter(f"{file.stem}-{rank}", part) for rank, part in reversed(list(enumerate(written, start=1))))


def _only_in_a_demonstration() -> None:
    if settings.APP_MODE not in {"demo", "development"}:
        raise Http404


# Open to all where it exists: only a demonstration on one's own machine has it, and it holds invented people.
@login_not_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    _only_in_a_demonstration()
    return render(request, "pages/mailbox.html", {"letters": list(_letters())})


@login_not_required
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """The name is looked up among the mails there are; it never becomes a path."""
    _only_in_a_demonstration()
    for letter in _letters():
        if letter.name == name:
            return render(request, "pages/mail.html", {"letter": letter})
    raise Http404
