"""Asking for a progress report."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import JobState
from efc_platform.shared.errors import OperationRefused
from trajectories.models import ProgressReport, Trajectory
from trajectories.permissions import can_request_report

PROGRESS_REPORT = "progress_report"
_BEING_MADE = [JobState.QUEUED, JobState.RUNNING]


@transaction.atomic
def request_progress_report(
    *, by: User, trajectory: Trajectory, period_start: date, period_end: date
) -> ProgressReport:
    """Writes down that a report is wanted over a period (both days included) and rings for it.

    Asked again while the same one is being made, it is that one. OperationRefused to whoever is
    neither a leader nor an accompanying practitioner, for a period in disorder, and to a person for whom as many are
    being made as one may ask for at once: others wait for theirs too.
    """
    if not can_request_report(by, trajectory):
        raise OperationRefused(
            "Seules la direction de la structure et les personnes qui l’accompagnent demandent un bilan."
        )
    if period_end < period_start:
        raise OperationRefused("La fin de la période précède son début.", field="period_end")
    if period_end > timezone.localdate():
        raise OperationRefused(
            "Un bilan raconte ce qui a eu lieu\u00a0: la période finit au plus tard aujourd’hui.", field="period_end"
        )
    # The locks make two clicks at once wait for each other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    Trajectory.objects.select_for_update().get(pk=trajectory.pk)
    asked = trajectory.reports.filter(period_start=period_start, period_end=period_end, requested_by=by)
    if pending := asked.filter(job__state__in=_BEING_MADE).first():
        return pending
    _refuse_too_many(by)
    report = ProgressReport(trajectory=trajectory, period_start=period_start, period_end=period_end, requested_by=by)
    report.job = backstage.enqueue(
        kind=PROGRESS_REPORT, key=f"{PROGRESS_REPORT}:{report.public_id}", payload={"report": str(report.public_id)}
    )
    report.save()
    return report


def _refuse_too_many(by: User) -> None:
    most = settings.REPORTS_AT_ONCE
    if ProgressReport.objects.filter(requested_by=by, job__state__in=_BEING_MADE).count() >= most:
        raise OperationRefused(
            f"{most} de vos bilans se préparent déjà, et d’autres personnes attendent les leurs. Rien n’est "
            "perdu\u00a0: un courriel vous préviendra dès que l’un d’eux sera prêt, et vous pourrez demander celui-ci."
        )


@transaction.atomic
def ask_again(*, by: User, report: ProgressReport) -> None:
    """Three new attempts for a report that failed; counted among those of whoever first asked for it."""
    if not can_request_report(by, report.trajectory):
        raise OperationRefused("Seules la direction et les personnes qui accompagnent la structure demandent un bilan.")
    User.objects.select_for_update(no_key=True).get(pk=report.requested_by_id)
    _refuse_too_many(report.requested_by)
    backstage.requeue(job=report.job)
