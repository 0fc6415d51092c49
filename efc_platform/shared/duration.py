"""Durations as people write them: « 3 h », « 1 h 30 », « 90 min », « 1:30 »."""

import re
from decimal import Decimal
from typing import Any

from django import forms

# A day of accompaniment, as practitioners, agreements and funders count it: two half-days of three hours and a half.
DAY_MINUTES = 7 * 60
_FLAGS = re.IGNORECASE | re.ASCII
_FORMS = [
    re.compile(r"^(?P<hours>\d{1,2}) ?(?:h|:|heures?) ?(?P<minutes>[0-5]?\d)? ?(?:minutes?|min|mn|m)?$", _FLAGS),
    re.compile(r"^(?P<minutes>\d{1,4}) ?(?:minutes?|min|mn)$", _FLAGS),
    re.compile(r"^(?P<hours>\d{1,2}(?:[.,]\d+)?) ?(?:heures?|h)?$", _FLAGS),
]


def parse_duration(text: str) -> int:
    """Minutes in a written duration; a bare number is hours. Raises ValueError when it says neither."""
    for form in _FORMS:
        if match := form.match(" ".join(text.split())):
            found = match.groupdict()
            hours = float((found.get("hours") or "0").replace(",", "."))
            return round(hours * 60) + int(found.get("minutes") or 0)
    raise ValueError(text)


def write_duration(minutes: int) -> str:
    """« 3 h », « 1 h 30 », « 45 min », with no-break spaces."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\u00a0min"
    return f"{hours}\u00a0h" + (f"\u00a0{rest:02d}" if rest else "")


def write_days(days: Decimal) -> str:
    """« 4,5 jours », « une demi-journée », « aucun jour »."""
    if days == 0:
        return "aucun jour"
    if days == Decimal("0.5"):
        return "une demi-journée"
    number = f"{days:.1f}".removesuffix(".0").replace(".", ",")
    return f"{number}\u00a0jour{'s' if days >= 2 else ''}"


def share_out(minutes: int, parts: int) -> list[int]:
    """The time of one intervention among the structures it was for, as evenly as whole minutes allow: no minute is
    lost, none counts twice."""
    whole, left = divmod(minutes, parts)
    return [whole + (rank < left) for rank in range(parts)]


class DurationField(forms.CharField):
    """A duration typed freely, kept in minutes."""

    def __init__(self, *, most: int = 1440, least: int = 0, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(max_length=20, **options)

    def prepare_value(self, value: Any) -> Any:
        return write_duration(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            minutes = parse_duration(text)
        except ValueError:
            raise forms.ValidationError(
                "Écrivez une durée, par exemple «\u00a03\u00a0h\u00a0», «\u00a01\u00a0h\u00a030\u00a0» "
                "ou «\u00a045\u00a0min\u00a0»."
            ) from None
        if not self.least <= minutes <= self.most:
            raise forms.ValidationError(
                f"Cette durée doit être comprise entre {write_duration(self.least)} et {write_duration(self.most)}."
            )
        return minutes
