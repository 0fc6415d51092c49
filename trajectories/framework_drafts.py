"""A version of the référentiel in preparation: held while it is written, its parts in order, each change signed."""

from collections.abc import Iterable

from django.db import models

from accounts.models import User
from efc_platform.shared.errors import OperationRefused
from trajectories.models import (
    Axis,
    ChangeKind,
    Dimension,
    FrameworkChange,
    FrameworkVersion,
    Marker,
    PartKind,
)
from trajectories.permissions import can_edit_framework

NOT_YOURS = "Le référentiel se tient à la coordination."


def held_draft(by: User, framework: FrameworkVersion) -> FrameworkVersion:
    """The draft, locked until what is being written in it is written."""
    if not can_edit_framework(by):
        raise OperationRefused(NOT_YOURS)
    found = FrameworkVersion.objects.select_for_update().filter(pk=framework.pk).first()
    if found is None:
        raise OperationRefused("Cette version en préparation a été laissée entre-temps.")
    if not found.is_draft:
        raise OperationRefused(
            "Cette version est publiée\u00a0: elle ne change plus. Commencez la suivante pour la corriger."
        )
    return found


def note_change(
    draft: FrameworkVersion,
    by: User,
    *,
    part: PartKind,
    kind: ChangeKind,
    label: str,
    why: str,
    key: str = "",
    before: str = "",
    after: str = "",
) -> FrameworkChange:
    """Signed, and with its reason: those who read from the old words will ask for it."""
    if not why.strip():
        raise OperationRefused("Dites pourquoi, même en une phrase.", field="why")
    told = {"part": part, "kind": kind, "label": label[:200], "key": key, "before": before, "after": after}
    return FrameworkChange.objects.create(framework_version=draft, made_by=by.person, why=why.strip(), **told)


def version_of_markers(markers: Iterable[Marker]) -> int:
    """They are written together: each change of any makes it greater."""
    return sum(one.version for one in markers)


def parts_under(draft: FrameworkVersion, under: Axis | Dimension | None) -> models.QuerySet:
    """The axes; or the dimensions of an axis; or the criteria of a dimension; in their order."""
    if under is None:
        return draft.axes.order_by("position", "pk")
    rows = under.dimensions if isinstance(under, Axis) else under.criteria
    return rows.order_by("position", "pk")
