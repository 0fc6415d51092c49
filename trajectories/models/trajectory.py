"""Trajectories: a structure’s way, in its own words."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person, User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models import Structure, ties_of
from trajectories.models.framework import FrameworkVersion
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


# One that goes on may come back to a version that was retired since; none sets out on it.
_ON_PUBLISHED_FRAMEWORK = """
    IF TG_OP = 'UPDATE' AND NEW.framework_version_id = OLD.framework_version_id THEN RETURN NEW; END IF;
    SELECT state INTO its_state FROM trajectories_frameworkversion WHERE id = NEW.framework_version_id FOR SHARE;
    IF its_state = 'draft' OR (TG_OP = 'INSERT' AND its_state <> 'published') THEN
        RAISE EXCEPTION 'a trajectory starts on a published version of the framework';
    END IF;
    RETURN NEW;
"""


@classified(
    none="structure framework_version started_on closed_on",
    personal="starting_words_by",
    confidential="starting_words aim working_question lead_words",
    purpose="suivre la trajectoire d’une structure avec ses propres mots",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
@pgtrigger.register(
    pgtrigger.Trigger(
        name="starts_on_published_framework",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("framework_version_id"),
        func=_ON_PUBLISHED_FRAMEWORK,
        declare=[("its_state", "text")],
    )
)
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
