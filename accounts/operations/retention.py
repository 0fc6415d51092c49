"""Forgetting what is past its time, each night, and saying so."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import personal_data
from accounts.models import InactivityNotice, RetentionReport, Role, RoleGrant, User
from accounts.notifications import tell_coordination_inactive, tell_inactive
from accounts.operations.departures import forget_inactive
from accounts.personal_data import RULES, Rule

log = logging.getLogger("efc_platform.retention")


def apply_retention(*, now: datetime | None = None) -> RetentionReport:
    """Applies each rule, in a transaction of its own so that one that fails keeps nothing from the others, then looks
    at who has not come for long. Leaves a report of numbers. The clock does it, nobody acts."""
    now = now or timezone.now()
    lines = [_line(name, rule.label, rule.kept, _apply(rule, name, now)) for name, rule in RULES.items()]
    told, forgotten = _tell_inactive(now), _forget_inactive(now)
    lines.append(_line("told", "personnes prévenues qu’elles seraient oubliées", "inactivity_notice", told))
    lines.append(_line("forgotten", "personnes oubliées faute de visite", "inactivity", forgotten))
    log.info("retention: %s", ", ".join(f"{line['name']}={line['number']}" for line in lines))
    return RetentionReport.objects.create(ran_at=now, lines=lines)


def _line(name: str, label: str, kept: str, number: int | None) -> dict[str, Any]:
    return {"name": name, "label": label, "days": settings.RETENTION.get(kept), "number": number}


def _apply(rule: Rule, name: str, now: datetime) -> int | None:
    """How many were forgotten; None when it could not be done tonight."""
    try:
        with transaction.atomic():
            return rule.purge(now - timedelta(days=settings.RETENTION.get(rule.kept, 0)))
    except Exception:
        log.exception("retention rule %s failed", name)
        return None


def _silent(now: datetime, kept: str) -> QuerySet[User]:
    """Open accounts into which nobody has signed for that long."""
    before = now - timedelta(days=settings.RETENTION[kept])
    return (
        User.objects.filter(is_active=True)
        .alias(seen_at=Coalesce("last_login", "created_at"))
        .filter(seen_at__lt=before)
    )


def _seen_at(user: User) -> datetime:
    return user.last_login or user.created_at


def _month() -> timedelta:
    """Between being told and being forgotten."""
    return timedelta(days=settings.RETENTION["inactivity"] - settings.RETENTION["inactivity_notice"])


def _tell_inactive(now: datetime) -> int:
    """Once for each silence."""
    told = 0
    for user in _silent(now, "inactivity_notice"):
        notice = InactivityNotice.objects.filter(user=user).first()
        if notice is None or notice.told_at < _seen_at(user):
            InactivityNotice.objects.update_or_create(user=user, defaults={"told_at": now})
            tell_inactive(user, key=f"{_seen_at(user):%Y%m%d}", gone_on=now + _month())
            told += 1
    return told


def _forget_inactive(now: datetime) -> int:
    """Whoever was told a month ago and did not come. Somebody in charge of a structure is left in place, and
    coordination told instead."""
    forgotten = 0
    for user in _silent(now, "inactivity").filter(inactivity_notice__told_at__lte=now - _month()):
        if user.inactivity_notice.told_at < _seen_at(user):
            continue
        if personal_data.what_keeps(user.person):
            tell_coordination_inactive(user.person, _coordinators(), key=f"{_seen_at(user):%Y%m%d}")
            continue
        forget_inactive(person=user.person, now=now)
        forgotten += 1
    return forgotten


def _coordinators() -> list[User]:
    held = RoleGrant.objects.current().filter(role=Role.COORDINATOR)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True))
