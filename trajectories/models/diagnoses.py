"""The « diagnostic partagé »: what a structure and those who accompany it see together, and its leaders validate."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models import ties_of
from trajectories.models.trajectory import Trajectory

DIAGNOSED = ("where_we_are", "strengths", "tensions", "question")


_REWRITTEN = """
    OLD.proposed_at IS NOT NULL
    AND (OLD.where_we_are, OLD.strengths, OLD.tensions, OLD.question, OLD.number, OLD.proposed_at)
        IS DISTINCT FROM (NEW.where_we_are, NEW.strengths, NEW.tensions, NEW.question, NEW.number, NEW.proposed_at)
"""


class SharedDiagnosisQuerySet(models.QuerySet["SharedDiagnosis"]):
    def visible_to(self, user: User) -> "SharedDiagnosisQuerySet":
        """A draft, by those who write it; proposed, by the direction and the practitioners; validated, by whoever
        reads the words of the trajectory."""
        of = "trajectory__structure__in"
        writing = Q(**{of: ties_of(user).where("write_diagnosis")})
        directing = Q(**{of: ties_of(user).where("see_diagnosis")}, proposed_at__isnull=False)
        reading = Q(trajectory__in=Trajectory.objects.readable_by(user), validated_at__isnull=False)
        return self.filter(writing | directing | reading)

    def validated(self) -> "SharedDiagnosisQuerySet":
        return self.filter(validated_at__isnull=False)


@classified(
    none="trajectory number proposed_at validated_at created_at",
    personal="created_by",
    confidential="where_we_are strengths tensions question",
    purpose="garder ce que la structure et son accompagnement voient ensemble, tel que la direction l’a validé",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
@pgtrigger.register(
    pgtrigger.Protect(
        name="proposed_diagnosis_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(_REWRITTEN),
    ),
    pgtrigger.Protect(
        name="proposed_diagnosis_is_kept",
        operation=pgtrigger.Delete,
        condition=pgtrigger.Q(old__proposed_at__isnull=False),
    ),
)
class SharedDiagnosis(models.Model):
    """One version of it. Once proposed its words never change: another version takes them up."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.PROTECT, related_name="diagnoses", verbose_name="trajectoire"
    )
    number = models.PositiveSmallIntegerField("version")
    where_we_are = models.TextField("où nous en sommes")
    strengths = models.TextField("ce sur quoi s’appuyer")
    tensions = models.TextField("ce qui tire et résiste")
    question = models.TextField("la question de travail qui en sort")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    proposed_at = models.DateTimeField("proposé le", null=True, blank=True)
    validated_at = models.DateTimeField("validé le", null=True, blank=True)
    version = fields.version()

    objects = SharedDiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name = "diagnostic partagé"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["trajectory", "number"], name="diagnoses_are_numbered"),
            models.CheckConstraint(
                condition=Q(validated_at__isnull=True) | Q(proposed_at__isnull=False),
                name="validated_diagnosis_was_proposed",
            ),
        ]

    def __str__(self) -> str:
        return f"Diagnostic partagé, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("diagnosis", args=[self.trajectory.public_id])


class Opinion(models.TextChoices):
    VALIDATES = "validates", "valide"
    ASKS = "asks", "demande un changement"


@classified(
    none="diagnosis opinion answered_at",
    personal="person",
    confidential="words",
    purpose="garder ce que la direction répond au diagnostic",
    retention=Retention.TRAJECTORY,
)
@pgtrigger.register(pgtrigger.Protect(name="opinion_stays", operation=pgtrigger.Update))
class DiagnosisAnswer(models.Model):
    """What a leader answers to one version; their last answer is the one that counts."""

    diagnosis = models.ForeignKey(
        SharedDiagnosis, on_delete=models.CASCADE, related_name="answers", verbose_name="diagnostic"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opinion = models.CharField("réponse", max_length=10, choices=Opinion)
    words = models.TextField("ce qui est à changer", blank=True)
    answered_at = models.DateTimeField("répondu le", default=timezone.now)

    class Meta:
        verbose_name = "réponse au diagnostic"
        ordering = ["answered_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(opinion="asks") | ~Q(words=""), name="change_asked_in_words")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_opinion_display()}"
