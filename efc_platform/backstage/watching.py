"""How the platform is doing: what waits and since when, what failed, what the clock asked for, how full the
disk is.

Counts, dates and kinds of work: never whom it is about.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from efc_platform.backstage.models import ClockTask, Job, JobState, KeptBackup

# The task that passes every few seconds: as long as it does, a worker and the clock are alive.
SWEEP = "sweep-jobs"
# Beyond, somebody should look. A nightly task may begin a little later than the day before.
LONG_WAIT, LONG_SILENCE, A_NIGHT = timedelta(minutes=5), timedelta(minutes=2), timedelta(hours=26)
LITTLE_SPACE = 0.1
# A month, and some days to find the time.
LONG_UNVERIFIED = timedelta(days=35)
RECENT = timedelta(days=7)


@dataclass(frozen=True)
class Asked:
    """One thing that the clock asks for; nothing of it before the first time."""

    name: str
    last: ClockTask | None

    @property
    def is_overdue(self) -> bool:
        if self.name == SWEEP:
            return not self.is_heard
        return self.last is not None and timezone.now() - self.last.began_at > A_NIGHT

    @property
    def is_heard(self) -> bool:
        return self.last is not None and timezone.now() - self.last.began_at < LONG_SILENCE

    @property
    def problem(self) -> str:
        return self.last.problem if self.last else ""


@dataclass(frozen=True)
class Waiting:
    """The work of one queue of people and pages: how much is due, since when, how much is being done or failed."""

    due: int
    oldest: datetime | None
    running: int
    failed: int

    @property
    def is_late(self) -> bool:
        return self.oldest is not None and timezone.now() - self.oldest > LONG_WAIT


@dataclass(frozen=True)
class Space:
    """Of the disk that holds the files, and whether this process may write on it."""

    free: int
    total: int
    is_writable: bool = True

    @property
    def share(self) -> float:
        return self.free / self.total

    @property
    def is_little(self) -> bool:
        return self.share < LITTLE_SPACE


@dataclass(frozen=True)
class Backups:
    """When the newest archive was made, and the newest of those that were tried out; nothing of it before the first."""

    newest: datetime | None
    verified: datetime | None

    @property
    def are_late(self) -> bool:
        return self.newest is None or timezone.now() - self.newest > A_NIGHT

    @property
    def are_unverified(self) -> bool:
        return self.verified is None or timezone.now() - self.verified > LONG_UNVERIFIED


def kept_backups() -> Backups:
    """As the store held them when the night, or somebody by hand, last looked at it."""
    return Backups(
        **KeptBackup.objects.aggregate(
            newest=Max("made_at"), verified=Max("made_at", filter=Q(verified_at__isnull=False))
        )
    )


def waiting_now() -> Waiting:
    due = Q(state=JobState.QUEUED) & (Q(not_before__isnull=True) | Q(not_before__lte=timezone.now()))
    unfinished = Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    found = unfinished.aggregate(
        due=Count("pk", filter=due),
        oldest=Min("queued_at", filter=due),
        running=Count("pk", filter=Q(state=JobState.RUNNING)),
    )
    return Waiting(**found, failed=failed_lately().count())


def watched_jobs() -> QuerySet[Job]:
    """What is not over, or was over these last seven days."""
    return Job.objects.filter(Q(finished_at__isnull=True) | Q(finished_at__gte=timezone.now() - RECENT))


def failed_lately() -> QuerySet[Job]:
    """The newest first."""
    return watched_jobs().filter(state=JobState.FAILED).order_by("-finished_at", "-pk")


def asked_by_the_clock() -> list[Asked]:
    """In the order of the settings."""
    known = {one.name: one for one in ClockTask.objects.all()}
    return [Asked(name, known.get(name)) for name in settings.CELERY_BEAT_SCHEDULE]


def space_left() -> Space:
    folder = settings.FILES_DIR
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    # Where a bucket keeps them, the folder only sees archives pass.
    is_writable = bool(settings.FILES_URL) or os.access(folder, os.W_OK | os.X_OK)
    return Space(usage.free, usage.total, is_writable)
