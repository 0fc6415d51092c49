"""Mails as jobs: written with what they announce, sent by a worker, tried again when the server is away."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from efc_platform.backstage import operations
from efc_platform.backstage.jobs import RUNNERS, Runner
from efc_platform.backstage.models import Job, JobState
from efc_platform.backstage.organisation import sender
from efc_platform.shared.mail import render_mail

MAIL = "mail"
# Where a mail may say somebody's name.
NAMING = ("to", "subject", "body")
MINUTE, HOUR = 60, 3600
# A server that is away for a night, or a greylist, loses no mail: about a day of attempts.
PAUSES = (10, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)


def post(*, key: str, to: str, template: str, context: dict[str, Any], headers: Mapping[str, str] | None = None) -> Job:
    """Writes a mail to be sent after the transaction holds; the key makes it leave once."""
    subject, body = render_mail(template, context)
    payload: dict[str, Any] = {"to": to, "subject": subject, "body": body}
    if headers:
        payload["headers"] = dict(headers)
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
        texts = {part: said.sub(replaced, job.payload.get(part, "")) for part in NAMING}
        Job.objects.filter(pk=job.pk).update(payload={} if job.is_finished else job.payload | texts)


def blank_sent(*, before: datetime) -> int:
    """Empties the mails that left before that moment: that they did is kept, not what they said."""
    sent = Job.objects.filter(kind=MAIL, state=JobState.READY, finished_at__lt=before).exclude(payload={})
    return sent.update(payload={})


def deliver(job: Job, *, to: str, written: tuple[str, str], headers: Mapping[str, str] | None = None) -> None:
    """Hands a subject and a body to the mail server, for this job; raises OSError when it does not take them."""
    from_email, reply_to = sender()
    message = EmailMessage(*written, from_email, to=[to], reply_to=reply_to, headers=dict(headers or {}))
    # The same identifier at each attempt: a server or a reader that saw the first recognises the second.
    message.extra_headers["Message-ID"] = f"<{job.public_id}@trajectoires-efc>"
    message.send()


def _send(job: Job) -> None:
    written = job.payload["subject"], job.payload["body"]
    deliver(job, to=job.payload["to"], written=written, headers=job.payload.get("headers"))
    with transaction.atomic():
        if operations.still_holds(job=job):
            operations.finish(job=job)


def _give_up(job: Job) -> None:
    """A mail nobody could take stays as a failed row for the coordination to see."""


def register() -> None:
    RUNNERS.register(MAIL, Runner(queue="mail", run=_send, give_up=_give_up, pauses=PAUSES))
