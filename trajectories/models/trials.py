"""Trials: what a structure tries in order to learn, and how each went on."""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from efc_platform.shared.search import search_column
from structures.models import StructureDocument
from trajectories.models.framework import Criterion, Dimension
from trajectories.models.trajectory import Trajectory


class TrialState(models.TextChoices):
    """A trial that is concluded is so by what becomes of it: three states rather than one and an outcome beside."""

    PLANNED = "planned", "proposé"
    RUNNING = "running", "en cours"
    SUSPENDED = "suspended", "suspendu"
    KEPT = "kept", "gardé"
    ADAPTED = "adapted", "adapté"
    DROPPED = "dropped", "abandonné"


CONCLUDED = frozenset({TrialState.KEPT, TrialState.ADAPTED, TrialState.DROPPED})
TRIAL_TRANSITIONS = {
    TrialState.PLANNED: {TrialState.RUNNING, TrialState.DROPPED},
    TrialState.RUNNING: {TrialState.SUSPENDED, *CONCLUDED},
    TrialState.SUSPENDED: {TrialState.RUNNING, *CONCLUDED},
    TrialState.KEPT: {TrialState.RUNNING},
    TrialState.ADAPTED: {TrialState.RUNNING},
    TrialState.DROPPED: {TrialState.RUNNING},
}


class TrialQuerySet(models.QuerySet["Trial"]):
    def visible_to(self, user: User) -> "TrialQuerySet":
        """Trials are the structure's own words: whoever reads those of its trajectory reads them."""
        return self.filter(trajectory__in=Trajectory.objects.readable_by(user))


@classified(
    none="trajectory dimension criterion state started_on until_on ended_on continues interventions documents",
    personal="people",
    confidential="title question gap watched with_words learnt",
    purpose="garder ce que la structure essaie et ce qu’elle en apprend",
    retention=Retention.TRAJECTORY,
)
@pghistory.track(exclude=["search"])
class Trial(models.Model):
    """Something a structure tries in order to learn; dropping it is a result like another. It carries the
    interventions that touched it and the documents that bear witness to it."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.CASCADE, related_name="trials", verbose_name="trajectoire"
    )
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="critère"
    )
    title = models.CharField("ce que nous essayons", max_length=200)
    gap = models.TextField("l’écart qui nous y pousse", blank=True)
    question = models.TextField("ce que nous voulons apprendre", blank=True)
    watched = models.TextField("ce que nous regarderons", blank=True)
    people = models.ManyToManyField(Person, related_name="+", blank=True, verbose_name="avec qui")
    with_words = models.CharField("avec qui d’autre", max_length=200, blank=True)
    state = models.CharField("état", max_length=10, choices=TrialState, default=TrialState.PLANNED)
    started_on = models.DateField("depuis", null=True, blank=True)
    until_on = models.DateField("jusqu’au", null=True, blank=True)
    ended_on = models.DateField("conclu le", null=True, blank=True)
    learnt = models.TextField("ce que nous avons appris", blank=True)
    continues = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="continued_by", verbose_name="suite de"
    )
    interventions = models.ManyToManyField(
        "trajectories.Intervention", related_name="trials", blank=True, verbose_name="interventions"
    )
    documents = models.ManyToManyField(StructureDocument, related_name="trials", blank=True, verbose_name="documents")
    version = fields.version()
    search = search_column(title=["title"], text=["question", "learnt"])

    objects = TrialQuerySet.as_manager()

    class Meta:
        verbose_name = "essai"
        ordering = ["-started_on", "-pk"]
        indexes = [GinIndex(fields=["search"], name="trial_search")]
        constraints = [
            models.CheckConstraint(
                condition=Q(continues__isnull=True) | ~Q(continues=F("pk")), name="trial_does_not_continue_itself"
            ),
            models.CheckConstraint(
                condition=Q(criterion__isnull=True) | Q(dimension__isnull=False), name="criterion_is_of_a_dimension"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("trial", args=[self.public_id])

    @property
    def is_concluded(self) -> bool:
        return self.state in CONCLUDED


@classified(
    none="trial state moved_on noted_at",
    personal="moved_by",
    confidential="words",
    purpose="garder comment un essai a avancé",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class TrialMove(models.Model):
    """One change of a trial's state: the day it took place, and who said so; of those older than this table, not
    who."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="moves", verbose_name="essai")
    state = models.CharField("état", max_length=10, choices=TrialState)
    moved_on = models.DateField("le")
    words = models.CharField("pourquoi", max_length=500, blank=True)
    moved_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="dit par"
    )
    noted_at = models.DateTimeField("noté le", default=timezone.now)

    class Meta:
        verbose_name = "étape d’un essai"
        ordering = ["moved_on", "pk"]

    def __str__(self) -> str:
        return f"{self.trial}, {self.get_state_display()}"
