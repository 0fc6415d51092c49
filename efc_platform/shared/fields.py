"""The columns that many tables share, built in one place."""

import uuid

from django.db import models


def public_id() -> models.UUIDField:
    """The identifier that addresses and exports show; integer keys stay inside."""
    return models.UUIDField("identifiant public", default=uuid.uuid4, unique=True, editable=False)


def version() -> models.PositiveIntegerField:
    """Counts the edits of a row, so that a form opened before another's edit is recognised."""
    return models.PositiveIntegerField(default=1, editable=False)
