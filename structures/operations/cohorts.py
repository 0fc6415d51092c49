"""Opening cohorts and composing them."""

from datetime import date

from django.db import IntegrityError, transaction

from accounts.models import User
from efc_platform.shared.errors import OperationRefused
from structures.models import (
    Cohort,
    CohortPlace,
    Structure,
)
from structures.permissions import (
    can_compose_cohort,
)


def open_cohort(*, by: User, name: str, starts_on: date) -> Cohort:
    """Opens a cohort, empty; structures join it at their own dates."""
    if not can_compose_cohort(by):
        raise OperationRefused("Seule la coordination ouvre une promotion.")
    return Cohort.objects.create(name=name, starts_on=starts_on)


def join_cohort(*, by: User, cohort: Cohort, structure: Structure, since: date) -> CohortPlace:
    """A structure joins a cohort, once at a time."""
    if not can_compose_cohort(by):
        raise OperationRefused("Seule la coordination compose une promotion.")
    try:
        with transaction.atomic():
            return CohortPlace.objects.create(cohort=cohort, structure=structure, since=since)
    except IntegrityError:
        raise OperationRefused(f"{structure.name} est déjà dans cette promotion.") from None
