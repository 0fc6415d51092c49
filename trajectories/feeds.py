"""Whose agenda a private address opens."""

import hashlib

from trajectories.models import AgendaFeed


def feed_of(token: str) -> AgendaFeed | None:
    """Whose agenda the address opens; nobody's once it is closed, or the account is."""
    feeds = AgendaFeed.objects.select_related("user__person")
    return feeds.filter(digest=digest_of(token), user__is_active=True).first()


def digest_of(token: str) -> str:
    """Of 256 bits drawn at random a plain digest is enough: there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()
