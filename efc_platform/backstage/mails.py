"""Mails as jobs: written with what they announce, sent by a worker, tried again when the server is away."""

from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction

from efc_platform.backstage import operations
from efc_platform.backstage.jobs import RUNNERS, Runner
from efc_platform.backstage.models import Job
from efc_platform.shared.mail import render_mail

MAIL = "mail"
MINUTE, HOUR = 60, 3600
# A server that is away for a night, or a greylist, loses no mail: about a day of attempts.
PAUSES = (10, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)


def post(*, key: str, to: str, template: str, context: dict[str, Any]) -> Job:
    """Writes a mail to be sent after the transaction holds; the key makes it leave once."""
    subject, body = render_mail(template, context)
    return operations.enqueue(kind=MAIL, key=f"mail:{key}", payload={"to": to, "subject": subject, "body": body})


def erase(*, keys: list[str]) -> None:
    """Forgets mails and the words they held, sent or not."""
    Job.objects.filter(kind=MAIL, key__in=[f"{MAIL}:{key}" for key in keys]).delete()


def deliver(job: Job, *, to: str, written: tuple[str, str]) -> None:
    """Hands a subject and a body to the mail server, for this job; raises OSError when it does not take them."""
    message = EmailMessage(*written, to=[to])
    # The same identifier at each attempt: a server or a reader that saw the first recognises the second.
    message.extra_headers["Message-ID"] = f"<{job.public_id}@trajectoires-efc>"
    message.send()


def _send(job: Job) -> None:
    deliver(job, to=job.payload["to"], written=(job.payload["subject"], job.payload["body"]))
    with transaction.atomic():
        if operations.still_holds(job=job):
            operations.finish(job=job)


def _give_up(job: Job) -> None:
    """A mail nobody could take stays as a failed row for the coordination to see."""


def register() -> None:
    RUNNERS.register(MAIL, Runner(queue="mail", run=_send, give_up=_give_up, pauses=PAUSES))
