"""Who is told what about a trajectory, by mail, after which operation; nobody whose account is closed."""

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Role, RoleGrant, User
from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url
from structures.models import Accompaniment, LocalRole, Membership, Structure
from trajectories.models import ProgressReport, TextOpening


def tell_report_ready(report: ProgressReport) -> None:
    """Whoever asked for a report learns that it waits for them; the mail holds none of its content."""
    _tell(report, "ready", "emails/report_ready.txt")


def tell_report_failed(report: ProgressReport) -> None:
    """Whoever asked for a report learns that it could not be made, and what they can do."""
    _tell(report, "failed", "emails/report_failed.txt")


def _tell(report: ProgressReport, outcome: str, template: str) -> None:
    if not report.requested_by.is_active:
        return
    context = {
        "person": report.requested_by.person,
        "structure": report.trajectory.structure,
        "period_start": report.period_start,
        "period_end": report.period_end,
        "reason": report.job.error,
        "is_reader": ProgressReport.objects.visible_to(report.requested_by).filter(pk=report.pk).exists(),
        "url": absolute_url(report.get_absolute_url()),
    }
    # The job's date makes a second failure, after a new try, worth a second mail.
    key = (
        f"report-{outcome}:{report.public_id}:{report.job.finished_at:%Y%m%dT%H%M%S%f}"
        if outcome == "failed"
        else f"report-ready:{report.public_id}"
    )
    mails.post(key=key, to=report.requested_by.email, template=template, context=context)


def tell_text_opened(opening: TextOpening) -> None:
    """The structure's leaders and its practitioners learn that the coordination opened a text; which, by whom and
    why is behind their sign-in."""
    structure = opening.trajectory.structure
    url = absolute_url(reverse("looks", args=[structure.public_id]))
    for user in _owners(structure):
        context = {"person": user.person, "structure": structure, "url": url}
        key = f"text-opened:{opening.public_id}:{user.pk}"
        mails.post(key=key, to=user.email, template="emails/text_opened.txt", context=context)


def _owners(structure: Structure) -> QuerySet[User]:
    leaders = Membership.objects.current().filter(structure=structure, role=LocalRole.LEADER)
    practitioners = RoleGrant.objects.current().filter(role=Role.PRACTITIONER)
    accompany = Accompaniment.objects.current().filter(structure=structure)
    return User.objects.filter(
        Q(person__in=leaders.values("person"))
        | Q(person__in=accompany.values("practitioner"), pk__in=practitioners.values("user")),
        is_active=True,
    )
