"""Texts that the coordination opened for a moment, in the sight of those they belong to."""

from dataclasses import dataclass

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified
from efc_platform.shared.once import once


class TextOpeningQuerySet(models.QuerySet["TextOpening"]):
    def visible_to(self, user: User) -> "TextOpeningQuerySet":
        """One's own; those that concern a structure are told on its page, to whoever may look at it."""
        return self.filter(opened_by=user)

    def current(self) -> "TextOpeningQuerySet":
        return self.filter(until__gt=timezone.now())


@classified(
    none="trajectory share report opened_at until",
    personal="opened_by reason",
    purpose="dire à qui appartient un texte que la coordination l’a ouvert, quand et pourquoi",
    basis=Basis.INTEREST,
    retention=Retention.PROOF,
)
@pghistory.track()
class TextOpening(models.Model):
    """A coordinator opened one object of a trajectory for a short time: its shared texts (neither account nor report
    is given), one account, or one report. Never a journal."""

    public_id = fields.public_id()
    opened_by = models.ForeignKey(User, verbose_name="qui a ouvert", on_delete=models.PROTECT, related_name="+")
    trajectory = models.ForeignKey(
        "trajectories.Trajectory", verbose_name="trajectoire", on_delete=models.CASCADE, related_name="openings"
    )
    share = models.ForeignKey(
        "trajectories.InterventionShare",
        verbose_name="compte rendu",
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
    )
    report = models.ForeignKey(
        "trajectories.ProgressReport", verbose_name="bilan", on_delete=models.CASCADE, null=True, related_name="+"
    )
    reason = models.CharField("pour quoi faire", max_length=500)
    opened_at = models.DateTimeField("ouvert le", default=timezone.now)
    until = models.DateTimeField("jusqu’au")

    objects = TextOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = "ouverture d’un texte"
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["until"], name="text_still_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(report__isnull=True), name="opening_is_of_one_object"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="opening_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.opened_by} · {self.heading}"

    @property
    def heading(self) -> str:
        """What was opened, as its owners read it."""
        if self.share:
            return f"le compte rendu du {date_format(self.share.intervention.occurred_on)}"
        if self.report:
            start, end = date_format(self.report.period_start), date_format(self.report.period_end)
            return f"le bilan du {start} au {end}"
        return "les mots, les essais, les prochains pas et les faits des lectures"


@dataclass(frozen=True)
class Opened:
    """What is open to somebody for the moment, by keys: whose shared texts, which accounts, which reports."""

    trajectories: frozenset[int] = frozenset()
    shares: frozenset[int] = frozenset()
    reports: frozenset[int] = frozenset()


def opened_by(user: User) -> Opened:
    """The one rule that every text reads; without the role nothing stays open. Read once a page for everybody: who
    reads a text is asked for many people at once, and there are never many openings."""
    if not is_permitted(user, "open_text"):
        return Opened()
    return once("openings", _read).get(user.pk, Opened())


def _read() -> dict[int, Opened]:
    found: dict[int, Opened] = {}
    rows = TextOpening.objects.current().order_by().values_list("opened_by", "trajectory", "share", "report")
    for user, trajectory, share, report in rows:
        held = found.get(user, Opened())
        found[user] = Opened(
            trajectories=held.trajectories if share or report else held.trajectories | {trajectory},
            shares=held.shares | {share} if share else held.shares,
            reports=held.reports | {report} if report else held.reports,
        )
    return found
