"""A structure that the network no longer meets, and one that comes back."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused
from structures.archiving import what_keeps_it_open
from structures.models import Structure
from structures.permissions import can_archive_structure


@transaction.atomic
def archive_structure(*, by: User, structure: Structure, reason: str) -> Structure:
    """Its sheet leaves the lists and is kept whole. OperationRefused while somebody accompanies it or its trajectory
    is open: what was promised is ended first. Archived twice, it keeps its first day and reason."""
    current = _for_archiving(by, structure)
    if current.archived_at:
        return current
    if reasons := what_keeps_it_open(current):
        raise OperationRefused(" ".join(reasons))
    return _write(current, archived_at=timezone.now(), archive_reason=reason)


@transaction.atomic
def restore_structure(*, by: User, structure: Structure) -> Structure:
    """It stands in the lists again; its history says since when it had left them, and why."""
    current = _for_archiving(by, structure)
    return _write(current, archived_at=None, archive_reason="") if current.archived_at else current


def _for_archiving(by: User, structure: Structure) -> Structure:
    if not can_archive_structure(by):
        raise OperationRefused("Seule la coordination archive la fiche d’une structure, ou la fait revenir.")
    return Structure.objects.select_for_update().get(pk=structure.pk)


def _write(structure: Structure, **columns: object) -> Structure:
    for name, value in columns.items():
        setattr(structure, name, value)
    structure.version += 1
    structure.save(update_fields=[*columns, "version"])
    return structure
