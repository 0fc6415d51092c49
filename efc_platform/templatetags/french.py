"""Dates, lengths of time and spaces written the French way."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, zip_longest
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from efc_platform.shared.duration import write_days, write_duration

register = template.Library()

NO_BREAK = "\N{NO-BREAK SPACE}"

MONTHS = [
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
]
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
SHORT_MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]


def _local_day(value: date) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _day_number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


@register.filter
def short_date(value: date | None) -> str:
    """« 4 déc. », for a column or a label where the year is known."""
    if not value:
        return ""
    day = _local_day(value)
    return f"{_day_number(day)}{NO_BREAK}{SHORT_MONTHS[day.month - 1]}"


@register.filter
def long_date(value: date | None) -> str:
    """« 4 décembre 2026 », wherever a sentence names a day."""
    if not value:
        return ""
    day = _local_day(value)
    return f"{_day_number(day)}{NO_BREAK}{MONTHS[day.month - 1]} {day.year}"


@register.filter
def day_month(value: date | None) -> str:
    """« 4 décembre », where the year goes without saying."""
    if not value:
        return ""
    day = _local_day(value)
    return f"{_day_number(day)}{NO_BREAK}{MONTHS[day.month - 1]}"


@register.filter
def grouped(value: str, lengths: str) -> str:
    """« 732 829 320 00074 »: a number in groups of these lengths, that a line does not cut."""
    digits = iter(value)
    return NO_BREAK.join("".join(islice(digits, int(length))) for length in lengths.split())


@register.filter
def days(values: Iterable[date]) -> str:
    """« 4 décembre », « 4 et 5 décembre », « 30 novembre, 9 et 23 décembre »: each day once, its month said once."""
    found = sorted({_local_day(value) for value in values})
    written = [
        _day_number(day) if after and (day.year, day.month) == (after.year, after.month) else day_month(day)
        for day, after in zip_longest(found, found[1:])
    ]
    return " et ".join(filter(None, [", ".join(written[:-1]), *written[-1:]]))


@register.filter
def month(value: date | None) -> str:
    """« décembre 2026 », when the day does not matter."""
    if not value:
        return ""
    day = _local_day(value)
    return f"{MONTHS[day.month - 1]} {day.year}"


@register.filter
def weekday(value: date | None) -> str:
    """« jeudi », before a day and a month."""
    return WEEKDAYS[_local_day(value).weekday()] if value else ""


@register.filter
def clock(value: datetime | None) -> str:
    """« 17 h 42 », « 14 h », in the platform's time zone."""
    if not value:
        return ""
    moment = timezone.localtime(value) if timezone.is_aware(value) else value
    minutes = f"{NO_BREAK}{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}{NO_BREAK}h{minutes}"


@register.filter
def duration(minutes: int | None) -> str:
    """Minutes as « 3 h », « 1 h 30 »; nothing when nobody said how long."""
    if minutes is None or minutes == "":
        return ""
    return write_duration(int(minutes))


@register.filter
def days_count(days: Decimal | None) -> str:
    """« 4,5 jours », « une demi-journée »; nothing when nobody said."""
    return "" if days is None or days == "" else write_days(Decimal(days))


@register.filter
def weight(octets: int) -> str:
    """What a file weighs: « 112 ko » or « 1,4 Mo », known before it is fetched."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))}{NO_BREAK}ko"
    return f"{octets / 1_000_000:.1f}{NO_BREAK}Mo".replace(".", ",")


@register.filter
def names_of(people: Iterable[Any]) -> str:
    """« Inès Carrel, Hugo Lemaire et Samia Bel »."""
    names = [person.display_name for person in people]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}" if names else ""


@register.filter
def pluralize(count: int, endings: str = "s") -> str:
    """In place of Django's, which follows English: « 0 lecture », « 1 lecture », « 2 lectures »."""
    singular, _comma, plural = endings.rpartition(",")
    return singular if abs(count) < 2 else plural


@register.filter
def tidy(text: str | None) -> str:
    """The same words with the apostrophes and the spaces of French typography."""
    tidied = str(text or "").replace("'", "’")
    tidied = re.sub(r"\s*([;:?!]+)(?=\s|»|$)", NO_BREAK + r"\1", tidied)
    tidied = re.sub(r"«\s*", "«" + NO_BREAK, tidied)
    return re.sub(r"\s*»", NO_BREAK + "»", tidied)


@register.simple_tag
def today() -> date:
    """The day it is where the platform lives."""
    return timezone.localdate()


@register.simple_tag(takes_context=True)
def once_closed(context: Context) -> str:
    """« · close en juin 2025 », in the titles of a trajectory that ended: a structure that came back has two. Looked up
    here, and not in the page: Django logs the whole context of a page that asks for a name it has not."""
    trajectory = context.get("trajectory")
    return f" · close en {month(trajectory.closed_on)}" if trajectory and trajectory.closed_on else ""
