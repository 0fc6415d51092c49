"""A spreadsheet of past interventions: line by line, what it would note, then what it noted."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import is_permitted
from efc_platform.shared.classification import Basis, Retention, classified
from structures.models import FileImport, FileLine
from trajectories.models.interventions import Intervention
from trajectories.models.trajectory import Trajectory


class InterventionImportQuerySet(models.QuerySet["InterventionImport"]):
    def visible_to(self, user: User) -> "InterventionImportQuerySet":
        """Those that one brought oneself, as long as one may bring some: a file holds accounts whose readers are not
        everybody who imports."""
        mine = self.filter(made_by=user)
        return mine if is_permitted(user, "import_interventions") else mine.none()


@classified(
    none="state columns heading_row job written_at undone_at",
    personal="made_by made_at file_name file",
    purpose="noter en une fois les interventions passées d’un tableur, et pouvoir revenir en arrière",
    basis=Basis.INTEREST,
    retention=Retention.SHORT,
    kept="imports",
)
@pghistory.track(exclude=["file", "job"])
class InterventionImport(FileImport):
    """A spreadsheet of past interventions."""

    page = "intervention_import"

    objects = InterventionImportQuerySet.as_manager()

    class Meta(FileImport.Meta):
        verbose_name = "import d’interventions"
        constraints = [
            models.CheckConstraint(
                condition=Q(written_at__isnull=False) | ~Q(state__in=["written", "undoing", "undone"]),
                name="written_interventions_have_their_moment",
            )
        ]


class LineOutcome(models.TextChoices):
    REFUSED = "refused", "à corriger"
    CREATE = "create", "à noter"
    SAME = "same", "déjà là"


@classified(
    none="import_of number outcome trajectory made reason",
    confidential="cells sheet",
    purpose="dire ligne par ligne ce qu’un import note, et rendre les lignes à corriger",
    basis=Basis.INTEREST,
    retention=Retention.SHORT,
    kept="imports",
)
class InterventionLine(FileLine):
    """One line of a file of interventions: the trajectory that it is of, and the intervention that it made."""

    import_of = models.ForeignKey(
        InterventionImport, on_delete=models.CASCADE, related_name="lines", verbose_name="import"
    )
    outcome = models.CharField("ce qu’elle devient", max_length=8, choices=LineOutcome)
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="trajectoire"
    )
    made = models.ForeignKey(
        Intervention, on_delete=models.SET_NULL, null=True, related_name="import_lines", verbose_name="intervention"
    )

    class Meta(FileLine.Meta):
        verbose_name = "ligne d’un import d’interventions"
        constraints = [models.UniqueConstraint(fields=["import_of", "number"], name="one_intervention_a_number")]
        indexes = [models.Index(fields=["import_of", "outcome", "number"], name="intervention_lines_by_outcome")]

    def __str__(self) -> str:
        return f"{self.import_of}, ligne {self.number}"

    @property
    def day(self) -> date | None:
        """The day that it says, if it was read."""
        said = self.sheet.get("occurred_on")
        return date.fromisoformat(said) if said else None
