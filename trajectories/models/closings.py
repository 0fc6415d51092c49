"""The end of a trajectory: why, what moved, what goes on, and the news that are asked for afterwards."""

from datetime import timedelta

import pghistory
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models import Structure
from trajectories.models.steps import NextStep
from trajectories.models.trajectory import Trajectory

# A closing made by mistake is taken back for as long; later, one comes back by opening another trajectory.
REOPENED_WITHIN = timedelta(days=30)


class ClosingReason(models.TextChoices):
    COMPLETED = "completed", "parcours mené à son terme"
    ALONE = "alone", "la structure continue seule"
    PAUSE = "pause", "pause souhaitée"
    REDIRECTION = "redirection", "changement de direction ou de priorités"
    FUNDING = "funding", "fin du financement"
    DISSOLVED = "dissolved", "structure dissoute ou fusionnée"
    OTHER = "other", "autre"


class ClosingQuerySet(models.QuerySet["Closing"]):
    def visible_to(self, user: User) -> "ClosingQuerySet":
        """Its texts are those of the trajectory: read by the structure's people and its practitioners."""
        return self.filter(trajectory__in=Trajectory.objects.readable_by(user))

    def standing(self) -> "ClosingQuerySet":
        return self.filter(reopened_at__isnull=True)

    def that_may_be_taken_back(self) -> "ClosingQuerySet":
        """Of late, and nothing came after: neither news nor another trajectory of the structure."""
        set_out_again = Trajectory.objects.open().filter(structure=OuterRef("trajectory__structure"))
        heard = FollowUp.objects.filter(closing=OuterRef("pk"), heard_on__isnull=False)
        late = self.filter(created_at__gte=timezone.now() - REOPENED_WITHIN)
        return late.filter(~Exists(set_out_again), ~Exists(heard))


@classified(
    none="trajectory reason created_at reopened_at",
    personal="created_by",
    confidential="review what_continues",
    purpose="garder ce que l’accompagnement a permis, et ce qui continue après lui",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Closing(models.Model):
    """The end of a trajectory in plain words. One taken back within REOPENED_WITHIN stays, with its words."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.PROTECT, related_name="closings", verbose_name="trajectoire"
    )
    reason = models.CharField("raison", max_length=15, choices=ClosingReason)
    review = models.TextField("bilan")
    what_continues = models.TextField("ce qui continue", blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    reopened_at = models.DateTimeField("rouverte le", null=True, blank=True)
    version = fields.version()

    objects = ClosingQuerySet.as_manager()

    class Meta:
        verbose_name = "fin d’accompagnement"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trajectory"], condition=Q(reopened_at__isnull=True), name="one_standing_closing"
            ),
        ]

    def __str__(self) -> str:
        return f"Fin · {self.trajectory}"


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User) -> "FollowUpQuerySet":
        return self.filter(closing__trajectory__in=Trajectory.objects.readable_by(user))

    def waiting(self) -> "FollowUpQuerySet":
        """Nothing was written yet, nor the promise ticked."""
        return self.filter(heard_on__isnull=True, step__done_at__isnull=True)

    def forget_waiting(self, structure: Structure) -> None:
        """The structure is on its way again: news that nobody wrote yet are asked for no more."""
        waiting = self.waiting().filter(closing__trajectory__structure=structure)
        steps = list(waiting.values_list("step", flat=True))
        waiting.delete()
        NextStep.objects.filter(pk__in=steps).delete()


@classified(
    none="closing months step heard_on",
    personal="written_by",
    confidential="words",
    purpose="savoir ce qui tient, six et douze mois après l’accompagnement",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class FollowUp(models.Model):
    """News asked for some months after the end: an ordinary promise holds its day, this row what was heard."""

    public_id = fields.public_id()
    closing = models.ForeignKey(
        Closing, on_delete=models.CASCADE, related_name="follow_ups", verbose_name="fin d’accompagnement"
    )
    months = models.PositiveSmallIntegerField("combien de mois après")
    step = models.OneToOneField(
        NextStep, on_delete=models.PROTECT, related_name="follow_up", verbose_name="prochain pas"
    )
    heard_on = models.DateField("nouvelles du", null=True, blank=True)
    words = models.TextField("ce que nous avons entendu", blank=True)
    written_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="qui l’a écrit"
    )
    version = fields.version()

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = "nouvelles d’une structure"
        ordering = ["months"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "months"], name="one_follow_up_a_date"),
            models.CheckConstraint(
                condition=Q(heard_on__isnull=True, words="") | Q(heard_on__isnull=False) & ~Q(words=""),
                name="news_have_their_day_and_words",
            ),
        ]

    def __str__(self) -> str:
        return f"Nouvelles à {self.months}\u00a0mois · {self.closing.trajectory.structure}"

    def get_absolute_url(self) -> str:
        return reverse("follow_up", args=[self.public_id])
