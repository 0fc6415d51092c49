"""Structures that are accompanied, and of which nothing was heard for a while: to whom a word would do good."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateField, Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Greatest
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.registry import Registry
from structures.models import Accompaniment, Message, SilencePause, Structure, StructureDocument, practising


@dataclass(frozen=True)
class News:
    """Rows that say something was heard of a structure, and on which day (or at which moment) of theirs."""

    rows: QuerySet
    of_structure: str
    day: str = ""
    moment: str = ""

    def last(self) -> Subquery:
        """The latest day among those of the structure, for a query of structures."""
        own = self._of_one().values(self.of_structure)
        return Subquery(own.annotate(last=Cast(Max(self.day or self.moment), DateField())).values("last"))

    def since(self, day: date) -> Exists:
        """Whether there is one on that day or later: what an index answers at its first row."""
        since = {f"{self.day}__gte": day} if self.day else {f"{self.moment}__gte": _beginning(day)}
        return Exists(self._of_one().filter(**since))

    def _of_one(self) -> QuerySet:
        return self.rows.filter(**{self.of_structure: OuterRef("pk")}).order_by()


# Each application hands over the rows it knows of. What is to come counts: a structure that one is about to see is not
# silent.
NEWS: Registry[Callable[[], News]] = Registry("news of a structure")


def register() -> None:
    NEWS.register("accompaniments", lambda: News(Accompaniment.objects.all(), "structure", day="since"))
    NEWS.register("messages", lambda: News(Message.objects.all(), "conversation__structure", moment="written_at"))
    NEWS.register("documents", lambda: News(StructureDocument.objects.all(), "structure", moment="added_at"))


def _beginning(day: date) -> datetime:
    """Of the day as the database casts a moment into one."""
    return datetime.combine(day, time(), UTC)


def watched_by(user: User) -> Any:
    """Those that somebody accompanies today, as far as the person follows them, with their last news."""
    followed = Structure.objects.open_for(user, "watch_silence").filter(pk__in=practising().values("structure"))
    opened = Cast("created_at", DateField())
    return followed.annotate(last_news=Greatest(opened, *(news().last() for news in NEWS)))


def silent(user: User) -> Any:
    """Those of which nothing was heard for `SILENCE_DAYS`, pauses left out; the longest silence first.

    Whoever was heard since is left out before anything is looked for further back: the last news of a whole network
    are years of work for the database.
    """
    heard = timezone.localdate() - timedelta(days=settings.SILENCE_DAYS)
    paused = SilencePause.objects.current().filter(structure=OuterRef("pk"))
    quiet = [~news().since(heard) for news in NEWS]
    found = watched_by(user).filter(~Exists(paused), *quiet, created_at__lt=_beginning(heard))
    return found.order_by("last_news", "name_key", "pk")


def paused(user: User) -> QuerySet[SilencePause]:
    followed = Structure.objects.open_for(user, "watch_silence")
    return SilencePause.objects.current().filter(structure__in=followed).select_related("structure").order_by("until")
