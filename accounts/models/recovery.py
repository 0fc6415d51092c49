"""A second factor that is lost, and who vouches for the person."""

from datetime import timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import Role, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified


class LostFactorState(models.TextChoices):
    OPEN = "open", "en attente"
    GIVEN_BACK = "given_back", "accès rendu"
    REFUSED = "refused", "refusée"
    EXPIRED = "expired", "expirée"


def _days() -> timedelta:
    return timedelta(days=settings.FACTOR_RECOVERY_DAYS)


class LostFactorQuerySet(models.QuerySet["LostFactor"]):
    def waiting(self) -> "LostFactorQuerySet":
        """Neither settled nor too old."""
        return self.filter(state=LostFactorState.OPEN, asked_at__gt=timezone.now() - _days())

    def for_others(self, user: User) -> "LostFactorQuerySet":
        """Nobody vouches for themselves."""
        return self.exclude(user=user)


@classified(
    personal="user asked_at state refused_by settled_at",
    purpose="rendre l’accès à qui a perdu son second facteur, en sachant qui s’est porté garant",
    basis=Basis.INTEREST,
    retention=Retention.TRACE,
)
@pghistory.track()
class LostFactor(models.Model):
    """Somebody who proved their password asks to be let in without the second factor that they lost."""

    public_id = fields.public_id()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="lost_factors", verbose_name="compte")
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    state = models.CharField("état", max_length=20, choices=LostFactorState, default=LostFactorState.OPEN)
    refused_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="refusé par"
    )
    settled_at = models.DateTimeField("réglé le", null=True)

    objects = LostFactorQuerySet.as_manager()

    class Meta:
        verbose_name = "second facteur perdu"
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state=LostFactorState.OPEN), name="lost_factor_asked_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state=LostFactorState.REFUSED, refused_by__isnull=False)
                | (~Q(state=LostFactorState.REFUSED) & Q(refused_by__isnull=True)),
                name="lost_factor_refused_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_state_display()}"

    @property
    def ends_at(self):
        return self.asked_at + _days()

    @property
    def is_waiting(self) -> bool:
        return self.state == LostFactorState.OPEN and timezone.now() < self.ends_at


@classified(
    none="lost_factor",
    personal="by role at",
    purpose="savoir qui s’est porté garant de qui a perdu son second facteur",
    basis=Basis.INTEREST,
    retention=Retention.TRACE,
)
@pghistory.track()
class Vouching(models.Model):
    """One of the two people who checked that it is really them."""

    lost_factor = models.ForeignKey(LostFactor, on_delete=models.CASCADE, related_name="vouchings")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="garant·e")
    role = models.CharField("au titre de", max_length=20, choices=Role)
    at = models.DateTimeField("le", auto_now_add=True)

    class Meta:
        verbose_name = "caution d’une demande"
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["lost_factor", "by"], name="vouched_for_once_by_each")]

    def __str__(self) -> str:
        return f"{self.by} · {self.lost_factor}"
