"""Mails as jobs: written with what they announce, sent by a worker, tried again when the server is away."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from efc_platform.backstage import operations
from efc_platform.backstage.jobs import RUNNERS, Runner
from efc_platform.backstage.models import Job, JobState
from efc_platform.backstage.organisation import sender
from efc_platform.shared.calendars import folded, unfolded
from efc_platform.shared.mail import render_mail

MAIL = "mail"
# Where a mail may say somebody's name.
NAMING = ("to", "subject", "body", "calendar")
MINUTE, HOUR = 60, 3600
# A server that is away for a night, or a greylist, loses no mail: about a day of attempts.
PAUSES = (10, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)


def post(
    *,
    key: str,
    to: str,
    template: str,
    context: dict[str, Any],
    headers: Mapping[str, str] | None = None,
    calendar: str = "",
) -> Job:
    """Writes a mail to be sent after the transaction holds; the key makes it leave once. `calendar` is an iCalendar
    message that goes with it, kept unfolded: a name in it can be found, and forgotten."""
    subject, body = render_mail(template, context)
    payload: dict[str, Any] = {"to": to, "subject": subject, "body": body}
    if headers:
        payload["headers"] = dict(headers)
    if calendar:
        payload["calendar"] = unfolded(calendar)
    return operations.enqueue(kind=MAIL, key=f"mail:{key}", payload=payload)


def erase(*, keys: list[str]) -> None:
    """Forgets mails and the words they held, sent or not."""
    Job.objects.filter(kind=MAIL, key__in=[f"{MAIL}:{key}" for key in keys]).delete()


def erase_sent_to(*, addresses: Iterable[str]) -> None:
    """Forgets every mail written to these addresses, sent or not."""
    for address in addresses:
        Job.objects.filter(kind=MAIL, payload__to__iexact=address).delete()


def erase_name(*, name: str) -> None:
    """Forgets the mails to others that name somebody; one that still waits leaves without the name."""
    said, replaced = re.compile(re.escape(name), re.IGNORECASE), "une personne partie"
    naming = Job.objects.annotate(text=Cast("payload", TextField())).filter(kind=MAIL, text__icontains=name)
    for job in naming.select_for_update():
        texts = {part: said.sub(replaced, job.payload[part]) for part in NAMING if part in job.payload}
        Job.objects.filter(pk=job.pk).update(payload={} if job.is_finished else job.payload | texts)


def blank_sent(*, before: datetime) -> int:
    """Empties the mails that left before that moment: that they did is kept, not what they said."""
    sent = Job.objects.filter(kind=MAIL, state=JobState.READY, finished_at__lt=before).exclude(payload={})
    return sent.update(payload={})


def deliver(
    job: Job, *, to: str, written: tuple[str, str], headers: Mapping[str, str] | None = None, calendar: str = ""
) -> None:
    """Hands a subject and a body to the mail server, for this job; raises OSError when it does not take them."""
    from_email, reply_to = sender()
    message = EmailMultiAlternatives(*written, from_email, to=[to], reply_to=reply_to, headers=dict(headers or {}))
    if calendar:
        _join(message, calendar)
    # The same identifier at each attempt: a server or a reader that saw the first recognises the second.
    message.extra_headers["Message-ID"] = f"<{job.public_id}@trajectoires-efc>"
    _hand_over(message)


def _hand_over(message: EmailMultiAlternatives) -> None:
    """Once the server has said yes the mail has left: that it then hangs, or takes no leave, must not send it again."""
    connection = get_connection()
    connection.open()
    try:
        connection.send_messages([message])
    finally:
        with suppress(OSError):
            connection.close()


def _join(message: EmailMultiAlternatives, calendar: str) -> None:
    """Twice: another way to say the same, which mail readers understand by its method (RFC 6047), and a file for
    those that only know attachments."""
    method, text = folded(calendar)
    message.attach_alternative(text, f"text/calendar; method={method}")
    message.attach("invitation.ics", text.encode(), "application/ics")


def _send(job: Job) -> None:
    payload = job.payload
    written, calendar = (payload["subject"], payload["body"]), payload.get("calendar", "")
    deliver(job, to=payload["to"], written=written, headers=payload.get("headers"), calendar=calendar)
    with transaction.atomic():
        if operations.still_holds(job=job):
            operations.finish(job=job)


def _give_up(job: Job) -> None:
    """A mail nobody could take stays as a failed row for the coordination to see."""


def register() -> None:
    RUNNERS.register(MAIL, Runner(label="Courriel", queue="mail", run=_send, give_up=_give_up, pauses=PAUSES))
