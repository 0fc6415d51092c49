"""Reading one's notices, and saying how often one wants mails."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.models import Category, Notice, NoticeRhythm, Rhythm, User, rhythms_of
from accounts.notices import DIGEST, Stop
from efc_platform.shared.errors import OperationRefused


def open_notice(*, by: User, notice: Notice) -> Notice:
    """It is read from now on; twice changes nothing. OperationRefused for somebody else's."""
    if notice.recipient_id != by.pk:
        raise OperationRefused("Cette notification n’est pas la vôtre.")
    Notice.objects.unread().filter(pk=notice.pk).update(read_at=timezone.now())
    return notice


def read_all_notices(*, by: User) -> int:
    """All of one's own are read from now on; gives how many were not."""
    return Notice.objects.visible_to(by).unread().update(read_at=timezone.now())


@transaction.atomic
def choose_rhythms(*, by: User, rhythms: Mapping[Category, Rhythm]) -> None:
    """How often one wants mails about each of these categories; the others stay as they are."""
    for category, rhythm in rhythms.items():
        NoticeRhythm.objects.update_or_create(user=by, category=category, defaults={"rhythm": rhythm})


@transaction.atomic
def stop_mails(*, stop: Stop) -> list[Category]:
    """What a link at the foot of a mail does, signed in or not: never again about this category, or about any that
    comes in the digest. The link is the proof; it opens nothing else. Twice is once."""
    if stop.what == DIGEST:
        stopped = [one for one, rhythm in rhythms_of(stop.user).items() if rhythm == Rhythm.DAILY]
    else:
        stopped = [Category(stop.what)]
    choose_rhythms(by=stop.user, rhythms=dict.fromkeys(stopped, Rhythm.NEVER))
    return stopped
