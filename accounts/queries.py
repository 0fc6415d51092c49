"""Reads about people that are not one queryset."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.db.models import Case, Model, QuerySet, Value, When
from django.utils import timezone

from accounts.models import Invitation, LostFactor, LostFactorQuerySet, Role, RoleGrant, User
from accounts.permissions import can_follow_invitation, can_vouch_for_lost_factor
from efc_platform.shared.once import reading_once
from efc_platform.shared.registry import Registry

# One for each kind of person, in the order in which the launcher names them.
_FIRST = ("coordination", "accompagnement", "dirigeance", "equipe", "formation", "communaute")
_MOST = 30
_ASKED_AT_ONCE = 100


@dataclass(frozen=True)
class DemoSignIn:
    name: str
    email: str
    roles: str


# What the rules of higher apps read of a user, read for many at once: each keeps it where its rule looks for it.
READ_FOR_MANY: Registry[Callable[[Collection[User]], None]] = Registry("what rules read of users")


@contextmanager
def known_at_once(users: Collection[User]) -> Iterator[None]:
    """Within it, what the rules read of these users is known already, in one question for each kind of thing and not
    for each person. Nothing is to be written meanwhile."""
    held: dict[int, set[str]] = {user.pk: set() for user in users}
    for user_id, role in RoleGrant.objects.current().filter(user__in=held).values_list("user", "role"):
        held[user_id].add(role)
    for user in users:
        user.roles = frozenset(held[user.pk])
    with reading_once():
        for read in READ_FOR_MANY:
            read(users)
        yield


def readers_among(users: Sequence[User], row: Model, rule: Callable[[User], QuerySet]) -> set[int]:
    """The keys of those to whom a rule gives this row, asked for many of them at once; to be called where they are
    `known_at_once`. A rule must read nothing of a user but their roles, their ties and their keys."""
    reading: set[int] = set()
    for start in range(0, len(users), _ASKED_AT_ONCE):
        first, *others = (
            rule(user).filter(pk=row.pk).order_by().annotate(reader=Value(user.pk)).values_list("reader", flat=True)
            for user in users[start : start + _ASKED_AT_ONCE]
        )
        reading |= set(first.union(*others, all=True))
    return reading


def demo_sign_ins() -> list[DemoSignIn]:
    """The invented people whose place a visitor may take, one of each kind first; none outside a demonstration."""
    if not settings.IS_DEMO:
        return []
    labels: dict[int, list[str]] = {}
    for user_id, role in RoleGrant.objects.current().order_by("role").values_list("user", "role"):
        labels.setdefault(user_id, []).append(Role(role).label)
    first = [When(email__startswith=f"{name}@", then=rank) for rank, name in enumerate(_FIRST)]
    users = (
        User.objects.filter(is_active=True)
        .select_related("person")
        .order_by(Case(*first, default=len(_FIRST)), "pk")[:_MOST]
    )
    return [
        DemoSignIn(str(user.person), user.email, ", ".join(labels.get(user.pk, ["Dans une structure"])))
        for user in users
    ]


def find_invitation(token: str) -> Invitation | None:
    """The one that this token opens, as long as whoever made it could still make it: a right that ended leaves no
    door ajar."""
    found = Invitation.objects.opened_by(token).select_related("invited_by__person", "person").first()
    if found is None or not (found.invited_by.is_active and can_follow_invitation(found.invited_by, found)):
        return None
    return found


# What signs the link that proves a new address.
NEW_ADDRESS = "accounts.new_address"
_ONE_DAY = 24 * 3600


def new_address(*, user: User, token: str) -> str | None:
    """The address that a link proves, if it was sent for this account as it stands, less than a day ago."""
    try:
        asked = signing.loads(token, salt=NEW_ADDRESS, max_age=_ONE_DAY)
    except signing.BadSignature:
        return None
    return asked["to"] if (asked["user"], asked["from"]) == (user.pk, user.email) else None


@dataclass(frozen=True)
class OpenSession:
    """One device on which somebody is signed in."""

    pk: int
    device: str
    ip: str
    opened_at: datetime
    seen_at: datetime
    is_here: bool


def sessions_of(user: User) -> QuerySet[UserSession]:
    """Those that still open something, the last used first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=user, session_key__in=alive).order_by("-last_seen_at", "-pk")


def open_sessions(user: User, *, here: str) -> list[OpenSession]:
    """`here` is the key of the session that asks."""
    return [
        OpenSession(one.pk, _device(one.user_agent), one.ip, one.created_at, one.last_seen_at, one.session_key == here)
        for one in sessions_of(user)
    ]


# The first name found is the right one: browsers call themselves by the names of others too.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "un appareil Android"),
    ("iPhone", "un iPhone"),
    ("iPad", "un iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "un Mac"),
    ("Linux", "Linux"),
)


def _device(user_agent: str) -> str:
    """What a person recognises of it."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "Un navigateur")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser}, sur {system}" if system else browser


@dataclass(frozen=True)
class Factors:
    """What a person registered to prove who they are, beside their password."""

    application: Authenticator | None
    passkeys: list[Authenticator]
    codes_left: int


def factors_of(user: User) -> Factors:
    known = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    by_type = {one.type: one for one in known}
    codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
    return Factors(
        application=by_type.get(Authenticator.Type.TOTP),
        passkeys=[one for one in known if one.type == Authenticator.Type.WEBAUTHN],
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
    )


def lost_factors_for(user: User) -> LostFactorQuerySet:
    """The requests that this person may answer, or could have."""
    if not can_vouch_for_lost_factor(user):
        return LostFactor.objects.none()
    return LostFactor.objects.for_others(user).select_related("user__person")
