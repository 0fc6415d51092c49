"""What was accepted, held against what was done: each report one file and one mail, each mail once."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.backstage.mails import post
from efc_platform.backstage.models import Job, JobState, StoredFile
from tests.drills.installation import until
from tests.drills.toll import Toll
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
    until(lambda: not unfinished(), seconds=seconds, what="every job finished", more=what_waits)


def what_waits() -> str:
    """How many jobs are not finished, and how the first of them stand, for whoever asks why."""
    now = timezone.now()
    waiting = Job.objects.exclude(state__in=[JobState.READY, JobState.FAILED]).order_by("pk")[:10]
    return f" ({unfinished()} of {Job.objects.count()} are not)" + "".join(
        f"\n{job.kind} {job.state}, attempt {job.attempts}, {job.error or 'no error'}, "
        f"queued {now - job.queued_at} ago, not before {job.not_before}, lease until {job.lease_until}, now {now}"
        for job in waiting
    )


def unfinished() -> int:
    return Job.objects.exclude(state__in=[JobState.READY, JobState.FAILED]).count()


def note(number: int) -> Job:
    """A mail accepted and committed."""
    with transaction.atomic():
        return post(key=f"note:{number}", to="a@essai.example", template="emails/layout.txt", context={})


def letters(var_dir: Path) -> list[EmailMessage]:
    """One for each identifier: that is what a reader of mail shows."""
    written = b"".join(path.read_bytes() for path in (var_dir / "mail").glob("*")).split(BETWEEN)
    found = [message_from_bytes(text, policy=policy.default) for text in written if text.strip()]
    return list({letter["Message-ID"]: letter for letter in found}.values())


def sent_mails(var_dir: Path) -> list[str]:
    """Their texts."""
    return [letter.get_content() for letter in letters(var_dir)]


def settle(toll: Toll, var_dir: Path, *, reports: Collection[ProgressReport], notes: Collection[Job] = ()) -> None:
    """What these reports and mails have become, counted; what is amiss is said above the count."""
    left = {letter["Message-ID"] for letter in letters(var_dir)}
    lost = [*lost_of(reports, var_dir), *(f"{job.key} never left" for job in notes if mail_of(job) not in left)]
    strange = left - {mail_of(job) for job in Job.objects.all()}
    doubled = [*doubled_of(reports, var_dir), *(f"{mail} of no job" for mail in strange)]
    print("\n".join([*lost, *doubled]))
    toll.settle(accepted=len(reports) + len(notes), lost=len(lost), doubled=len(doubled))


def mail_of(job: Job) -> str:
    """Under which number it leaves."""
    return f"<{job.public_id}@trajectoires-efc>"


def lost_of(reports: Collection[ProgressReport], var_dir: Path) -> Iterator[str]:
    """Those that are not ready with their own whole file, those that nobody was told of."""
    texts = sent_mails(var_dir)
    for report in kept(reports):
        if report.job.state != JobState.READY or not report.file or not is_whole(report.file, var_dir):
            yield f"report {report.pk}: {report.job.state} {report.job.error}"
        elif not any(report.get_absolute_url() in text for text in texts):
            yield f"report {report.pk}: nobody was told"


def doubled_of(reports: Collection[ProgressReport], var_dir: Path) -> Iterator[str]:
    """Files that belong to no report or lie on the disk without a row; mails that say the same again."""
    owned = {report.file_id for report in kept(reports)}
    yield from (
        f"file {pk} of no report" for pk in StoredFile.objects.exclude(pk__in=owned).values_list("pk", flat=True)
    )
    known = {public_id.hex for public_id in StoredFile.objects.values_list("public_id", flat=True)}
    yield from (f"{path} of no row" for path in files_on_disk(var_dir) if path.name not in known)
    sent = letters(var_dir)
    for report in kept(reports):
        told = [letter["Subject"] for letter in sent if report.get_absolute_url() in letter.get_content()]
        yield from [f"report {report.pk}: told the same again"] * (len(told) - len(set(told)))


def kept(reports: Collection[ProgressReport]) -> list[ProgressReport]:
    """As the database now has them."""
    pks = [report.pk for report in reports]
    found = list(ProgressReport.objects.filter(pk__in=pks).select_related("job", "file").order_by("pk"))
    assert len(found) == len(pks)
    return found


def files_on_disk(var_dir: Path) -> list[Path]:
    return [path for path in (var_dir / "files").glob("*/*") if path.is_file()]


def is_whole(file: StoredFile, var_dir: Path) -> bool:
    path = var_dir / "files" / file.public_id.hex[:2] / file.public_id.hex
    return path.is_file() and sha256(path.read_bytes()).hexdigest() == file.digest


def check_reports(reports: list[ProgressReport], var_dir: Path) -> None:
    """Each is ready with its own whole file, and told of by one mail; no other file lies about."""
    assert [*lost_of(reports, var_dir), *doubled_of(reports, var_dir)] == []
