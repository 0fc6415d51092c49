"""The cohorts that structures travel with, and what is said there."""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models.structures import Lasting, PeriodQuerySet, Structure, ties_of


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: User) -> "CohortQuerySet":
        """Coordination, which composes them; and, of those that their structures travel with today, the people of
        these structures and those who accompany them."""
        if is_permitted(user, "read_cohort"):
            return self
        places = CohortPlace.objects.current().filter(structure__in=ties_of(user).where("read_cohort"))
        return self.filter(pk__in=places.values("cohort"))

    def latest_first(self) -> "CohortQuerySet":
        """Those that go on before those that are over."""
        return self.order_by(models.F("ends_on").desc(nulls_first=True), "-starts_on", "pk")


@classified(none="name presentation starts_on ends_on")
@pghistory.track()
class Cohort(models.Model):
    """Structures that travel a part of the way together; never a funder's operation."""

    public_id = fields.public_id()
    name = models.CharField("nom", max_length=120, unique=True)
    presentation = models.TextField("ce qui les réunit", blank=True)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True)
    version = fields.version()

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = "promotion"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="cohort_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cohort", args=[self.public_id])

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < timezone.localdate()


@classified(none="cohort structure since until")
@pghistory.track()
class CohortPlace(Lasting):
    """A structure's stay in a cohort, which it joins and leaves at its own dates."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="places", verbose_name="promotion")
    structure = models.ForeignKey(
        Structure, on_delete=models.CASCADE, related_name="cohort_places", verbose_name="structure"
    )
    since = models.DateField("depuis")
    until = models.DateField("jusqu’au", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "place dans une promotion"
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "structure"], condition=Q(until__isnull=True), name="one_open_place_in_a_cohort"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="place_in_a_cohort_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.cohort}"


@classified(
    none="cohort written_at",
    personal="author",
    confidential="text",
    purpose="permettre aux structures d’une promotion, et à qui les accompagne, de s’écrire",
    retention=Retention.SHORT,
    kept="messages",
)
# As any message: the history keeps that it was, never the words.
@pghistory.track(exclude=["text"])
class CohortMessage(models.Model):
    """What one of them wrote to all those of the cohort, once and for all."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="messages", verbose_name="promotion")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="écrit par")
    text = models.TextField("message")
    written_at = models.DateTimeField("écrit le", default=timezone.now)

    class Meta:
        verbose_name = "message d’une promotion"
        ordering = ["-written_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="cohort_message_has_words")]

    def __str__(self) -> str:
        return f"{self.author} · {self.written_at}"
