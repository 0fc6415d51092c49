"""What was accepted, held against what was done: each report one file and one mail, each mail once."""

from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

from django.utils import timezone

from accounts.models import User
from efc_platform.backstage.models import Job, JobState, StoredFile
from tests.drills.installation import until
from trajectories.models import ProgressReport, Trajectory
from trajectories.operations import request_progress_report

# What Django's file backend writes between two mails of one file.
BETWEEN = b"-" * 79 + b"\n"


def ask_for_reports(number: int, *, by: User, trajectory: Trajectory) -> list[ProgressReport]:
    """Accepted and committed; the bell rings in a broker that no worker of the drill listens to."""
    today = timezone.localdate()
    return [
        request_progress_report(
            by=by, trajectory=trajectory, period_start=today - timedelta(days=30 + day), period_end=today
        )
        for day in range(number)
    ]


def await_all_finished(*, seconds: float) -> None:
    until(lambda: not unfinished(), seconds=seconds, what="every job finished")


def unfinished() -> int:
    return Job.objects.exclude(state__in=[JobState.READY, JobState.FAILED]).count()


def sent_mails(var_dir: Path) -> list[str]:
    """Their texts, one for each identifier: that is what a reader of mail shows."""
    written = b"".join(path.read_bytes() for path in (var_dir / "mail").glob("*")).split(BETWEEN)
    letters = [message_from_bytes(text, policy=policy.default) for text in written if text.strip()]
    return list({letter["Message-ID"]: letter.get_content() for letter in letters}.values())


def check_reports(reports: list[ProgressReport], var_dir: Path) -> None:
    """Each is ready with its own whole file, and told of by one mail; no other file lies about."""
    kept = ProgressReport.objects.filter(pk__in=[report.pk for report in reports]).select_related("job", "file")
    assert [report.job.state for report in kept] == [JobState.READY] * len(reports)
    assert StoredFile.objects.count() == len({report.file_id for report in kept}) == len(reports)
    on_disk = [path for path in (var_dir / "files").glob("*/*") if path.is_file()]
    assert sorted((path.name, path.stat().st_size) for path in on_disk) == sorted(
        (report.file.public_id.hex, report.file.size) for report in kept
    )
    texts = sent_mails(var_dir)
    told = Counter(report.pk for report in kept for text in texts if report.get_absolute_url() in text)
    assert told == {report.pk: 1 for report in kept}
