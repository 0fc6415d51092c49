"""Structures of which nothing was heard lately, and the pauses during which that is expected."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from efc_platform.shared.classification import classified
from structures.models.structures import Structure


class SilencePauseQuerySet(models.QuerySet["SilencePause"]):
    def current(self, on: date | None = None) -> "SilencePauseQuerySet":
        return self.filter(ended_on__isnull=True, until__gte=on or timezone.localdate())


@classified(none="structure reason until ended_on")
@pghistory.track()
class SilencePause(models.Model):
    """A silence that is expected, up to a day and for a reason: the structure is not in the list meanwhile."""

    structure = models.ForeignKey(
        Structure, on_delete=models.CASCADE, related_name="silence_pauses", verbose_name="structure"
    )
    reason = models.CharField("raison", max_length=200)
    until = models.DateField("jusqu’au")
    ended_on = models.DateField("reprise le", null=True, blank=True)

    objects = SilencePauseQuerySet.as_manager()

    class Meta:
        verbose_name = "pause"
        ordering = ["-until", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure"], condition=Q(ended_on__isnull=True), name="one_open_pause_a_structure"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_its_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.until}"
