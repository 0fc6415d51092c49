"""Readings: what a point of view sees of a trajectory on a day, dimension by dimension, fact in hand."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from trajectories.models.framework import Criterion, Dimension, FrameworkVersion
from trajectories.models.trajectory import Trajectory


class Viewpoint(models.TextChoices):
    """From where one reads; never who writes."""

    DIRECTION = "direction", "Direction"
    TEAM = "team", "Équipe"
    ACCOMPANIMENT = "accompaniment", "Accompagnement"
    PARTNER = "partner", "Partenaire"


class PositioningState(models.TextChoices):
    LEVEL = "level", "un repère"
    NOT_APPLICABLE = "not_applicable", "sans objet"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence", "pas assez d’éléments"


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user: User) -> "ReadingQuerySet":
        """A sealed reading is seen by whoever sees the trajectory; a draft by its authors alone, so
        that each point of view is written without knowing the others."""
        opened = Q(sealed_at__isnull=False) | _written(user)
        return self.filter(opened, trajectory__in=Trajectory.objects.visible_to(user))

    def readable_by(self, user: User) -> "ReadingQuerySet":
        """Its facts and questions: once sealed, those who read the trajectory's texts; before, its authors."""
        told = Q(sealed_at__isnull=False, trajectory__in=Trajectory.objects.readable_by(user))
        draft = Q(sealed_at__isnull=True) & _written(user)
        return self.visible_to(user).filter(told | draft)

    def sealed(self) -> "ReadingQuerySet":
        return self.filter(sealed_at__isnull=False)

    def drafts(self) -> "ReadingQuerySet":
        return self.filter(sealed_at__isnull=True)


def _written(user: User) -> Q:
    signed = Reading.authors.through.objects.filter(person=user.person_id)
    return Q(created_by=user.person_id) | Q(pk__in=signed.values("reading"))


@classified(
    none="trajectory framework_version viewpoint read_on sealed_at",
    personal="created_by authors",
    purpose="situer la structure, à une date et depuis un point de vue",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
@pgtrigger.register(
    pgtrigger.Protect(
        name="sealed_reading_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__sealed_at__isnull=False),
    )
)
class Reading(models.Model):
    """A dated reading of a trajectory from one point of view; once sealed it never changes."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(Trajectory, on_delete=models.PROTECT, related_name="readings")
    framework_version = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="readings")
    viewpoint = models.CharField("point de vue", max_length=15, choices=Viewpoint)
    read_on = models.DateField("date de la lecture")
    authors = models.ManyToManyField(Person, related_name="readings", blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    client_key = models.UUIDField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    version = fields.version()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["read_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["created_by", "client_key"], name="reading_sent_once")]

    def __str__(self) -> str:
        return f"Lecture · {self.get_viewpoint_display()} · {self.read_on}"

    def get_absolute_url(self) -> str:
        return reverse("reading", args=[self.public_id])

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None


@classified(
    none="reading dimension criterion state level",
    confidential="observed_fact next_question",
    purpose="garder le fait sur lequel repose chaque repère",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
@pgtrigger.register(
    pgtrigger.Trigger(
        name="sealed_positioning_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF EXISTS (
                SELECT 1 FROM trajectories_reading
                WHERE sealed_at IS NOT NULL
                AND (id = CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.reading_id END
                     OR id = CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.reading_id END)
            ) THEN
                RAISE EXCEPTION 'a sealed reading never changes';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )
)
class Positioning(models.Model):
    """One dimension (or one criterion) as read that day: a level with the fact that founds it, or
    why there is none."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="positionings")
    dimension = models.ForeignKey(
        Dimension, on_delete=models.PROTECT, null=True, blank=True, related_name="positionings"
    )
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="positionings"
    )
    state = models.CharField(max_length=20, choices=PositioningState)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    observed_fact = models.TextField("fait observé", blank=True)
    next_question = models.TextField("prochaine question", blank=True)
    version = fields.version()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dimension__isnull=True) ^ Q(criterion__isnull=True), name="positioning_reads_one_thing"
            ),
            models.CheckConstraint(
                # Said apart: a range over NULL is neither true nor false, and a CHECK lets that pass.
                condition=Q(state="level", level__isnull=False, level__range=(1, 5))
                | (~Q(state="level") & Q(level__isnull=True)),
                name="positioning_level_only_when_read",
            ),
            models.CheckConstraint(
                condition=~Q(state="level") | ~Q(observed_fact=""), name="positioning_level_rests_on_a_fact"
            ),
            models.UniqueConstraint(fields=["reading", "dimension"], name="dimension_read_once"),
            models.UniqueConstraint(fields=["reading", "criterion"], name="criterion_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension or self.criterion} · {self.get_state_display()}"

    @property
    def low(self) -> int | None:
        """A level read is one and no other: it begins and ends there."""
        return self.level

    @property
    def high(self) -> int | None:
        return self.level
