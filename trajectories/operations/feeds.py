"""The private address from which one's own calendar reads one's agenda."""

import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from trajectories.feeds import digest_of
from trajectories.models import AgendaFeed


@transaction.atomic
def open_feed(*, by: User, names_structures: bool) -> str:
    """A new address, said once: only its digest is kept. The one before no longer opens anything."""
    token = secrets.token_urlsafe(32)
    AgendaFeed.objects.update_or_create(
        user=by,
        defaults={"digest": digest_of(token), "names_structures": names_structures, "opened_at": timezone.now()},
    )
    return token


@transaction.atomic
def close_feed(*, by: User) -> None:
    """The address opens nothing from now on."""
    AgendaFeed.objects.filter(user=by).delete()
