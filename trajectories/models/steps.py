"""Next steps: what was promised, by whom, for when, and what became of it."""

import pghistory
from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from efc_platform.shared.search import search_column
from structures.models import ties_of
from trajectories.models.trajectory import Trajectory
from trajectories.models.trials import Trial


class NextStepQuerySet(models.QuerySet["NextStep"]):
    def visible_to(self, user: User) -> "NextStepQuerySet":
        """Promises are read by those whom they bind, the structure's people and its practitioners; one made in an
        intervention stays within the circle of its account. Once late, it is a matter between whoever is to keep it
        and those who steer: nobody else is shown it."""
        shares = apps.get_model("trajectories", "InterventionShare").objects.readable_by(user)
        within = shares.filter(intervention=OuterRef("intervention"), trajectory=OuterRef("trajectory"))
        told = Q(intervention__isnull=True) | Exists(within)
        concerned = Q(owner=user.person_id) | Q(trajectory__structure__in=ties_of(user).where("steer"))
        return self.filter(told, ~_late() | concerned, trajectory__in=Trajectory.objects.readable_by(user))

    def open(self) -> "NextStepQuerySet":
        return self.filter(done_at__isnull=True, set_aside_at__isnull=True)

    def in_time(self) -> "NextStepQuerySet":
        """Without those whose day has passed, which are no matter for a paper that goes from hand to hand."""
        return self.exclude(_late())

    def mine_first(self, user: User) -> "NextStepQuerySet":
        """What the person is to keep, then the rest, each the most pressing first."""
        mine = Case(When(owner=user.person_id, then=Value(0)), default=Value(1))
        return self.order_by(mine, models.F("due_on").asc(nulls_last=True), "pk")


def _late() -> Q:
    return Q(done_at__isnull=True, set_aside_at__isnull=True, due_on__isnull=False, due_on__lt=timezone.localdate())


@classified(
    none="trajectory intervention trial due_on done_at set_aside_at",
    personal="owner owner_words done_by set_aside_by",
    confidential="text set_aside_why",
    purpose="tenir ce que l’on s’est promis",
    retention=Retention.TRAJECTORY,
)
@pghistory.track(exclude=["search"])
class NextStep(models.Model):
    """A promise with, if possible, a date and somebody who keeps it: known here, or named in free words."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, on_delete=models.CASCADE, related_name="next_steps", verbose_name="trajectoire"
    )
    intervention = models.ForeignKey(
        "trajectories.Intervention", on_delete=models.SET_NULL, null=True, blank=True, related_name="next_steps"
    )
    trial = models.ForeignKey(
        Trial, on_delete=models.SET_NULL, null=True, blank=True, related_name="next_steps", verbose_name="essai"
    )
    text = models.CharField("prochain pas", max_length=300)
    due_on = models.DateField("échéance", null=True, blank=True)
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="qui s’en charge"
    )
    owner_words = models.CharField("ou quelqu’un d’autre", max_length=120, blank=True)
    done_at = models.DateTimeField("fait le", null=True, blank=True)
    done_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="fait par"
    )
    set_aside_at = models.DateTimeField("laissé de côté le", null=True, blank=True)
    set_aside_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="laissé de côté par"
    )
    set_aside_why = models.CharField("pourquoi", max_length=300, blank=True)
    version = fields.version()
    search = search_column(title=["text"])

    objects = NextStepQuerySet.as_manager()

    class Meta:
        verbose_name = "prochain pas"
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        indexes = [GinIndex(fields=["search"], name="next_step_search")]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(set_aside_at__isnull=True), name="step_is_done_or_set_aside"
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=True, set_aside_why="")
                | (Q(set_aside_at__isnull=False) & ~Q(set_aside_why="")),
                name="step_set_aside_says_why",
            ),
            models.CheckConstraint(condition=Q(owner__isnull=True) | Q(owner_words=""), name="step_has_one_owner"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.set_aside_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def owner_name(self) -> str:
        return self.owner.display_name if self.owner else self.owner_words
