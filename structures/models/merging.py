"""Two sheets of one structure: how much they look alike, and what a merge moved, so that it can be taken back."""

from datetime import timedelta

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified
from structures.models.structures import Structure

# How long a merge can be taken back.
TAKEN_BACK_WITHIN = timedelta(days=30)


class StructureMergeQuerySet(models.QuerySet["StructureMerge"]):
    def visible_to(self, user: User) -> "StructureMergeQuerySet":
        """Those who merge and undo; the people of the structure read of it in the history of its sheet."""
        return self if is_permitted(user, "merge_structures") else self.none()


@classified(
    none="kept merged changed",
    personal="merged_by merged_at undone_by undone_at",
    purpose="réunir deux fiches d’une même structure, et pouvoir le défaire",
    basis=Basis.INTEREST,
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class StructureMerge(models.Model):
    """Two sheets made one. `kept` stays and receives what the other held, `merged` is set aside and leads to it.

    `changed` holds, of each column of the kept sheet that the merge wrote, what stood there and what it wrote.
    """

    public_id = fields.public_id()
    kept = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="merges", verbose_name="fiche gardée")
    merged = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="+", verbose_name="fiche réunie")
    changed = models.JSONField("colonnes reprises", default=dict)
    merged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="réunies par")
    merged_at = models.DateTimeField("réunies le", default=timezone.now)
    undone_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="défaite par"
    )
    undone_at = models.DateTimeField("défaite le", null=True, blank=True)

    objects = StructureMergeQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion de deux fiches"
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two_sheets"),
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="one_standing_merge_of_a_sheet"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"

    @property
    def taken_back_until(self):
        return self.merged_at + TAKEN_BACK_WITHIN

    @property
    def may_be_taken_back(self) -> bool:
        return self.undone_at is None and timezone.now() < self.taken_back_until


@classified(none="merge table column row moved")
class MergedRow(models.Model):
    """One row that hung on the merged sheet: it moved to the kept one, or had to stay as that one held its like."""

    merge = models.ForeignKey(StructureMerge, on_delete=models.CASCADE, related_name="rows", verbose_name="réunion")
    table = models.CharField("table", max_length=100)
    column = models.CharField("colonne", max_length=60)
    row = models.BigIntegerField("ligne")
    moved = models.BooleanField("déplacée")

    class Meta:
        verbose_name = "ligne d’une réunion"
        constraints = [
            models.UniqueConstraint(fields=["merge", "table", "column", "row"], name="one_line_a_merged_row")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


@classified(
    none="first second",
    personal="said_by said_at",
    purpose="ne plus proposer de réunir deux structures distinctes",
    basis=Basis.INTEREST,
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class DistinctStructures(models.Model):
    """Somebody looked at two sheets alike and says that they are two structures; the older sheet is the first."""

    first = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="+", verbose_name="première")
    second = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="+", verbose_name="seconde")
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="dit par")
    said_at = models.DateTimeField("dit le", default=timezone.now)

    class Meta:
        verbose_name = "structures distinctes"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="said_distinct_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="older_sheet_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
