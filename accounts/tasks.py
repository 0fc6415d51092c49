"""What the workers do for people, sending invitations; what the clock starts, sealing the history and verifying it."""

from celery import shared_task

from accounts import operations
from accounts.notifications import send_invitation
from efc_platform.backstage.jobs import Runner
from efc_platform.backstage.mails import PAUSES
from efc_platform.backstage.models import Job


def _give_up(job: Job) -> None:
    """The invitation stays « en partance » in the lists: whoever follows it sends it again."""


run_invitation = Runner(queue="mail", run=send_invitation, give_up=_give_up, pauses=PAUSES)


@shared_task
def seal_history() -> None:
    operations.seal_history()


# All of the past is read again: a million events are allowed more than a page or a report.
@shared_task(time_limit=3600, soft_time_limit=3500)
def verify_history() -> None:
    operations.verify_history()
