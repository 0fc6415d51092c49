"""Opening and keeping a structure’s sheet."""

from typing import Any

from django.db import transaction

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import (
    Structure,
)
from structures.permissions import (
    can_create_structure,
    can_edit_structure,
)


def open_structure(*, by: User, **sheet: Any) -> Structure:
    """Opens a sheet; a name is enough. OperationRefused when another has the same SIRET or RNA: the registers never
    give one number to two."""
    if not can_create_structure(by):
        raise OperationRefused("Seule la coordination ouvre la fiche d’une structure.")
    for number, said in (("siret", "ce SIRET"), ("rna", "ce numéro RNA")):
        held = Structure.objects.filter(**{number: sheet.get(number)}).first() if sheet.get(number) else None
        if held:
            raise OperationRefused(f"La fiche de {held} porte déjà {said} : complétez-la plutôt.", field=number)
    return Structure.objects.create(**sheet)


@transaction.atomic
def edit_structure(*, by: User, structure: Structure, expected_version: int, **sheet: Any) -> Structure:
    """Rewrites the sheet; StaleEdit when another did since the form was opened."""
    current = Structure.objects.select_for_update().get(pk=structure.pk)
    if not can_edit_structure(by, current):
        raise OperationRefused(
            "Cette fiche est tenue par la structure, les personnes qui l’accompagnent et la coordination."
        )
    if current.version != expected_version:
        raise StaleEdit("Cette fiche a été modifiée entre-temps par une autre personne.")
    for name, value in sheet.items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    return current
