"""The operations that funders support, and what they pay for."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import Cohort, FundedPart, FundingOperation, Structure
from structures.permissions import can_keep_funding

KEEPING = "Seule la coordination tient les opérations financées."
TAKEN = "Une opération porte déjà ce nom."


@transaction.atomic
def open_funding(*, by: User, **sheet: Any) -> FundingOperation:
    """`sheet`: the columns of an operation, as its form gives them. OperationRefused when the name is taken, or when
    it would end before it begins."""
    _refuse(by, sheet)
    try:
        with transaction.atomic():
            return FundingOperation.objects.create(**sheet)
    except IntegrityError:
        raise OperationRefused(TAKEN, field="name") from None


@transaction.atomic
def edit_funding(*, by: User, funding: FundingOperation, expected_version: int, **sheet: Any) -> FundingOperation:
    """Says again what it is. StaleEdit when somebody did meanwhile."""
    _refuse(by, sheet)
    current = FundingOperation.objects.select_for_update().get(pk=funding.pk)
    if current.version != expected_version:
        raise StaleEdit("Cette opération a été modifiée entre-temps par une autre personne.")
    for name, value in sheet.items():
        setattr(current, name, value)
    current.version += 1
    try:
        with transaction.atomic():
            current.save()
    except IntegrityError:
        raise OperationRefused(TAKEN, field="name") from None
    return current


def _refuse(by: User, sheet: Mapping[str, Any]) -> None:
    if not can_keep_funding(by):
        raise OperationRefused(KEEPING)
    if sheet["ends_on"] < sheet["starts_on"]:
        raise OperationRefused("La fin vient avant le début.", field="ends_on")


@transaction.atomic
def attach_to_funding(
    *,
    by: User,
    funding: FundingOperation,
    since: date,
    structures: Collection[Structure] = (),
    cohorts: Collection[Cohort] = (),
) -> list[FundedPart]:
    """From a day on, the operation pays for these structures, and for those that travel with these cohorts.
    OperationRefused, for all, when one is attached already."""
    if not can_keep_funding(by):
        raise OperationRefused(KEEPING)
    current = FundingOperation.objects.select_for_update().get(pk=funding.pk)
    if not current.starts_on <= since <= current.ends_on:
        raise OperationRefused("Ce jour est en dehors des dates de l’opération.", field="since")
    if not structures and not cohorts:
        raise OperationRefused("Choisissez au moins une structure ou une promotion.", field="structures")
    made = [_attach(current, since, "structures", structure=one) for one in structures]
    return made + [_attach(current, since, "cohorts", cohort=one) for one in cohorts]


def _attach(funding: FundingOperation, since: date, field: str, **to: Any) -> FundedPart:
    parts = funding.parts.filter(**to)
    (what,) = to.values()
    current = parts.filter(until__isnull=True).first()
    if current and current.since != since:
        raise OperationRefused(f"{what} y est déjà.", field=field)
    if parts.filter(until__gt=since).exists():
        raise OperationRefused(f"{what} y était encore ce jour-là.", field="since")
    # Said twice, it is said once.
    return current or FundedPart.objects.create(operation=funding, since=since, **to)


@transaction.atomic
def detach_from_funding(*, by: User, part: FundedPart, on: date) -> None:
    """The last day on which the operation pays for it. Said again, the day is corrected."""
    if not can_keep_funding(by):
        raise OperationRefused(KEEPING)
    current = FundedPart.objects.select_for_update().get(pk=part.pk)
    if on < current.since:
        raise OperationRefused("Le rattachement commence après ce jour.", field="on")
    current.until = on + timedelta(days=1)
    current.save()
