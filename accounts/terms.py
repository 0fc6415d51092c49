"""The terms of use, in numbered versions whose texts stand in the repository."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings


@dataclass(frozen=True)
class TermsVersion:
    """A text that people accept once; a change of its words is another version."""

    number: int
    published_on: date

    @cached_property
    def text(self) -> str:
        return (settings.BASE_DIR / "templates" / "terms" / f"{self.number}.md").read_text(encoding="utf-8")

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


# The latest comes last. A published text is never touched again: a test holds its digest.
VERSIONS = (TermsVersion(1, date(2026, 11, 28)),)


def current() -> TermsVersion:
    return VERSIONS[-1]


def find_version(number: int) -> TermsVersion | None:
    return next((one for one in VERSIONS if one.number == number), None)


@dataclass(frozen=True)
class ConsentText:
    """What one says yes to, in the words that are kept with the answer."""

    number: int
    heading: str
    words: str


# Kept beside each answer as it was shown; a change of words takes the next number and asks again.
CONSENT_TEXTS = {
    "photo": ConsentText(
        1,
        "Apparaître sur une photo",
        "J’accepte que le réseau publie des photos prises pendant les rencontres et les formations, sur lesquelles on "
        "me reconnaît. Mon nom n’y est pas écrit.",
    ),
    "quoted": ConsentText(
        1,
        "Être cité·e par mon nom",
        "J’accepte que le réseau me cite par mon nom, avec celui de ma structure, dans ce qu’il publie en dehors de "
        "la plateforme\u00a0: une plaquette, un article, un bilan du réseau. On me montre la phrase avant.",
    ),
}
