"""Telling people something: noted in the product, and by mail at the rhythm that each of them chose."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import models
from django.urls import reverse

from accounts.models import Category, Notice, NoticeRhythm, Person, Rhythm, User, start_of_today
from accounts.queries import known_at_once, readers_among
from efc_platform.backstage import mails
from efc_platform.shared.mail import absolute_url
from efc_platform.shared.registry import Registry

# The digest is one mail a day: with these, nobody receives five mails of categories in one day. What comes after
# them waits for the digest.
AT_ONCE_A_DAY = 3

# By the label of a model (« trajectories.Reading »), the rows that somebody reads today.
SUBJECTS: Registry[Callable[[User], models.QuerySet]] = Registry("subject of notices")


def tell(
    users: Iterable[User],
    *,
    about: models.Model,
    key: str,
    title: str,
    url: str,
    category: Category | None = None,
    by: Person | None = None,
    template: str = "emails/notice.txt",
    context: Mapping[str, Any] | None = None,
) -> None:
    """Notes it for each of them, once for each key, and writes at once to those who want it so; for the others it
    waits for the digest, or stays here.

    Nobody whose account is closed, who may not read the row it is about, or who did it themselves. The title says of
    which kind and where, never a word of a text. Without a category it stands apart: whoever calls this writes the
    mail themselves.
    """
    told = _listeners(users, about, key, by)
    rhythms = _rhythms(told, category)
    written = {"category": category or "", "key": key, "title": title, "url": url}
    written |= {"subject": about._meta.label, "subject_id": about.pk}
    notices = [Notice(recipient=user, rhythm=rhythms[user.pk], **written) for user in told]
    for one in notices:
        one.mailed_at = one.created_at if one.rhythm == Rhythm.AT_ONCE else None
    # Told at the same moment by somebody else: theirs stays, and the mail's own key makes it leave once.
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    for one in notices:
        if category and one.rhythm == Rhythm.AT_ONCE:
            _write(one, category, template, context or {})


def _listeners(users: Iterable[User], about: models.Model, key: str, by: Person | None) -> list[User]:
    """In the order given, those who have an account, did not do it, were not told of it, and read the row."""
    listening = [user for user in users if user.is_active and user.person_id != (by.pk if by else None)]
    known = set(Notice.objects.filter(recipient__in=listening, key=key).values_list("recipient", flat=True))
    with known_at_once(listening):
        readers = readers_among(listening, about, SUBJECTS[about._meta.label])
    return [user for user in listening if user.pk in readers - known]


def still_open(user: User, notices: Collection[Notice]) -> set[int]:
    """The keys of those whose subject the person still reads: one question for each kind of subject."""
    about: dict[str, set[int]] = defaultdict(set)
    for one in notices:
        about[one.subject].add(one.subject_id)
    rules = {label: SUBJECTS.get(label) for label in about}
    read = {
        label: set(rule(user).filter(pk__in=about[label]).values_list("pk", flat=True))
        for label, rule in rules.items()
        if rule
    }
    return {one.pk for one in notices if one.subject_id in read.get(one.subject, ())}


def _rhythms(users: Collection[User], category: Category | None) -> dict[int, Rhythm]:
    """The one that each of them chose, as long as the day's mails are not spent."""
    if category is None:
        return {user.pk: Rhythm.AT_ONCE for user in users}
    chosen = NoticeRhythm.objects.filter(user__in=users, category=category).values_list("user", "rhythm")
    rhythms = {user.pk: Rhythm.DAILY for user in users} | {pk: Rhythm(rhythm) for pk, rhythm in chosen}
    return rhythms | dict.fromkeys(_spent(pk for pk, one in rhythms.items() if one == Rhythm.AT_ONCE), Rhythm.DAILY)


def _spent(users: Iterable[int]) -> list[int]:
    """Those who have already been written to as often as may be today."""
    today = Notice.objects.filter(recipient__in=list(users), rhythm=Rhythm.AT_ONCE, created_at__gte=start_of_today())
    sent = today.exclude(category="").order_by().values("recipient").annotate(number=models.Count("pk"))
    return list(sent.filter(number__gte=AT_ONCE_A_DAY).values_list("recipient", flat=True))


def _write(notice: Notice, category: Category, template: str, context: Mapping[str, Any]) -> None:
    user, stop = notice.recipient, stop_url(notice.recipient, category)
    said = {"person": user.person, "title": notice.title, "url": absolute_url(notice.url), "stopped": category.label}
    mails.post(
        key=f"{notice.key}:{user.pk}",
        to=user.email,
        template=template,
        context={**said, **context, "stop_url": stop},
        headers=stop_headers(stop),
    )


# What a link stops, when it is not one category: all those that come in the digest.
DIGEST = "digest"
_SIGNER = signing.Signer(salt="accounts.notices.stop")


@dataclass(frozen=True)
class Stop:
    """What a link at the foot of a mail stops, for whom."""

    user: User
    what: str

    @property
    def label(self) -> str:
        return "" if self.what == DIGEST else Category(self.what).label


def stop_url(user: User, what: str) -> str:
    """The link that stops mails without signing in. It never runs out: a mail may be opened years later."""
    token = _SIGNER.sign_object([user.pk, what])
    return absolute_url(reverse("mails_stop", args=[token]))


def stop_headers(url: str) -> dict[str, str]:
    """One click in the mail reader is enough (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_stop(token: str) -> Stop | None:
    """What the link stops; nothing for one that we did not sign, or whose account is closed."""
    try:
        user, what = _SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    found = User.objects.filter(pk=user, is_active=True).first()
    return Stop(found, what) if found and what in {*Category.values, DIGEST} else None
