"""What has been made so far, by key, and the days that everything is counted from."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.utils import timezone

from accounts.models import Person, User
from community.models import ExperienceReport, SharedResource
from structures.models import Cohort, Structure
from trajectories.models import Dimension, FrameworkVersion

DATA = Path(__file__).parent.parent / "demo"
# Every invented identifier comes from one name, so that two demonstrations are alike.
_NAMESPACE = uuid.UUID("6f1d0b3e-2f57-4d53-9d8e-7a4c0f6f2a11")


def rows_of(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


def files_of(folder: str) -> list[Any]:
    return [rows_of(f"{folder}/{path.name}") for path in sorted((DATA / folder).glob("*.yaml"))]


def key_for(name: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, name)


def months_ago(number: int, today: date) -> date:
    """The same day so many months before, or the last one that month has."""
    month = today.year * 12 + today.month - 1 - number
    day = today.replace(day=1, year=month // 12, month=month % 12 + 1)
    following = (day + timedelta(days=31)).replace(day=1)
    return min(day.replace(day=min(today.day, 28)), following - timedelta(days=1))


def moment(day: date, at: str) -> datetime:
    """That day at "14:00", the clock of the wall."""
    hour, minute = (int(part) for part in at.split(":"))
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def evening_of(day: date) -> datetime:
    return min(moment(day, "18:15"), timezone.now())


@dataclass
class World:
    """Who and what has been created so far, by key."""

    password: str
    framework: FrameworkVersion
    say: Callable[[str], None]
    today: date = field(default_factory=timezone.localdate)
    people: dict[str, Person] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    structures: dict[str, Structure] = field(default_factory=dict)
    cohorts: dict[str, Cohort] = field(default_factory=dict)
    resources: dict[str, SharedResource] = field(default_factory=dict)
    reports: dict[str, ExperienceReport] = field(default_factory=dict)

    def user(self, key: str) -> User:
        return self.users[key]

    def named(self, keys: list[str]) -> list[Person]:
        return [self.people[key] for key in keys]

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def evening(self, days_ago: int) -> datetime:
        return evening_of(self.ago(days_ago))

    def dimensions(self, codes: list[str]) -> list[Dimension]:
        return list(self.framework.dimensions.filter(code__in=codes))
