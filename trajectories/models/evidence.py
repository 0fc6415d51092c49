"""Evidence: what the fact under a level is held on, dated, and where it may be found again."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models import StructureDocument
from trajectories.models.interventions import InterventionShare
from trajectories.models.readings import Positioning, Reading
from trajectories.models.trials import Trial


class EvidenceKind(models.TextChoices):
    """How the fact came to be known, the least checkable first: words alone, what somebody saw, what may be read
    again, what somebody from outside says too."""

    SAID = "said", "dit"
    OBSERVED = "observed", "observé"
    DOCUMENT = "document", "document"
    THIRD_PARTY = "third_party", "tiers"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> "EvidenceQuerySet":
        """With the facts that it holds: once sealed, by those who read the trajectory's texts; before, by its
        authors. What it leads to keeps its own readers."""
        return self.filter(positioning__reading__in=Reading.objects.readable_by(user))


_SEALED = """
IF TG_OP = 'UPDATE'
    AND ROW(NEW.id, NEW.public_id, NEW.positioning_id, NEW.kind, NEW.noted_on, NEW.words)
        IS NOT DISTINCT FROM ROW(OLD.id, OLD.public_id, OLD.positioning_id, OLD.kind, OLD.noted_on, OLD.words)
    AND (NEW.share_id IS NULL OR NEW.share_id IS NOT DISTINCT FROM OLD.share_id)
    AND (NEW.trial_id IS NULL OR NEW.trial_id IS NOT DISTINCT FROM OLD.trial_id)
    AND (NEW.document_id IS NULL OR NEW.document_id IS NOT DISTINCT FROM OLD.document_id)
THEN
    RETURN NEW;
END IF;
IF EXISTS (
    SELECT 1 FROM trajectories_positioning
    JOIN trajectories_reading ON trajectories_reading.id = trajectories_positioning.reading_id
    WHERE trajectories_reading.sealed_at IS NOT NULL
    AND (trajectories_positioning.id = CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.positioning_id END
         OR trajectories_positioning.id = CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.positioning_id END)
) THEN
    RAISE EXCEPTION 'a sealed reading never changes';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


@classified(
    none="positioning kind noted_on share trial document",
    confidential="words",
    purpose="dire sur quoi repose le fait observé d’une lecture",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
@pgtrigger.register(
    # Once the reading is sealed a link may only fall with what it led to: a document that is removed holds nobody up.
    pgtrigger.Trigger(
        name="sealed_evidence_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_SEALED,
    )
)
class Evidence(models.Model):
    """One thing that a positioning's fact is held on, with at most one place where it may be found again."""

    public_id = fields.public_id()
    positioning = models.ForeignKey(
        Positioning, on_delete=models.CASCADE, related_name="evidence", verbose_name="positionnement"
    )
    kind = models.CharField("sorte", max_length=12, choices=EvidenceKind)
    noted_on = models.DateField("date")
    words = models.CharField("précision", max_length=300, blank=True)
    share = models.ForeignKey(
        InterventionShare,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="intervention",
    )
    trial = models.ForeignKey(
        Trial, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="essai"
    )
    document = models.ForeignKey(
        StructureDocument, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="document"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "appui"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__isnull=True, trial__isnull=True)
                | Q(share__isnull=True, document__isnull=True)
                | Q(trial__isnull=True, document__isnull=True),
                name="evidence_leads_to_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.noted_on}"
