"""Two sheets of one structure made one, and taken apart again."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused
from structures.merging import FOLLOWING, PARTS, columns_to_move, what_stands_in_the_way
from structures.models import DistinctStructures, MergedRow, Structure, StructureMerge
from structures.notifications import tell_merged
from structures.permissions import can_merge_structures


@transaction.atomic
def merge_structures(*, by: User, kept: Structure, merged: Structure, taken: Mapping[str, Any]) -> StructureMerge:
    """Everything that hung on `merged` hangs on `kept`, whose columns take the values of `taken`; the other sheet is
    set aside, whole, and its address leads here. A row whose like the kept sheet holds already stays where it was.

    OperationRefused where an application says that both cannot be one, a year open twice for instance, or when one
    of them was merged meanwhile.
    """
    if not can_merge_structures(by):
        raise OperationRefused("Seule la coordination réunit deux fiches.")
    kept, merged = _locked(kept, merged)
    if reasons := what_stands_in_the_way(kept, merged):
        raise OperationRefused(" ".join(reasons))
    merge = StructureMerge.objects.create(kept=kept, merged=merged, merged_by=by, changed=_write(kept, taken))
    for following in FOLLOWING:
        following.prepare(kept, merged)
    for column in columns_to_move():
        _move(merge, column)
    Structure.with_merged.filter(pk=merged.pk).update(merged_into=kept)
    tell_merged(merge, by=by.person)
    return merge


@transaction.atomic
def undo_merge(*, by: User, merge: StructureMerge) -> StructureMerge:
    """Each row that the merge moved goes back, and each column that it wrote, unless somebody wrote it since. What
    was made after it stays on the kept sheet. OperationRefused after 30 days, or while a later merge stands on it.
    """
    if not can_merge_structures(by):
        raise OperationRefused("Seule la coordination défait la réunion de deux fiches.")
    merge = StructureMerge.objects.select_for_update().select_related("kept", "merged").get(pk=merge.pk)
    _refuse_undoing(merge)
    Structure.with_merged.filter(pk=merge.merged_id).update(merged_into=None)
    for table, column, rows in _moved(merge):
        _point(apps.get_model(table)._meta.get_field(column), rows, merge.kept_id, merge.merged_id)
    _write_back(merge)
    merge.undone_by, merge.undone_at = by, timezone.now()
    merge.save(update_fields=["undone_by", "undone_at"])
    return merge


def keep_apart(*, by: User, one: Structure, other: Structure) -> None:
    """Two sheets alike are two structures: they are no longer put forward. Said again, it is said once."""
    if not can_merge_structures(by):
        raise OperationRefused("Seule la coordination dit que deux fiches sont de deux structures.")
    first, second = sorted([one, other], key=lambda sheet: sheet.pk)
    DistinctStructures.objects.get_or_create(first=first, second=second, defaults={"said_by": by})


def _locked(kept: Structure, merged: Structure) -> tuple[Structure, Structure]:
    """In one order whoever asks, so that two merges that cross wait for each other and do not block."""
    both = Structure.objects.select_for_update().filter(pk__in=[kept.pk, merged.pk]).order_by("pk")
    read = {one.pk: one for one in both}
    if len(read) != 2:
        raise OperationRefused("Une de ces deux fiches a déjà été réunie à une autre\u00a0: rien n’a été changé.")
    return read[kept.pk], read[merged.pk]


def _write(kept: Structure, taken: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Of each column that changes, what stood and what stands."""
    changed = {name: [getattr(kept, name), value] for name, value in taken.items() if getattr(kept, name) != value}
    for name, (_before, after) in changed.items():
        setattr(kept, name, after)
    try:
        kept.validate_constraints()
    except ValidationError as wrong:
        raise OperationRefused(
            "Ces numéros ou ces dates ne vont pas ensemble\u00a0: choisissez-les d’une même fiche."
        ) from wrong
    kept.version += 1
    kept.save()
    return {name: [_as_kept(value) for value in values] for name, values in changed.items()}


def _as_kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _move(merge: StructureMerge, column: ForeignKey) -> None:
    rows = list(column.model._base_manager.filter(**{column.attname: merge.merged_id}).values_list("pk", flat=True))
    stayed = _point(column, rows, merge.merged_id, merge.kept_id)
    label = column.model._meta.label
    MergedRow.objects.bulk_create(
        MergedRow(merge=merge, table=label, column=column.name, row=row, moved=row not in stayed) for row in rows
    )


def _point(column: ForeignKey, rows: list[int], source: int, target: int) -> set[int]:
    """These rows, as far as they still point at the source, point at the target; gives those that may not, as the
    target holds their like. All at once where it can be, one by one otherwise."""
    found = column.model._base_manager.filter(pk__in=rows, **{column.attname: source})
    try:
        with transaction.atomic():
            found.update(**{column.attname: target})
        return set()
    except IntegrityError:
        if len(rows) == 1:
            return set(rows)
    return set().union(*(_point(column, [row], source, target) for row in rows))


def _moved(merge: StructureMerge) -> Iterable[tuple[str, str, list[int]]]:
    rows = merge.rows.filter(moved=True).order_by("table", "column").values_list("table", "column", "row")
    for (table, column), lines in groupby(rows, key=lambda line: line[:2]):
        yield table, column, [row for _table, _column, row in lines]


def _refuse_undoing(merge: StructureMerge) -> None:
    if merge.undone_at:
        raise OperationRefused("Cette réunion a déjà été défaite.")
    if not merge.may_be_taken_back:
        raise OperationRefused("Une réunion se défait pendant trente jours\u00a0: ce délai est passé.")
    if merge.kept.merged_into_id:
        raise OperationRefused(
            f"{merge.kept} a depuis été réunie à une autre fiche\u00a0: défaites d’abord cette réunion."
        )


def _write_back(merge: StructureMerge) -> None:
    """Part by part: numbers or a place that somebody wrote since stay whole."""
    kept = Structure.objects.select_for_update().get(pk=merge.kept_id)
    for part in PARTS:
        written = {name: merge.changed[name] for name in part.columns if name in merge.changed}
        if all(_as_kept(getattr(kept, name)) == after for name, (_before, after) in written.items()):
            for name, (before, _after) in written.items():
                column: Any = Structure._meta.get_field(name)
                setattr(kept, name, column.to_python(before))
    kept.version += 1
    kept.save()
