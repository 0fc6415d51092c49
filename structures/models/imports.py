"""A spreadsheet that somebody brings, of structures or of what is said elsewhere: line by line, what it would write,
then what it wrote."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import is_permitted
from efc_platform.backstage.models import Job, StoredFile
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified
from efc_platform.shared.spreadsheets import FORMATS
from structures.models.structures import Structure

# How long an import can be taken back.
IMPORT_TAKEN_BACK_WITHIN = timedelta(days=30)


class ImportState(models.TextChoices):
    READING = "reading", "lecture du fichier"
    ANALYSED = "analysed", "à relire"
    WRITING = "writing", "écriture des fiches"
    WRITTEN = "written", "appliqué"
    UNDOING = "undoing", "retour en arrière"
    UNDONE = "undone", "repris"


IMPORT_TRANSITIONS = {
    ImportState.READING: {ImportState.ANALYSED},
    ImportState.ANALYSED: {ImportState.READING, ImportState.WRITING},
    ImportState.WRITING: {ImportState.WRITTEN},
    ImportState.WRITTEN: {ImportState.UNDOING},
    ImportState.UNDOING: {ImportState.UNDONE},
    ImportState.UNDONE: set(),
}


class FileImport(models.Model):
    """One spreadsheet that somebody brought, whatever its lines are, and what became of it. `columns` says which field
    each of its columns is, by place from 0. Each kind has its lines, under `lines`, and its pages, named after
    `page`."""

    page: ClassVar[str]
    lines: Any

    public_id = fields.public_id()
    client_key = models.UUIDField("clé d’envoi", unique=True)
    file_name = models.CharField("nom du fichier", max_length=200)
    # Taken away once nobody may go back any more.
    file = models.ForeignKey(StoredFile, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="fichier")
    heading_row = models.PositiveSmallIntegerField("ligne des titres", default=0)
    columns = models.JSONField("colonnes", default=dict)
    state = models.CharField("état", max_length=10, choices=ImportState, default=ImportState.READING)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="travail")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="apporté par")
    made_at = models.DateTimeField("apporté le", default=timezone.now)
    written_at = models.DateTimeField("appliqué le", null=True, blank=True)
    undone_at = models.DateTimeField("repris le", null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse(self.page, args=[self.public_id])

    @property
    def urls(self) -> dict[str, str]:
        """Of its pages, by what one does there."""
        doings = ("columns", "write", "undo", "retry")
        return {one: reverse(f"{self.page}_{one}", args=[self.public_id]) for one in doings}

    @property
    def refused_files(self) -> list[tuple[str, str]]:
        """Of the lines to mend, by the format of the file that gives them back."""
        return [(kind.upper(), reverse(f"{self.page}_refused", args=[self.public_id, kind])) for kind in FORMATS]

    @property
    def taken_back_until(self) -> datetime | None:
        return self.written_at + IMPORT_TAKEN_BACK_WITHIN if self.written_at else None

    @property
    def may_be_taken_back(self) -> bool:
        until = self.taken_back_until
        return self.state == ImportState.WRITTEN and until is not None and timezone.now() < until

    @property
    def is_at_work(self) -> bool:
        return self.state in {ImportState.READING, ImportState.WRITING, ImportState.UNDOING}


class FileLine(models.Model):
    """One line of a file. `cells` as they were read; `sheet` what they say."""

    number = models.PositiveIntegerField("numéro de ligne")
    cells = models.JSONField("cellules", default=list)
    sheet = models.JSONField("valeurs lues", default=dict)
    reason = models.TextField("pourquoi", blank=True)

    class Meta:
        abstract = True
        ordering = ["number"]


class StructureImportQuerySet(models.QuerySet["StructureImport"]):
    def visible_to(self, user: User) -> "StructureImportQuerySet":
        """Those who import: the file says more than one sheet."""
        return self if is_permitted(user, "import_structures") else self.none()


@classified(
    none="state columns heading_row replaces job written_at undone_at",
    personal="made_by made_at file_name file",
    purpose="entrer en une fois les structures d’un tableur, et pouvoir revenir en arrière",
    basis=Basis.INTEREST,
    retention=Retention.SHORT,
    kept="imports",
)
@pghistory.track(exclude=["file", "job"])
class StructureImport(FileImport):
    """A spreadsheet of structures."""

    page = "import"

    replaces = models.BooleanField("le fichier l’emporte sur la fiche", default=False)

    objects = StructureImportQuerySet.as_manager()

    class Meta(FileImport.Meta):
        verbose_name = "import de structures"
        constraints = [
            models.CheckConstraint(
                condition=Q(written_at__isnull=False) | ~Q(state__in=["written", "undoing", "undone"]),
                name="written_import_has_its_moment",
            )
        ]


class Outcome(models.TextChoices):
    CREATE = "create", "à créer"
    UPDATE = "update", "à compléter"
    SAME = "same", "déjà à jour"
    DOUBT = "doubt", "à décider"
    REFUSED = "refused", "refusées"


class Choice(models.TextChoices):
    """What a coordinator decides of a doubtful line."""

    CREATE = "create", "une autre structure"
    UPDATE = "update", "la même structure"
    LEAVE = "leave", "laisser de côté"


@classified(
    none="import_of number outcome choice sheet candidate made changed reason",
    confidential="cells",
    purpose="dire ligne par ligne ce qu’un import écrit, et rendre les lignes refusées",
    basis=Basis.INTEREST,
    retention=Retention.SHORT,
    kept="imports",
)
class ImportLine(FileLine):
    """One line of a file of structures. `candidate` is the sheet it would complete; `made` the one that it made or
    completed, and `changed` what stood there and what was written."""

    import_of = models.ForeignKey(
        StructureImport, on_delete=models.CASCADE, related_name="lines", verbose_name="import"
    )
    outcome = models.CharField("ce qu’elle devient", max_length=8, choices=Outcome)
    candidate = models.ForeignKey(
        Structure, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="fiche proche"
    )
    choice = models.CharField("décision", max_length=8, choices=Choice, blank=True)
    made = models.ForeignKey(
        Structure, on_delete=models.SET_NULL, null=True, related_name="import_lines", verbose_name="fiche écrite"
    )
    changed = models.JSONField("colonnes écrites", null=True)

    class Meta(FileLine.Meta):
        verbose_name = "ligne d’un import"
        constraints = [models.UniqueConstraint(fields=["import_of", "number"], name="one_line_a_number")]
        indexes = [models.Index(fields=["import_of", "outcome", "number"], name="lines_by_outcome")]

    def __str__(self) -> str:
        return f"{self.import_of}, ligne {self.number}"

    @property
    def decided(self) -> str:
        """What will be done of it: to create, to complete, or nothing."""
        if self.outcome == Outcome.DOUBT:
            return self.choice or Choice.LEAVE
        return self.outcome if self.outcome in {Outcome.CREATE, Outcome.UPDATE} else Choice.LEAVE
