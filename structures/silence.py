"""Structures that are accompanied, and of which nothing was heard for a while: to whom a word would do good."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import DateField, Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Greatest
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.registry import Registry
from structures.models import Accompaniment, Message, SilencePause, Structure, StructureDocument, practising

# Each application hands over the day of the last thing it knows of a structure, as a subquery of `OuterRef("pk")`.
# What is to come counts: a structure that one is about to see is not silent.
NEWS: Registry[Callable[[], Any]] = Registry("news of a structure")


def last_day(rows: QuerySet, of_structure: str, day: str) -> Any:
    """The latest day of these rows, among those of the structure."""
    own = rows.filter(**{of_structure: OuterRef("pk")}).order_by().values(of_structure)
    return Subquery(own.annotate(last=Cast(Max(day), DateField())).values("last"))


def register() -> None:
    NEWS.register("accompaniments", lambda: last_day(Accompaniment.objects.all(), "structure", "since"))
    NEWS.register("messages", lambda: last_day(Message.objects.all(), "conversation__structure", "written_at"))
    NEWS.register("documents", lambda: last_day(StructureDocument.objects.all(), "structure", "added_at"))


def watched_by(user: User) -> Any:
    """Those that somebody accompanies today, as far as the person follows them, with their last news."""
    followed = Structure.objects.open_for(user, "watch_silence").filter(pk__in=practising().values("structure"))
    opened = Cast("created_at", DateField())
    return followed.annotate(last_news=Greatest(opened, *(news() for news in NEWS)))


def silent(user: User) -> Any:
    """Those of which nothing was heard for `SILENCE_DAYS`, pauses left out; the longest silence first."""
    heard = timezone.localdate() - timedelta(days=settings.SILENCE_DAYS)
    paused = SilencePause.objects.current().filter(structure=OuterRef("pk"))
    return watched_by(user).filter(~Exists(paused), last_news__lt=heard).order_by("last_news", "name_key", "pk")


def paused(user: User) -> QuerySet[SilencePause]:
    followed = Structure.objects.open_for(user, "watch_silence")
    return SilencePause.objects.current().filter(structure__in=followed).select_related("structure").order_by("until")
