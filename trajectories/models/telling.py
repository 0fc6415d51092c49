"""What a structure tells of itself along its way: its phases, moments of its own, words that somebody said."""

from datetime import timedelta

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models import ties_of
from trajectories.models.trajectory import Trajectory

# How long a moment taken away may be put back.
PUT_BACK_WITHIN = timedelta(days=30)


class PhaseKind(models.TextChoices):
    AWARENESS = "awareness", "premier contact, sensibilisation"
    DIAGNOSIS = "diagnosis", "exploration, diagnostic partagé"
    COMMITMENT = "commitment", "engagement"
    COLLECTIVE = "collective", "cheminement avec d’autres structures"
    INDIVIDUAL = "individual", "cheminement dans la structure"
    REVIEW = "review", "bilan, mise en récit"
    FOLLOW_UP = "follow_up", "suivi"
    OTHER = "other", "autre, avec nos mots"


class PhaseQuerySet(models.QuerySet["Phase"]):
    def visible_to(self, user: User) -> "PhaseQuerySet":
        return self.filter(trajectory__in=Trajectory.objects.readable_by(user))


@classified(
    none="trajectory kind starts_on ends_on",
    personal="created_by",
    confidential="name",
    purpose="dire par quels temps passe une trajectoire",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Phase(models.Model):
    """A stretch of a trajectory. Phases overlap, come back and follow no order: they say where one was, not how far."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.CASCADE, related_name="phases", verbose_name="trajectoire"
    )
    kind = models.CharField("genre", max_length=12, choices=PhaseKind)
    name = models.CharField("avec nos mots", max_length=120, blank=True)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", null=True, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="noté par")
    version = fields.version()

    objects = PhaseQuerySet.as_manager()

    class Meta:
        verbose_name = "phase"
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="phase_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(kind="other") | ~Q(name=""), name="other_phase_has_its_words"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name or self.get_kind_display()


class OwnMomentQuerySet(models.QuerySet["OwnMoment"]):
    def visible_to(self, user: User) -> "OwnMomentQuerySet":
        """Those that stand, by whoever reads the words of the trajectory."""
        return self.filter(trajectory__in=Trajectory.objects.readable_by(user), removed_at__isnull=True)

    def kept_by(self, user: User) -> "OwnMomentQuerySet":
        """By those who write them, also those taken away that may still be put back."""
        recent = Q(removed_at__isnull=True) | Q(removed_at__gte=timezone.now() - PUT_BACK_WITHIN)
        return self.filter(recent, trajectory__structure__in=ties_of(user).where("keep_moments"))

    def removed(self) -> "OwnMomentQuerySet":
        return self.filter(removed_at__isnull=False)


@classified(
    none="trajectory happened_on is_milestone created_at removed_at",
    personal="created_by removed_by",
    confidential="title words",
    purpose="laisser la structure raconter ce qui a compté pour elle",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class OwnMoment(models.Model):
    """Something that mattered to the structure and that nothing else of the platform tells; taken away, it may be put
    back for a month."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.CASCADE, related_name="own_moments", verbose_name="trajectoire"
    )
    happened_on = models.DateField("date")
    title = models.CharField("ce qui s’est passé", max_length=160)
    words = models.TextField("avec nos mots", blank=True)
    is_milestone = models.BooleanField("un grand moment", default=False)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="raconté par")
    created_at = models.DateTimeField("raconté le", default=timezone.now)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)
    removed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )
    version = fields.version()

    objects = OwnMomentQuerySet.as_manager()

    class Meta:
        verbose_name = "moment raconté"
        ordering = ["-happened_on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="moment_has_a_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("own_moment", args=[self.public_id])
