"""What whoever stops accompanying leaves to those who go on."""

from datetime import timedelta

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models.structures import Accompaniment, ties_of

# After their last day, whoever handed over may still write what they forgot to say.
WRITTEN_WITHIN = timedelta(days=30)


def handed_over_by(user: User) -> models.QuerySet[Accompaniment]:
    """The person's own accompaniments, as long as a word may be left for whoever goes on."""
    latest = timezone.localdate() - WRITTEN_WITHIN
    return Accompaniment.objects.filter(Q(until__isnull=True) | Q(until__gt=latest), practitioner=user.person_id)


def handovers_open_to(user: User) -> models.QuerySet[Accompaniment]:
    """Those whose note the person reads: of the structures that they accompany today, and their own."""
    theirs = Q(structure__in=ties_of(user).where("read_handover"))
    return Accompaniment.objects.filter(theirs | Q(pk__in=handed_over_by(user).values("pk")))


@classified(
    none="accompaniment written_at",
    confidential="note",
    purpose="transmettre ce qu’il faut savoir à qui reprend un accompagnement",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Handover(models.Model):
    """The note of one who accompanies, for those who accompany the structure after them or beside them."""

    accompaniment = models.OneToOneField(
        Accompaniment, on_delete=models.CASCADE, related_name="handover", verbose_name="accompagnement"
    )
    note = models.TextField("note de relais", blank=True)
    written_at = models.DateTimeField("écrite le", default=timezone.now)
    version = fields.version()

    class Meta:
        verbose_name = "note de relais"

    def __str__(self) -> str:
        return f"Relais de {self.accompaniment}"
