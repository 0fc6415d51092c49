"""Rounds of readings: several views read without knowing of each other, open together, then meet."""

from typing import Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from trajectories.models.framework import Dimension, FrameworkVersion
from trajectories.models.readings import Reading, Viewpoint
from trajectories.models.trajectory import Trajectory


class Milestone(models.TextChoices):
    """The moments of an accompaniment at which one reads together."""

    START = "start", "départ"
    MIDWAY = "midway", "mi-parcours"
    REVIEW = "review", "bilan"
    AFTER_6 = "after_6", "six mois après la fin"
    AFTER_12 = "after_12", "un an après la fin"
    AFTER_24 = "after_24", "deux ans après la fin"
    OTHER = "other", "autre moment"


# Those that come once the accompaniment is over, and how many months after.
MONTHS_AFTER = {Milestone.AFTER_6: 6, Milestone.AFTER_12: 12, Milestone.AFTER_24: 24}


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> Self:
        """Those who read the trajectory's texts: who is expected and when, never what a sealed view says."""
        return self.filter(trajectory__in=Trajectory.objects.readable_by(user))

    def blind(self) -> Self:
        """Not open yet: each view is written without knowing the others."""
        return self.filter(opened_at__isnull=True)


@classified(
    none="trajectory framework_version milestone opens_on opened_at reminders_paused",
    personal="created_by",
    purpose="lire à plusieurs sans s’influencer, puis se rencontrer sur les écarts",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Round(models.Model):
    """The views expected at a milestone and the day they open. They open together, once that day has come and each is
    sealed or left out; all read on the same version of the référentiel."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, verbose_name="trajectoire", on_delete=models.PROTECT, related_name="rounds"
    )
    framework_version = models.ForeignKey(
        FrameworkVersion, verbose_name="version du référentiel", on_delete=models.PROTECT, related_name="+"
    )
    milestone = models.CharField("jalon", max_length=10, choices=Milestone)
    opens_on = models.DateField("jour d’ouverture")
    opened_at = models.DateTimeField("ouvert le", null=True, blank=True)
    reminders_paused = models.BooleanField("rappels suspendus", default=False)
    created_by = models.ForeignKey(Person, verbose_name="préparé par", on_delete=models.PROTECT, related_name="+")
    version = fields.version()

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "tour de lecture"
        verbose_name_plural = "tours de lecture"
        ordering = ["-opens_on", "-pk"]
        constraints = [
            # Two at once would let one view read in the first what the second still hides.
            models.UniqueConstraint(
                fields=["trajectory"], condition=Q(opened_at__isnull=True), name="one_blind_round_a_trajectory"
            ),
        ]

    def __str__(self) -> str:
        return f"Tour de lecture · {self.get_milestone_display()} · {self.opens_on}"

    def get_absolute_url(self) -> str:
        return reverse("round", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None

    @property
    def day_has_come(self) -> bool:
        return self.opens_on <= timezone.localdate()

    @property
    def comes_after_the_end(self) -> bool:
        return self.milestone in MONTHS_AFTER


class RoundViewQuerySet(models.QuerySet["RoundView"]):
    def waited_for(self) -> Self:
        """Neither sealed nor left out."""
        unsealed = Q(reading__isnull=True) | Q(reading__sealed_at__isnull=True)
        return self.filter(unsealed, left_out_at__isnull=True)


@classified(
    none="round viewpoint reading left_out_at",
    personal="left_out_by",
    confidential="left_out_why",
    purpose="savoir quels regards un tour attend, et pourquoi l’un n’est pas venu",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
@pgtrigger.register(
    pgtrigger.Protect(
        name="left_out_view_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__left_out_at__isnull=False),
    )
)
class RoundView(models.Model):
    """One view that a round expects, with its reading; one that never came is left out by a decision that is dated,
    signed, says why, and stays."""

    round = models.ForeignKey(Round, verbose_name="tour", on_delete=models.CASCADE, related_name="views")
    viewpoint = models.CharField("point de vue", max_length=15, choices=Viewpoint)
    reading = models.OneToOneField(
        Reading, verbose_name="lecture", on_delete=models.SET_NULL, null=True, blank=True, related_name="round_view"
    )
    left_out_at = models.DateTimeField("laissé de côté le", null=True, blank=True)
    left_out_by = models.ForeignKey(
        Person, verbose_name="par qui", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    left_out_why = models.TextField("pourquoi", blank=True)

    objects = RoundViewQuerySet.as_manager()

    class Meta:
        verbose_name = "regard attendu"
        verbose_name_plural = "regards attendus"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "viewpoint"], name="view_expected_once"),
            models.CheckConstraint(
                condition=Q(left_out_at__isnull=True, left_out_by__isnull=True, left_out_why="")
                | Q(left_out_at__isnull=False, left_out_by__isnull=False, reading__isnull=True) & ~Q(left_out_why=""),
                name="view_left_out_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_viewpoint_display()} · {self.round}"

    @property
    def sealed(self) -> Reading | None:
        """Its reading, once written for good; never a draft."""
        return self.reading if self.reading and self.reading.is_sealed else None


class ReopeningQuerySet(models.QuerySet["Reopening"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(reading__in=Reading.objects.shared(), reading__round__in=Round.objects.visible_to(user))

    def waiting(self) -> Self:
        """Somebody has not agreed yet: no draft was opened."""
        return self.filter(reading__taken_up_by__isnull=True)


@classified(
    none="reading asked_at",
    personal="asked_by",
    confidential="why",
    purpose="ne reprendre une lecture scellée qu’avec l’accord de tous les regards du tour",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Reopening(models.Model):
    """Somebody asks to read again from a view of an open round. Once each of the others agreed, a draft copied from the
    sealed reading takes it up; the sealed one stays as it is."""

    public_id = fields.public_id()
    reading = models.OneToOneField(
        Reading, verbose_name="lecture scellée", on_delete=models.PROTECT, related_name="reopening"
    )
    asked_by = models.ForeignKey(Person, verbose_name="demandé par", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    why = models.TextField("pourquoi")

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de reprise"
        verbose_name_plural = "demandes de reprise"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(why=""), name="reopening_says_why")]

    def __str__(self) -> str:
        return f"Reprise · {self.reading}"


@classified(
    none="reopening viewpoint agreed_at",
    personal="person",
    purpose="garder l’accord de chaque regard",
    retention=Retention.TRAJECTORY,
)
@pgtrigger.register(pgtrigger.Protect(name="consent_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class ReopeningConsent(models.Model):
    """One of the other views agrees; said once, it is not taken back."""

    reopening = models.ForeignKey(Reopening, verbose_name="reprise", on_delete=models.PROTECT, related_name="consents")
    viewpoint = models.CharField("point de vue", max_length=15, choices=Viewpoint)
    person = models.ForeignKey(Person, verbose_name="par qui", on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField("accord du", default=timezone.now)

    class Meta:
        verbose_name = "accord à une reprise"
        verbose_name_plural = "accords à une reprise"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["reopening", "viewpoint"], name="view_agrees_once")]

    def __str__(self) -> str:
        return f"{self.get_viewpoint_display()} · {self.reopening}"


class Outcome(models.TextChoices):
    """What a meeting came to on one dimension. None is better than another."""

    AGREED = "agreed", "on s’accorde"
    MOVED = "moved", "un regard se déplace"
    KEPT = "kept", "nous gardons le désaccord"


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(round__in=Round.objects.visible_to(user))


@classified(
    none="round dimension number outcome level viewpoint settled_on created_at",
    personal="settled_by",
    confidential="words",
    purpose="garder ce que la rencontre a donné, désaccords compris",
    retention=Retention.TRAJECTORY,
)
@pgtrigger.register(pgtrigger.Protect(name="settlement_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class Settlement(models.Model):
    """What a meeting came to on one dimension, in its words. A second one follows the first, which stays.

    `level` is the common marker when they agreed on one, or where the view of `viewpoint` moved to; it changes nothing
    of what was read.
    """

    public_id = fields.public_id()
    round = models.ForeignKey(Round, verbose_name="tour", on_delete=models.PROTECT, related_name="settlements")
    dimension = models.ForeignKey(Dimension, verbose_name="dimension", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("rang")
    outcome = models.CharField("issue", max_length=10, choices=Outcome)
    words = models.TextField("avec nos mots", blank=True)
    level = models.PositiveSmallIntegerField("repère", null=True, blank=True)
    viewpoint = models.CharField("regard qui se déplace", max_length=15, choices=Viewpoint, blank=True)
    settled_on = models.DateField("date", default=timezone.localdate)
    settled_by = models.ForeignKey(Person, verbose_name="noté par", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("noté le", default=timezone.now)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = "issue d’une rencontre"
        verbose_name_plural = "issues d’une rencontre"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "dimension", "number"], name="settlement_follows_the_last"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__isnull=False, level__range=(1, 5)),
                name="settlement_level_in_range",
            ),
            models.CheckConstraint(
                condition=Q(outcome="moved", level__isnull=False) & ~Q(viewpoint="") & ~Q(words="")
                | Q(outcome="agreed", viewpoint="") & ~Q(words="")
                | Q(outcome="kept", viewpoint="", level__isnull=True),
                name="settlement_says_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} · {self.get_outcome_display()}"


@classified(
    none="settlement viewpoint",
    confidential="words",
    purpose="garder les deux textes d’un désaccord, un par regard",
    retention=Retention.TRAJECTORY,
)
@pgtrigger.register(pgtrigger.Protect(name="voice_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class SettlementVoice(models.Model):
    """What one view maintains in a disagreement that is kept; shown beside the others for ever."""

    settlement = models.ForeignKey(Settlement, verbose_name="issue", on_delete=models.PROTECT, related_name="voices")
    viewpoint = models.CharField("point de vue", max_length=15, choices=Viewpoint)
    words = models.TextField("ce que ce regard maintient")

    class Meta:
        verbose_name = "voix d’un désaccord"
        verbose_name_plural = "voix d’un désaccord"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["settlement", "viewpoint"], name="one_voice_a_view"),
            models.CheckConstraint(condition=~Q(words=""), name="voice_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.get_viewpoint_display()} · {self.settlement}"
