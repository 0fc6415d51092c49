"""What the workers do for people: sending invitations."""

from accounts.notifications import send_invitation
from efc_platform.backstage.jobs import Runner
from efc_platform.backstage.mails import PAUSES
from efc_platform.backstage.models import Job


def _give_up(job: Job) -> None:
    """The invitation stays « en partance » in the lists: whoever follows it sends it again."""


run_invitation = Runner(queue="mail", run=send_invitation, give_up=_give_up, pauses=PAUSES)
