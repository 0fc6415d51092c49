"""The cohorts that structures travel with."""

import pghistory
from django.db import models
from django.db.models import Q

from efc_platform.shared import fields
from efc_platform.shared.classification import classified
from structures.models.structures import PeriodQuerySet, Structure


@classified(none="name starts_on ends_on")
@pghistory.track()
class Cohort(models.Model):
    """Structures that travel a part of the way together; never a funder's operation."""

    public_id = fields.public_id()
    name = models.CharField("nom", max_length=120, unique=True)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin", null=True, blank=True)

    def __str__(self) -> str:
        return self.name


@classified(none="cohort structure since until")
@pghistory.track()
class CohortPlace(models.Model):
    """A structure's stay in a cohort, which it joins and leaves at its own dates."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="places")
    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="cohort_places")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "structure"], condition=Q(until__isnull=True), name="one_open_place_in_a_cohort"
            )
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.cohort}"
