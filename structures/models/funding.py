"""The operations that a funder supports, and what is attached to them."""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import classified
from structures.models.cohorts import Cohort
from structures.models.structures import Lasting, PeriodQuerySet, Structure


class FundingOperationQuerySet(models.QuerySet["FundingOperation"]):
    def visible_to(self, user: User) -> "FundingOperationQuerySet":
        """Coordination answers to funders; others read on a sheet who pays for what is done there."""
        return self if is_permitted(user, "keep_funding") else self.none()

    def latest_first(self) -> "FundingOperationQuerySet":
        return self.order_by("-ends_on", "-starts_on", "pk")


@classified(none="name funder purpose reference starts_on ends_on days")
@pghistory.track()
class FundingOperation(models.Model):
    """What a funder supports: who, for what, from a day to another, for how many days of work. It is not a cohort:
    structures of one cohort may be paid for by several operations, and an operation may pay for several cohorts."""

    public_id = fields.public_id()
    name = models.CharField("nom", max_length=160, unique=True)
    funder = models.CharField("qui finance", max_length=160)
    purpose = models.TextField("ce qui est financé", blank=True)
    reference = models.CharField("référence du dossier", max_length=80, blank=True)
    starts_on = models.DateField("début")
    ends_on = models.DateField("fin")
    days = models.DecimalField("jours prévus", max_digits=6, decimal_places=1, null=True, blank=True)
    version = fields.version()

    objects = FundingOperationQuerySet.as_manager()

    class Meta:
        verbose_name = "opération financée"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="operation_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(days__isnull=True) | Q(days__gt=0), name="operation_has_days_or_none"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("funding_operation", args=[self.public_id])

    @property
    def is_over(self) -> bool:
        return self.ends_on < timezone.localdate()


@classified(none="operation structure cohort since until")
@pghistory.track()
class FundedPart(Lasting):
    """A structure, or a cohort as it is composed each day, that an operation pays for from a day to another."""

    operation = models.ForeignKey(
        FundingOperation, on_delete=models.CASCADE, related_name="parts", verbose_name="opération"
    )
    structure = models.ForeignKey(
        Structure,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="funded_parts",
        verbose_name="structure",
    )
    cohort = models.ForeignKey(
        Cohort, on_delete=models.CASCADE, null=True, blank=True, related_name="funded_parts", verbose_name="promotion"
    )
    since = models.DateField("depuis")
    until = models.DateField("jusqu’au", null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "part d’une opération"
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(structure__isnull=True) ^ Q(cohort__isnull=True), name="funded_part_is_of_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="funded_part_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["operation", "structure"], condition=Q(until__isnull=True), name="structure_funded_once"
            ),
            models.UniqueConstraint(
                fields=["operation", "cohort"], condition=Q(until__isnull=True), name="cohort_funded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure or self.cohort} · {self.operation}"

    @property
    def label(self) -> str:
        return str(self.structure or self.cohort)
