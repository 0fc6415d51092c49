"""The kinds of intervention that the network adds."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import AddedModality, Modality
from trajectories.permissions import can_keep_modalities

_TAKEN = "Une modalité porte déjà ce nom."


def add_modality(*, by: User, name: str) -> AddedModality:
    """Offered to everybody from now on, beside those of the platform; OperationRefused for a name already taken."""
    _refuse(by, name)
    try:
        with transaction.atomic():
            return AddedModality.objects.create(name=name)
    except IntegrityError:
        raise OperationRefused(_TAKEN, field="name") from None


@transaction.atomic
def change_modality(
    *, by: User, modality: AddedModality, name: str, is_retired: bool, expected_version: int
) -> AddedModality:
    """Renames it everywhere, retires it or offers it again: what was noted under it stays under it."""
    _refuse(by, name)
    current = AddedModality.objects.select_for_update().get(pk=modality.pk)
    if current.version != expected_version:
        raise StaleEdit("Cette modalité a été modifiée entre-temps.")
    if AddedModality.objects.filter(name__iexact=name).exclude(pk=current.pk).exists():
        raise OperationRefused(_TAKEN, field="name")
    current.name, current.version = name, current.version + 1
    current.retired_on = (current.retired_on or timezone.localdate()) if is_retired else None
    current.save()
    return current


def _refuse(by: User, name: str) -> None:
    if not can_keep_modalities(by):
        raise OperationRefused("Les modalités du réseau se tiennent à la coordination.")
    if name.casefold() in {label.casefold() for label in Modality.labels}:
        raise OperationRefused(_TAKEN, field="name")
