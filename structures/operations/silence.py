"""Expecting a silence for a while, and no longer."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused
from structures.models import SilencePause, Structure
from structures.permissions import can_watch_silence

_OTHERS = "Seules les personnes qui accompagnent la structure et la coordination suivent ses silences."


@transaction.atomic
def pause_silence(*, by: User, structure: Structure, until: date, reason: str) -> SilencePause:
    """Until that day nobody is told that the structure is silent; a pause that runs is replaced."""
    if not can_watch_silence(by, structure):
        raise OperationRefused(_OTHERS)
    if until <= timezone.localdate():
        raise OperationRefused("Choisissez un jour à venir.", field="until")
    Structure.objects.select_for_update().get(pk=structure.pk)
    structure.silence_pauses.filter(ended_on__isnull=True).update(ended_on=timezone.localdate())
    return SilencePause.objects.create(structure=structure, until=until, reason=reason)


def end_pause(*, by: User, structure: Structure) -> None:
    """The structure is followed again; said twice, it is said once."""
    if not can_watch_silence(by, structure):
        raise OperationRefused(_OTHERS)
    structure.silence_pauses.filter(ended_on__isnull=True).update(ended_on=timezone.localdate())
