"""Beside an account: what those who accompany write for each other, and what those who read it answer."""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models import ties_of
from trajectories.models.interventions import Intervention, InterventionShare
from trajectories.models.trajectory import Trajectory


class TeamNoteQuerySet(models.QuerySet["TeamNote"]):
    def visible_to(self, user: User) -> "TeamNoteQuerySet":
        """Those who accompany the structure today; neither its people, nor coordination."""
        return self.filter(trajectory__structure__in=ties_of(user).where("read_team_note"))


@classified(
    none="trajectory intervention created_at updated_at",
    personal="author",
    confidential="preparation debrief",
    purpose="préparer et reprendre à plusieurs une intervention, entre personnes qui accompagnent",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class TeamNote(models.Model):
    """What one of those who accompany prepared, and made of it afterwards: each their own, read by the team. Neither
    a journal, which nobody else reads, nor the account, which the structure reads."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, verbose_name="trajectoire", on_delete=models.CASCADE, related_name="team_notes"
    )
    intervention = models.ForeignKey(
        Intervention, verbose_name="intervention", on_delete=models.CASCADE, related_name="team_notes"
    )
    author = models.ForeignKey(Person, verbose_name="auteur", on_delete=models.PROTECT, related_name="team_notes")
    preparation = models.TextField("préparation", blank=True)
    debrief = models.TextField("après coup", blank=True)
    created_at = models.DateTimeField("écrite le", auto_now_add=True)
    updated_at = models.DateTimeField("reprise le", auto_now=True)
    version = fields.version()

    objects = TeamNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "note d’équipe"
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["trajectory", "intervention", "author"], name="one_team_note_each"),
            models.CheckConstraint(condition=~Q(preparation="", debrief=""), name="team_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"Note de {self.author} · {self.intervention}"

    def get_absolute_url(self) -> str:
        return reverse("intervention", args=[self.intervention.public_id])


class RemarkKind(models.TextChoices):
    COMMENT = "comment", "un mot en réponse"
    CORRECTION = "correction", "une correction à faire"


class RemarkOutcome(models.TextChoices):
    CORRECTED = "corrected", "corrigé"
    KEPT = "kept", "gardé tel quel"


class AccountRemarkQuerySet(models.QuerySet["AccountRemark"]):
    def visible_to(self, user: User) -> "AccountRemarkQuerySet":
        """Whoever reads the account reads what is answered to it."""
        return self.filter(share__in=InterventionShare.objects.readable_by(user).values("pk"))

    def waiting(self) -> "AccountRemarkQuerySet":
        """Corrections that nobody has answered yet."""
        return self.filter(kind=RemarkKind.CORRECTION, answered_at__isnull=True)


@classified(
    none="share kind outcome written_at answered_at",
    personal="author answered_by",
    confidential="text answer",
    purpose="laisser la structure répondre à ce qui est écrit d’elle, et le faire corriger",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class AccountRemark(models.Model):
    """What somebody of the structure answers to an account, or asks to correct in it. It stays as it was written,
    with the answer it got: corrected, or kept as it is and why."""

    public_id = fields.public_id()
    share = models.ForeignKey(
        InterventionShare, verbose_name="compte rendu", on_delete=models.CASCADE, related_name="remarks"
    )
    author = models.ForeignKey(Person, verbose_name="auteur", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("c’est", max_length=10, choices=RemarkKind)
    text = models.TextField("remarque")
    written_at = models.DateTimeField("écrite le", default=timezone.now)
    outcome = models.CharField("suite donnée", max_length=10, choices=RemarkOutcome, blank=True)
    answer = models.TextField("réponse", blank=True)
    answered_by = models.ForeignKey(
        Person, verbose_name="répondu par", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)

    objects = AccountRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = "remarque"
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, outcome="", answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & (~Q(answer="") | Q(outcome="corrected"))),
                name="remark_answered_in_full",
            ),
            models.CheckConstraint(condition=Q(kind="correction") | Q(outcome=""), name="comment_asks_for_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.share}"

    def get_absolute_url(self) -> str:
        return reverse("intervention", args=[self.share.intervention.public_id])
