"""Writing and rewriting the community's sheets."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Person, User
from community.models import ResourceKind, ResourceStatus, SharedResource
from community.permissions import is_of_community
from efc_platform.shared.errors import OperationRefused, StaleEdit


@dataclass(frozen=True)
class SheetContent:
    """What a sheet says."""

    kind: ResourceKind
    title: str
    intention: str
    usage: str
    status: ResourceStatus = ResourceStatus.TRIAL
    conditions: str = ""
    limits: str = ""
    variants: str = ""


@transaction.atomic
def write_resource(
    *, by: User, content: SheetContent, co_authors: Sequence[Person] = (), on: datetime | None = None
) -> SharedResource:
    """Adds a sheet that the whole community reads and rewrites; OperationRefused from outside it, or when
    a sheet of this kind has this title already."""
    if not is_of_community(by):
        raise OperationRefused("Les fiches s’écrivent dans la communauté.")
    made = SharedResource(edited_by=by.person, edited_at=on or timezone.now())
    _write(made, content)
    made.authors.set({by.person, *co_authors})
    return made


@transaction.atomic
def edit_resource(
    *, by: User, resource: SharedResource, expected_version: int, content: SheetContent, on: datetime | None = None
) -> SharedResource:
    """Rewrites a sheet: whoever does joins its authors, what it said stays readable.

    By anybody of the community; StaleEdit when another did since the form was opened.
    """
    current = SharedResource.objects.select_for_update().get(pk=resource.pk)
    if not is_of_community(by):
        raise OperationRefused("Les fiches se modifient dans la communauté.")
    if current.version != expected_version:
        raise StaleEdit("Cette fiche a été modifiée entre-temps par une autre personne.")
    current.edited_by, current.edited_at = by.person, on or timezone.now()
    current.version += 1
    _write(current, content)
    current.authors.add(by.person)
    return current


def _write(resource: SharedResource, content: SheetContent) -> None:
    for name, value in asdict(content).items():
        setattr(resource, name, value.strip())
    try:
        with transaction.atomic():
            resource.save()
    except IntegrityError:
        raise OperationRefused(
            "Une fiche de ce genre porte déjà ce titre\u00a0: complétez-la, ou distinguez la vôtre.", field="title"
        ) from None
