"""How a phone enters a workshop and is told from another, though nobody ever knows whose it is."""

import hmac
import re
import secrets

from django.core import signing

from trajectories.models import CODE_LETTERS, WorkshopQuestion

COOKIE = "atelier"
_NEITHER = re.compile("[^0-9A-Z]")
_SIGNER = signing.Signer(salt="trajectories.workshops.phone")


def tidy_code(typed: str) -> str:
    """The code as it is kept, whatever the hyphens, spaces and small letters somebody typed."""
    return _NEITHER.sub("", typed.upper())[:20]


def may_be_code(code: str) -> bool:
    return bool(code) and all(letter in CODE_LETTERS for letter in code)


def new_token() -> str:
    return secrets.token_urlsafe(16)


def as_cookie(code: str, token: str) -> str:
    """Signed together with the code: brought to another workshop it is nothing."""
    return _SIGNER.sign(f"{code}.{token}")


def token_of(code: str, cookie: str) -> str:
    """The phone's own token; empty for a cookie that we did not give, or gave for another workshop. One that reads
    for a code shows that the code once opened a workshop."""
    try:
        held, _separator, token = _SIGNER.unsign(cookie).partition(".")
    except signing.BadSignature:
        return ""
    return token if hmac.compare_digest(held, code) else ""


def phone_digest(question: WorkshopQuestion, token: str) -> str:
    """The key of a phone's answer to one question; without the workshop's own key it leads back to nobody."""
    said = f"{question.pk}:{token}".encode()
    return hmac.new(bytes(question.workshop.key or b""), said, "sha256").hexdigest()
