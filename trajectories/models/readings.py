"""Readings: what a point of view sees of a trajectory on a day, dimension by dimension, fact in hand."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
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
        """A shared reading is seen by whoever sees the trajectory; until then its authors alone see it, so that each
        point of view is written without knowing the others."""
        opened = Q(shared_at__isnull=False) | _written(user)
        return self.filter(opened, trajectory__in=Trajectory.objects.visible_to(user))

    def readable_by(self, user: User) -> "ReadingQuerySet":
        """Its facts and questions: once shared, those who read the trajectory's texts; before, its authors."""
        told = Q(shared_at__isnull=False, trajectory__in=Trajectory.objects.readable_by(user))
        kept = Q(shared_at__isnull=True) & _written(user)
        return self.visible_to(user).filter(told | kept)

    def shared(self) -> "ReadingQuerySet":
        """Sealed, and open to others: at once outside a round, with the whole round inside one."""
        return self.filter(shared_at__isnull=False)

    def in_force(self) -> "ReadingQuerySet":
        """Shared, and not taken up since by another of the same round."""
        return self.shared().filter(~Exists(Reading.objects.filter(reopens=OuterRef("pk"), shared_at__isnull=False)))

    def drafts(self) -> "ReadingQuerySet":
        return self.filter(sealed_at__isnull=True)


def in_force(reading: str = "reading") -> Q:
    """Of rows that hang on a reading: those of the readings in force."""
    later = Reading.objects.filter(reopens=OuterRef(reading), shared_at__isnull=False)
    return Q(~Exists(later), **{f"{reading}__shared_at__isnull": False})


def _written(user: User) -> Q:
    signed = Reading.authors.through.objects.filter(person=user.person_id)
    return Q(created_by=user.person_id) | Q(pk__in=signed.values("reading"))


@classified(
    none="trajectory framework_version viewpoint read_on round reopens sealed_at shared_at",
    personal="created_by authors",
    purpose="situer la structure, à une date et depuis un point de vue",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
@pgtrigger.register(
    pgtrigger.Trigger(
        name="sealed_alone_is_shared",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Q(new__sealed_at__isnull=False, new__shared_at__isnull=True, new__round__isnull=True),
        func="NEW.shared_at := NEW.sealed_at; RETURN NEW;",
    ),
    # Its own words: that others may now read it is all that ever happens to it.
    pgtrigger.Trigger(
        name="sealed_reading_stays",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__sealed_at__isnull=False),
        func="""
            IF TG_OP = 'UPDATE' AND OLD.shared_at IS NULL AND NEW.shared_at IS NOT NULL
            AND to_jsonb(NEW) - 'shared_at' = to_jsonb(OLD) - 'shared_at' THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION 'a sealed reading never changes';
        """,
    ),
)
class Reading(models.Model):
    """A dated reading of a trajectory from one point of view; once sealed it never changes. `shared_at` is when others
    may see it; `reopens` names the sealed one that it was copied from, by agreement of the whole round."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(Trajectory, on_delete=models.PROTECT, related_name="readings")
    framework_version = models.ForeignKey(FrameworkVersion, on_delete=models.PROTECT, related_name="readings")
    viewpoint = models.CharField("point de vue", max_length=15, choices=Viewpoint)
    read_on = models.DateField("date de la lecture")
    authors = models.ManyToManyField(Person, related_name="readings", blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    client_key = models.UUIDField(null=True, blank=True)
    round = models.ForeignKey(
        "trajectories.Round",
        verbose_name="tour",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="readings",
    )
    reopens = models.OneToOneField(
        "self",
        verbose_name="reprend",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="taken_up_by",
    )
    sealed_at = models.DateTimeField(null=True, blank=True)
    shared_at = models.DateTimeField("partagée le", null=True, blank=True)
    version = fields.version()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["read_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["created_by", "client_key"], name="reading_sent_once"),
            models.CheckConstraint(
                condition=Q(shared_at__isnull=True) | Q(sealed_at__isnull=False), name="reading_shared_once_sealed"
            ),
        ]

    def __str__(self) -> str:
        return f"Lecture · {self.get_viewpoint_display()} · {self.read_on}"

    def get_absolute_url(self) -> str:
        return reverse("reading", args=[self.public_id])

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None

    @property
    def waits_for_others(self) -> bool:
        """Sealed in a round that is not open yet."""
        return self.is_sealed and not self.is_shared

    @property
    def was_taken_up(self) -> bool:
        """A first reading: another, copied from it, stands in its place now."""
        later = getattr(self, "taken_up_by", None)
        return later is not None and later.is_shared


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
