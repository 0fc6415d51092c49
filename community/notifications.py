"""Who is told of a debate, by mail: that something was written, of which kind and where, never its words."""

from collections.abc import Iterable

from accounts.models import Person, User
from community.models import Contribution, ExperienceReport
from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url


def tell_contribution(contribution: Contribution) -> None:
    """The authors of the report learn that somebody contributed to it."""
    _tell(contribution, contribution.report.authors.all(), "emails/contribution_received.txt")


def tell_answer(answer: Contribution) -> None:
    """Whoever contributed learns that it was answered; when they come back to it themselves, the authors of the
    report do."""
    contributor = answer.answers_to.author if answer.answers_to else answer.author
    if contributor != answer.author:
        _tell(answer, [contributor], "emails/contribution_answered.txt")
    else:
        _tell(answer, answer.report.authors.all(), "emails/contribution_received.txt")


def _tell(contribution: Contribution, people: Iterable[Person], template: str) -> None:
    """Those among them who have an account, may still read the report, and did not write this themselves."""
    users = User.objects.filter(person__in=people, is_active=True).exclude(person=contribution.author_id)
    for user in users.order_by("pk"):
        if not ExperienceReport.objects.visible_to(user).filter(pk=contribution.report_id).exists():
            continue
        context = {
            "person": user.person,
            "author": contribution.author,
            "kind": contribution.get_kind_display(),
            "report": contribution.report,
            "url": absolute_url(contribution.get_absolute_url()),
        }
        mails.post(
            key=f"contribution:{contribution.public_id}:{user.pk}", to=user.email, template=template, context=context
        )
