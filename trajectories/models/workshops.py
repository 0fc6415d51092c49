"""Collective readings: a room answers dimension by dimension, without a name, then writes its reading together."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from efc_platform.shared.small_numbers import FEWEST
from trajectories.models.framework import Dimension
from trajectories.models.readings import Reading
from trajectories.models.trajectory import Trajectory

# The longest day of work: a code that was forgotten on a wall opens nothing the next morning.
OPEN_FOR = timedelta(hours=12)
CODE_LENGTH = 8
# Read from a wall, typed on a phone: without 0 and O, 1, I and L.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # pragma: allowlist secret


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def visible_to(self, user: User) -> "WorkshopQuerySet":
        """Those who read the trajectory's texts."""
        return self.filter(trajectory__in=Trajectory.objects.readable_by(user))

    def running(self) -> "WorkshopQuerySet":
        """Neither ended nor forgotten: the only ones whose code opens something."""
        return self.filter(ended_at__isnull=True, closes_at__gt=timezone.now())

    def forgotten(self, now: datetime) -> "WorkshopQuerySet":
        """Whose time is over and that nobody ended."""
        return self.filter(ended_at__isnull=True, closes_at__lte=now)


@classified(
    none="trajectory expected place held_on closes_at ended_at reading",
    personal="created_by",
    confidential="code key",
    purpose="lire une trajectoire en équipe, sans que personne soit reconnu à ses réponses",
    retention=Retention.TRAJECTORY,
)
@pghistory.track(exclude=["code", "key"])
class Workshop(models.Model):
    """A collective reading. `code` and `key` live as long as it does: the first lets phones in, the second is what
    ties an answer to a phone, and both are erased at its end. A room of fewer than five has neither: it talks."""

    public_id = fields.public_id()
    trajectory = models.ForeignKey(
        Trajectory, verbose_name="trajectoire", on_delete=models.PROTECT, related_name="workshops"
    )
    created_by = models.ForeignKey(Person, verbose_name="qui anime", on_delete=models.PROTECT, related_name="+")
    expected = models.PositiveSmallIntegerField("personnes attendues")
    place = models.PositiveSmallIntegerField("rang de la dimension projetée", default=0)
    held_on = models.DateField("date")
    closes_at = models.DateTimeField("se ferme au plus tard")
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)
    reading = models.ForeignKey(
        Reading,
        verbose_name="lecture de l’équipe",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="workshops",
    )
    code = models.CharField("code de la salle", max_length=CODE_LENGTH, null=True, blank=True, unique=True)
    key = models.BinaryField("clé des réponses", null=True, blank=True)
    version = fields.version()

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = "atelier de lecture"
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(expected__range=(3, 60)), name="workshop_of_3_to_60"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(code__isnull=True, key__isnull=True),
                name="workshop_ends_with_its_code",
            ),
        ]

    def __str__(self) -> str:
        return f"Atelier du {self.held_on}"

    def get_absolute_url(self) -> str:
        return reverse("workshop", args=[self.public_id])

    @property
    def is_running(self) -> bool:
        return self.ended_at is None and self.closes_at > timezone.now()

    @property
    def is_by_phone(self) -> bool:
        return self.expected >= FEWEST

    @property
    def written_code(self) -> str:
        """By fours, as it is read aloud."""
        code = self.code or ""
        return f"{code[:4]}-{code[4:]}" if code else ""


class QuestionState(models.TextChoices):
    WAITING = "waiting", "à venir"
    OPEN = "open", "ouverte"
    CLOSED = "closed", "close"


# A closed question never opens again: with its distribution on the wall, one more answer would name whoever gave it.
QUESTION_TRANSITIONS = {
    QuestionState.WAITING: {QuestionState.OPEN},
    QuestionState.OPEN: {QuestionState.CLOSED},
    QuestionState.CLOSED: set(),
}


class AnswerChoice(models.TextChoices):
    """What a phone may answer. A level's value is its rank, so that it is never mistaken for another version's name;
    none of them is a number to add."""

    FIRST = "1", "premier repère"
    SECOND = "2", "deuxième repère"
    THIRD = "3", "troisième repère"
    FOURTH = "4", "quatrième repère"
    FIFTH = "5", "cinquième repère"
    NOT_APPLICABLE = "not_applicable", "sans objet"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence", "pas assez d’éléments"
    PASS = "pass", "je passe"


# Passing is nobody's business: it counts among those who have answered while the question is open, and is told no more.
TOLD_CHOICES = [choice for choice in AnswerChoice if choice != AnswerChoice.PASS]
LEVEL_CHOICES = [choice for choice in TOLD_CHOICES if choice.value.isdecimal()]


@classified(none="workshop dimension place state answered tally")
class WorkshopQuestion(models.Model):
    """One dimension of a workshop. Once closed it keeps how many answered, and the `tally` by choice if they were
    five or more: under that nothing is kept of what they chose."""

    workshop = models.ForeignKey(Workshop, on_delete=models.CASCADE, related_name="questions")
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=QuestionState, default=QuestionState.WAITING)
    answered = models.PositiveSmallIntegerField(null=True, blank=True)
    tally = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = "question d’un atelier"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["workshop", "place"], name="workshop_question_in_its_place"),
            models.UniqueConstraint(fields=["workshop", "dimension"], name="workshop_dimension_asked_once"),
            models.UniqueConstraint(
                fields=["workshop"], condition=Q(state="open"), name="workshop_has_one_open_question"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", answered__isnull=False)
                | (~Q(state="closed") & Q(answered__isnull=True, tally__isnull=True)),
                name="workshop_counts_once_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} · {self.get_state_display()}"

    @property
    def counts(self) -> Mapping[AnswerChoice, int]:
        """By choice, in order; empty when they were too few for anything to be told."""
        return {one: self.tally.get(one.value, 0) for one in TOLD_CHOICES} if self.tally else {}


@classified(
    none="question",
    personal="phone choice",
    confidential="line",
    purpose="compter les réponses d’un atelier, une par téléphone, sans savoir de qui elles viennent",
    retention=Retention.SESSION,
)
class WorkshopAnswer(models.Model):
    """What one phone answers to an open question, until it is closed; then it is a count, and the row is gone.

    Neither time, nor order, nor history: its key is a digest of the phone's token and of the question under the
    workshop's own key, so that two answers of one phone have nothing in common.
    """

    phone = models.CharField("empreinte du téléphone", max_length=64, primary_key=True)
    question = models.ForeignKey(WorkshopQuestion, on_delete=models.CASCADE, related_name="answers")
    choice = models.CharField("réponse", max_length=20, choices=AnswerChoice)
    line = models.CharField("fait observé", max_length=200, blank=True)

    class Meta:
        verbose_name = "réponse d’un atelier"

    def __str__(self) -> str:
        return self.get_choice_display()


@classified(
    none="question",
    confidential="text",
    purpose="garder, sans nom, les faits que l’équipe a mis en commun",
    retention=Retention.TRAJECTORY,
)
class WorkshopLine(models.Model):
    """A fact that somebody of the room wrote, read aloud there; its key is drawn at random, and so is its place."""

    id = models.UUIDField(primary_key=True, editable=False)
    question = models.ForeignKey(WorkshopQuestion, on_delete=models.CASCADE, related_name="lines")
    text = models.CharField("fait observé", max_length=200)

    class Meta:
        verbose_name = "fait mis en commun"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
