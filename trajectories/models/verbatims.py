"""Words that somebody said, kept as they were said, and read only as far as that person agreed."""

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


class VerbatimCircle(models.TextChoices):
    """How far somebody agrees that their words go."""

    DIRECTION = "direction", "la direction et l’équipe d’accompagnement"
    STRUCTURE = "structure", "toute la structure et l’équipe d’accompagnement"
    REPORTS = "reports", "toute la structure, et les bilans qu’elle remet à d’autres"


# The line of the table of acts by which each circle reads.
_ACTS = {
    VerbatimCircle.DIRECTION: "read_direction_account",
    VerbatimCircle.STRUCTURE: "read_structure_account",
    VerbatimCircle.REPORTS: "read_structure_account",
}


class VerbatimQuerySet(models.QuerySet["Verbatim"]):
    def standing(self) -> "VerbatimQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def agreed(self) -> "VerbatimQuerySet":
        return self.standing().filter(agreed_on__isnull=False)

    def visible_to(self, user: User) -> "VerbatimQuerySet":
        """Agreed to, by the circle that was agreed; until then by whoever noted it, while they read the structure's
        words, and by the person who said it. Withdrawn, by nobody: there are no words any more."""
        reading = Q(trajectory__structure__in=ties_of(user).where("read_shared_texts"))
        own = Q(said_by=user.person_id) | (Q(noted_by=user.person_id) & reading)
        read = Q()
        for circle, act in _ACTS.items():
            read |= Q(agreed_circle=circle, trajectory__structure__in=ties_of(user).where(act))
        return self.standing().filter(own | (Q(agreed_on__isnull=False) & read))

    def printed(self) -> "VerbatimQuerySet":
        """What a report may carry out of the structure."""
        return self.agreed().filter(agreed_circle=VerbatimCircle.REPORTS)


@classified(
    none="trajectory said_on agreed_on agreed_circle withdrawn_at",
    personal="said_by named_as noted_by agreement_noted_by withdrawn_by",
    confidential="words",
    purpose="garder des paroles telles qu’elles ont été dites, avec l’accord de qui les a dites",
    retention=Retention.TRAJECTORY,
)
# The history keeps that somebody noted, agreed or withdrew, never what was said nor by whom.
@pghistory.track(exclude=["words", "named_as", "said_by"])
class Verbatim(models.Model):
    """What somebody said one day, word for word. Withdrawn, the row stays to say that it was and holds no word."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.CASCADE, related_name="verbatims", verbose_name="trajectoire"
    )
    said_on = models.DateField("date")
    words = models.TextField("ce qui a été dit")
    said_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="qui l’a dit"
    )
    named_as = models.CharField("comment nommer cette personne", max_length=120)
    noted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="noté par")
    agreed_on = models.DateField("accord donné le", null=True, blank=True)
    agreed_circle = models.CharField("jusqu’où", max_length=10, choices=VerbatimCircle, blank=True)
    agreement_noted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="accord noté par"
    )
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="retiré par"
    )
    version = fields.version()

    objects = VerbatimQuerySet.as_manager()

    class Meta:
        verbose_name = "parole"
        ordering = ["-said_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_on__isnull=True, agreed_circle="", agreement_noted_by__isnull=True)
                | (Q(agreed_on__isnull=False, agreement_noted_by__isnull=False) & ~Q(agreed_circle="")),
                name="agreement_says_how_far",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(words="", named_as="", said_by__isnull=True),
                name="withdrawn_words_are_gone",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | (~Q(words="") & ~Q(named_as="")),
                name="words_are_said_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Parole du {self.said_on}"

    def get_absolute_url(self) -> str:
        return reverse("verbatim", args=[self.public_id])

    @property
    def is_agreed(self) -> bool:
        return self.agreed_on is not None and self.withdrawn_at is None

    def withdraw(self, by: Person | None) -> None:
        """The words go, and whatever says whose they were."""
        self.words = self.named_as = self.agreed_circle = ""
        self.said_by = self.agreed_on = self.agreement_noted_by = None
        self.withdrawn_at, self.withdrawn_by = timezone.now(), by
