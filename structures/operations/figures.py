"""What a structure says of itself in figures, year by year."""

from typing import Any

from django.db import transaction

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Structure, YearlyFigures
from structures.permissions import can_edit_structure


@transaction.atomic
def record_yearly_figures(
    *, by: User, structure: Structure, year: int, expected_version: int | None = None, **figures: Any
) -> YearlyFigures:
    """Keeps a year's figures; written again, the year is corrected, not doubled, and what is not given stays. Whoever
    saw the year on a form says which version (0: nothing yet); StaleEdit when another wrote meanwhile."""
    # Two people who write the first figures of one year must not both be the first.
    current = Structure.objects.select_for_update().get(pk=structure.pk)
    if not can_edit_structure(by, current):
        raise OperationRefused("Vous ne tenez pas la fiche de cette structure.")
    row = YearlyFigures.objects.filter(structure=current, year=year).first()
    version = row.version if row else 0
    if expected_version is not None and version != expected_version:
        raise StaleEdit("Les chiffres de cette année ont été modifiés entre-temps par une autre personne.")
    row = row or YearlyFigures(structure=current, year=year)
    for name, value in figures.items():
        setattr(row, name, value)
    row.version = version + 1
    row.save()
    return row
