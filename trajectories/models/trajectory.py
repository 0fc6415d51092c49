"""Trajectories and what keeps them moving: trials, next steps."""

import pghistory
from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from efc_platform.shared.search import search_column
from structures.models import Structure, ties_of
from trajectories.models.framework import Dimension, FrameworkVersion
from trajectories.models.openings import opened_by


class TrajectoryQuerySet(models.QuerySet["Trajectory"]):
    def visible_to(self, user: User) -> "TrajectoryQuerySet":
        """Whoever sees the structure sees that it has a trajectory; its texts have their own circles."""
        sees_every_one = is_permitted(user, "see_sheet")
        return self if sees_every_one else self.filter(structure__in=ties_of(user).where("see_sheet"))

    def readable_by(self, user: User) -> "TrajectoryQuerySet":
        """Its words are read by the structure's people and its practitioners; coordination sees figures, and opens
        the texts for a moment when it must."""
        shared = Q(structure__in=ties_of(user).where("read_shared_texts"))
        return self.filter(shared | Q(pk__in=opened_by(user).trajectories))

    def open(self) -> "TrajectoryQuerySet":
        return self.filter(closed_on__isnull=True)


@classified(
    none="structure framework_version started_on closed_on",
    personal="starting_words_by",
    confidential="starting_words aim working_question lead_words",
    purpose="suivre la trajectoire d’une structure avec ses propres mots",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Trajectory(models.Model):
    """A structure's way towards an EFC: not linear, without an end point, at most one open at a time."""

    public_id = fields.public_id()
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="trajectories")
    framework_version = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="+")
    started_on = models.DateField("début")
    closed_on = models.DateField("fin", null=True, blank=True)
    starting_words = models.TextField("les mots du départ", blank=True)
    starting_words_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    aim = models.TextField("visée provisoire", blank=True)
    working_question = models.TextField("question de travail", blank=True)
    lead_words = models.TextField("en quelques mots", blank=True)
    version = fields.version()

    objects = TrajectoryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["structure"], condition=Q(closed_on__isnull=True), name="one_open_trajectory"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=models.F("started_on")),
                name="trajectory_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"Trajectoire de {self.structure}"

    def get_absolute_url(self) -> str:
        return reverse("trajectory", args=[self.public_id])


class TrialState(models.TextChoices):
    PLANNED = "planned", "prévu"
    RUNNING = "running", "en cours"
    KEPT = "kept", "gardé"
    DROPPED = "dropped", "abandonné"


TRIAL_TRANSITIONS = {
    TrialState.PLANNED: {TrialState.RUNNING, TrialState.DROPPED},
    TrialState.RUNNING: {TrialState.KEPT, TrialState.DROPPED},
    TrialState.KEPT: {TrialState.RUNNING},
    TrialState.DROPPED: {TrialState.RUNNING},
}


class TrialQuerySet(models.QuerySet["Trial"]):
    def visible_to(self, user: User) -> "TrialQuerySet":
        """Trials are the structure's own words: whoever reads those of its trajectory reads them."""
        return self.filter(trajectory__in=Trajectory.objects.readable_by(user))


@classified(
    none="trajectory dimension state started_on ended_on",
    confidential="title question learnt",
    purpose="garder ce que la structure essaie et ce qu’elle en apprend",
    retention=Retention.TRAJECTORY,
)
@pghistory.track(exclude=["search"])
class Trial(models.Model):
    """Something a structure tries in order to learn; dropping it is a result like another."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(Trajectory, on_delete=models.CASCADE, related_name="trials")
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    title = models.CharField("ce que nous essayons", max_length=200)
    question = models.TextField("ce que nous voulons apprendre", blank=True)
    state = models.CharField(max_length=10, choices=TrialState, default=TrialState.PLANNED)
    started_on = models.DateField("depuis", null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    learnt = models.TextField("ce que nous avons appris", blank=True)
    version = fields.version()
    search = search_column(title=["title"], text=["question", "learnt"])

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-pk"]
        indexes = [GinIndex(fields=["search"], name="trial_search")]

    def __str__(self) -> str:
        return self.title


class NextStepQuerySet(models.QuerySet["NextStep"]):
    def visible_to(self, user: User) -> "NextStepQuerySet":
        """Promises are read by those whom they bind, the structure's people and its practitioners; one
        made in an intervention stays within the circle of its account."""
        shares = apps.get_model("trajectories", "InterventionShare").objects.readable_by(user)
        within = shares.filter(intervention=OuterRef("intervention"), trajectory=OuterRef("trajectory"))
        told = Q(intervention__isnull=True) | Exists(within)
        return self.filter(told, trajectory__in=Trajectory.objects.readable_by(user))

    def open(self) -> "NextStepQuerySet":
        return self.filter(done_at__isnull=True)


@classified(
    none="trajectory intervention due_on done_at",
    personal="owner done_by",
    confidential="text",
    purpose="tenir ce que l’on s’est promis",
    retention=Retention.TRAJECTORY,
)
@pghistory.track(exclude=["search"])
class NextStep(models.Model):
    """A promise with, if possible, a date and somebody who keeps it."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(Trajectory, on_delete=models.CASCADE, related_name="next_steps")
    intervention = models.ForeignKey(
        "trajectories.Intervention", on_delete=models.SET_NULL, null=True, blank=True, related_name="next_steps"
    )
    text = models.CharField("prochain pas", max_length=300)
    due_on = models.DateField("échéance", null=True, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    search = search_column(title=["text"])

    objects = NextStepQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        indexes = [GinIndex(fields=["search"], name="next_step_search")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < timezone.localdate()
