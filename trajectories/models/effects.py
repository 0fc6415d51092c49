"""What a structure brings about for somebody, and what becomes of the resources that are not counted."""

from typing import Self, TypeVar

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models import ties_of
from trajectories.models.telling import PUT_BACK_WITHIN
from trajectories.models.trajectory import Trajectory
from trajectories.models.trials import Trial

_M = TypeVar("_M", bound=models.Model)


class Confidence(models.TextChoices):
    """On what an effect rests: words, which are neither ranks nor shares."""

    OBSERVED = "observed", "constaté"
    TOLD = "told", "dit par les personnes concernées"
    SENSED = "sensed", "pressenti"


class Resource(models.TextChoices):
    """The four that the EFC looks at together: each holds by the others, none is owned nor counted."""

    TRUST = "trust", "confiance"
    COMPETENCE = "competence", "compétence"
    RELEVANCE = "relevance", "pertinence"
    HEALTH = "health", "santé"


class Direction(models.TextChoices):
    """Where a resource was seen to go in one situation. Weakened is information, not a failure; no direction is
    ever set off against another."""

    DEVELOPED = "developed", "développée"
    WEAKENED = "weakened", "fragilisée"
    UNCERTAIN = "uncertain", "incertaine"


def resource_in_words(resource: str, direction: str) -> str:
    """« Confiance fragilisée »."""
    return f"{Resource(resource).label.capitalize()} {Direction(direction).label}"


class PutBackQuerySet(models.QuerySet[_M]):
    """Rows that may be taken away, and put back for a month."""

    def visible_to(self, user: User) -> Self:
        """Those that stand, by whoever reads the words of the trajectory."""
        return self.filter(trajectory__in=Trajectory.objects.readable_by(user), removed_at__isnull=True)

    def kept_by(self, user: User) -> Self:
        """By those who write them, also those taken away that may still be put back."""
        recent = Q(removed_at__isnull=True) | Q(removed_at__gte=timezone.now() - PUT_BACK_WITHIN)
        return self.filter(recent, trajectory__structure__in=ties_of(user).where("keep_moments"))

    def removed(self) -> Self:
        return self.filter(removed_at__isnull=False)


class UsefulEffectQuerySet(PutBackQuerySet["UsefulEffect"]):
    pass


@classified(
    none="trajectory since_on confidence trial created_at removed_at",
    personal="created_by removed_by",
    confidential="title for_whom territory fact",
    purpose="dire ce qui change utilement pour quelqu’un, et sur quel fait cela repose",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class UsefulEffect(models.Model):
    """Something that became better for somebody, with the fact that shows it; taken away, it may be put back for a
    month."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.CASCADE, related_name="useful_effects", verbose_name="trajectoire"
    )
    title = models.CharField("ce qui change", max_length=160)
    for_whom = models.CharField("pour qui", max_length=200)
    territory = models.CharField("où", max_length=160, blank=True)
    # Often approximate: pages say its month.
    since_on = models.DateField("depuis")
    fact = models.TextField("le fait qui le montre")
    confidence = models.CharField("sur quoi cela repose", max_length=10, choices=Confidence)
    trial = models.ForeignKey(
        Trial, on_delete=models.SET_NULL, null=True, blank=True, related_name="useful_effects", verbose_name="essai"
    )
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="noté par")
    created_at = models.DateTimeField("noté le", default=timezone.now)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)
    removed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )
    version = fields.version()

    objects = UsefulEffectQuerySet.as_manager()

    class Meta:
        verbose_name = "effet utile"
        verbose_name_plural = "effets utiles"
        ordering = ["-since_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(for_whom=""), name="effect_says_what_and_for_whom"),
            models.CheckConstraint(condition=~Q(fact=""), name="effect_rests_on_a_fact"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("useful_effect", args=[self.public_id])

    @property
    def place(self) -> str:
        """Where it stands on its page."""
        return f"effet-{self.public_id}"


class ResourceNoteQuerySet(PutBackQuerySet["ResourceNote"]):
    pass


@classified(
    none="trajectory resource direction noted_on created_at removed_at",
    personal="created_by removed_by",
    confidential="situation among",
    purpose="dire ce que deviennent la confiance, la compétence, la pertinence et la santé dans le travail",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class ResourceNote(models.Model):
    """Where one of the four resources was seen to go, in a situation, on a day; taken away, it may be put back for a
    month. A later note changes nothing of an earlier one."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.CASCADE, related_name="resource_notes", verbose_name="trajectoire"
    )
    resource = models.CharField("quelle ressource", max_length=10, choices=Resource)
    direction = models.CharField("sens", max_length=10, choices=Direction)
    noted_on = models.DateField("date")
    situation = models.TextField("la situation qui le montre")
    among = models.CharField("entre qui", max_length=200, blank=True)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="noté par")
    created_at = models.DateTimeField("noté le", default=timezone.now)
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)
    removed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )
    version = fields.version()

    objects = ResourceNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note sur une ressource immatérielle"
        verbose_name_plural = "notes sur les ressources immatérielles"
        ordering = ["-noted_on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(situation=""), name="resource_note_shows_a_situation")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("resource_note", args=[self.public_id])

    @property
    def label(self) -> str:
        return resource_in_words(self.resource, self.direction)

    @property
    def place(self) -> str:
        """Where it stands on its page."""
        return f"ressource-{self.public_id}"
