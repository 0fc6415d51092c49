"""Who is told what about a trajectory, by mail, after which operation; nobody whose account is closed."""

from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url
from trajectories.models import ProgressReport


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
