"""Opening cohorts, composing them, and writing to all those of one."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures import notifications
from structures.models import (
    Cohort,
    CohortMessage,
    CohortPlace,
    Structure,
)
from structures.permissions import (
    can_compose_cohort,
    can_write_to_cohort,
)

COMPOSING = "Seule la coordination ouvre une promotion et la compose."
TAKEN = "Une promotion porte déjà ce nom."


@transaction.atomic
def open_cohort(*, by: User, name: str, starts_on: date, ends_on: date | None = None, presentation: str = "") -> Cohort:
    """Opens a cohort, empty; structures join it at their own dates. OperationRefused when the name is taken, or when
    it would end before it begins."""
    _refuse(by, starts_on, ends_on)
    try:
        with transaction.atomic():
            return Cohort.objects.create(name=name, starts_on=starts_on, ends_on=ends_on, presentation=presentation)
    except IntegrityError:
        raise OperationRefused(TAKEN, field="name") from None


@transaction.atomic
def edit_cohort(
    *,
    by: User,
    cohort: Cohort,
    expected_version: int,
    name: str,
    starts_on: date,
    ends_on: date | None,
    presentation: str,
) -> Cohort:
    """Says again what it is. StaleEdit when somebody did meanwhile."""
    _refuse(by, starts_on, ends_on)
    current = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if current.version != expected_version:
        raise StaleEdit("Cette promotion a été modifiée entre-temps par une autre personne.")
    current.name, current.presentation = name, presentation
    current.starts_on, current.ends_on = starts_on, ends_on
    current.version += 1
    try:
        with transaction.atomic():
            current.save()
    except IntegrityError:
        raise OperationRefused(TAKEN, field="name") from None
    return current


def _refuse(by: User, starts_on: date, ends_on: date | None) -> None:
    if not can_compose_cohort(by):
        raise OperationRefused(COMPOSING)
    if ends_on and ends_on < starts_on:
        raise OperationRefused("La fin vient avant le début.", field="ends_on")


@transaction.atomic
def join_cohort(*, by: User, cohort: Cohort, structures: Collection[Structure], since: date) -> list[CohortPlace]:
    """Structures join a cohort from a day on: it opens its page to their people and to those who accompany them.
    OperationRefused, for all of them, when one is there already, is archived, or was there until a later day."""
    if not can_compose_cohort(by):
        raise OperationRefused(COMPOSING)
    current = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if since < current.starts_on or (current.ends_on and since > current.ends_on):
        raise OperationRefused("Ce jour est en dehors des dates de la promotion.", field="since")
    return [_join(current, structure, since) for structure in structures]


def _join(cohort: Cohort, structure: Structure, since: date) -> CohortPlace:
    if structure.archived_at:
        raise OperationRefused(f"La fiche de {structure.name} est archivée\u00a0: faites-la d’abord revenir.")
    places = CohortPlace.objects.filter(cohort=cohort, structure=structure)
    current = places.filter(until__isnull=True).first()
    if current and current.since != since:
        raise OperationRefused(f"{structure.name} est déjà dans cette promotion.", field="structures")
    if places.filter(until__gt=since).exists():
        raise OperationRefused(f"{structure.name} y était encore ce jour-là.", field="since")
    # Said twice, it is said once.
    return current or CohortPlace.objects.create(cohort=cohort, structure=structure, since=since)


@transaction.atomic
def leave_cohort(*, by: User, place: CohortPlace, on: date) -> None:
    """The structure's last day in the cohort: from the next one its page is closed to them, and what they wrote
    stays. Said again, the day is corrected."""
    if not can_compose_cohort(by):
        raise OperationRefused(COMPOSING)
    current = CohortPlace.objects.select_for_update().get(pk=place.pk)
    if on < current.since:
        raise OperationRefused("Elle n’y était pas encore ce jour-là.", field="on")
    # Held until the day before `until`, as every period.
    current.until = on + timedelta(days=1)
    current.save()


@transaction.atomic
def write_to_cohort(*, by: User, cohort: Cohort, text: str, on: datetime | None = None) -> CohortMessage:
    """One of them writes to all; they are told that a message waits, unless it is dated `on` a past day.
    OperationRefused from outside, and when the cohort is over."""
    if not can_write_to_cohort(by, cohort):
        raise OperationRefused(
            "Cette promotion est finie, ou vous n’en êtes plus\u00a0: votre message n’est pas parti."
        )
    made = CohortMessage.objects.create(
        cohort=cohort, author=by.person, text=text.strip(), written_at=on or timezone.now()
    )
    if on is None:
        notifications.tell_cohort(made)
    return made


def erase_old_cohort_messages(*, before: datetime) -> int:
    """Forgets what was written there before that moment; a retention rule does it, nobody acts."""
    return CohortMessage.objects.filter(written_at__lt=before).delete()[1].get("structures.CohortMessage", 0)
