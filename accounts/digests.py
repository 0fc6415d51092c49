"""The daily digest: one mail for each person to whom something is addressed, none on the other days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Category, Notice, Rhythm, User, rhythms_of
from accounts.notices import DIGEST, still_open, stop_headers, stop_url
from efc_platform.backstage import mails
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import Job
from efc_platform.shared.mail import absolute_url

NOTICE_DIGEST = "notice_digest"
# Said one by one, the latest first; the mail leads to the others.
MOST_TOLD = 100
# Users read from the database at a time.
BATCH = 500


def ask_for_digests(*, day: date | None = None) -> int:
    """Writes down a digest to be made for each person to whom something waits, and rings for it; gives how many.
    Asked twice for the same day, it is asked once. The clock does it."""
    day, asked = day or timezone.localdate(), 0
    waiting = Notice.objects.for_the_digest().order_by().values("recipient")
    users = User.objects.filter(is_active=True, pk__in=waiting).order_by("pk").values_list("pk", flat=True)
    for user in users.iterator(chunk_size=BATCH):
        backstage.enqueue(
            kind=NOTICE_DIGEST, key=f"{NOTICE_DIGEST}:{user}:{day:%Y%m%d}", payload={"user": user, "day": str(day)}
        )
        asked += 1
    return asked


def make_digest(job: Job) -> None:
    """Run by a worker. The mail, and that its notices left with it, are written in one transaction with the end of
    the job: a worker that dies before loses nothing, one that comes after repeats nothing."""
    with transaction.atomic():
        if not backstage.still_holds(job=job):
            return
        if user := User.objects.filter(pk=job.payload["user"], is_active=True).first():
            _post(user, date.fromisoformat(job.payload["day"]))
        backstage.finish(job=job)


def _post(user: User, day: date) -> None:
    """Whether each may still be read is asked now; what may not stays out, and so does what is no longer wanted."""
    # Locked: two digests of one person take turns, and the second finds nothing left.
    waiting = list(
        Notice.objects.for_the_digest().filter(recipient=user).select_for_update().values_list("pk", flat=True)
    )
    wanted = [category for category, rhythm in rhythms_of(user).items() if rhythm != Rhythm.NEVER]
    told = list(Notice.objects.filter(pk__in=waiting, category__in=wanted)[:MOST_TOLD])
    opened = still_open(user, told)
    kept = [one for one in told if one.pk in opened]
    Notice.objects.filter(pk__in=waiting).update(mailed_at=timezone.now())
    Notice.objects.filter(pk__in={one.pk for one in told} - opened).update(mailed_at=None, rhythm=Rhythm.NEVER)
    if not kept:
        return
    stop = stop_url(user, DIGEST)
    mails.post(
        key=f"digest:{user.pk}:{day:%Y%m%d}",
        to=user.email,
        template="emails/digest.txt",
        context={
            "person": user.person,
            "day": day,
            "groups": _groups(user, kept),
            "has_more": len(waiting) > len(told),
            "url": absolute_url(reverse("notices")),
            "settings_url": absolute_url(reverse("notice_rhythms")),
            "stop_url": stop,
        },
        headers=stop_headers(stop),
    )


@dataclass(frozen=True)
class Group:
    """One category of the mail: what is said more than once is said once, with how many times."""

    label: str
    lines: list[tuple[str, int]]
    stop_url: str


def _groups(user: User, notices: Sequence[Notice]) -> list[Group]:
    said = {category: Counter(one.title for one in notices if one.category == category) for category in Category}
    return [
        Group(category.label, list(lines.items()), stop_url(user, category))
        for category, lines in said.items()
        if lines
    ]
