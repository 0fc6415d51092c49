"""Taking back what was said: reports that are served no more, words that are nowhere any more."""

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Person
from efc_platform.backstage.operations import drop_file
from trajectories.models import ProgressReport, Verbatim


def retire_reports(reports: QuerySet[ProgressReport]) -> None:
    """Served no more: the file and the data go, the digest still proves what had been issued."""
    for report in reports.select_related("file"):
        file = report.file
        report.file, report.content, report.retired_at = None, None, timezone.now()
        report.save(update_fields=["file", "content", "retired_at"])
        if file:
            drop_file(file=file)


def recall_reports(verbatim: Verbatim) -> None:
    """Those that printed these words."""
    printed = [{"key": str(verbatim.public_id)}]
    retire_reports(
        ProgressReport.objects.filter(trajectory=verbatim.trajectory_id, content__verbatims__contains=printed)
    )


def take_away(verbatim: Verbatim, by: Person | None) -> None:
    """The erasure itself: asked for, or because whoever said the words leaves the platform."""
    recall_reports(verbatim)
    verbatim.withdraw(by)
    verbatim.version += 1
    verbatim.save()
