"""Reading the same stories: what is read in them, by whom while it lasts, and what is kept of it once it is closed."""

from collections.abc import Mapping
from datetime import date

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person, User
from accounts.permissions import is_permitted
from efc_platform.backstage.models import Job, JobState
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified
from efc_platform.shared.small_numbers import FEWEST
from trajectories.models import TOLD_CHOICES, AnswerChoice, Criterion, Dimension, FrameworkRemark, FrameworkVersion

PURPOSE = "savoir si les mots du référentiel disent la même chose à celles et ceux qui le lisent"


class CalibrationState(models.TextChoices):
    DRAFT = "draft", "en préparation"
    OPEN = "open", "ouvert"
    CLOSED = "closed", "clos"


# Closed, it never opens again: of two distributions, the difference would say what the last to come had read.
CALIBRATION_TRANSITIONS = {
    CalibrationState.DRAFT: {CalibrationState.OPEN},
    CalibrationState.OPEN: {CalibrationState.CLOSED},
    CalibrationState.CLOSED: set(),
}


class CalibrationQuerySet(models.QuerySet["Calibration"]):
    def visible_to(self, user: User) -> "CalibrationQuerySet":
        """Once open, the community and coordination; in preparation, coordination."""
        if is_permitted(user, "compose_calibration"):
            return self
        return self.exclude(state=CalibrationState.DRAFT) if is_permitted(user, "see_calibration") else self.none()

    def open(self) -> "CalibrationQuerySet":
        return self.filter(state=CalibrationState.OPEN)

    def over(self, today: date) -> "CalibrationQuerySet":
        """Still open, though the last day that was said is past."""
        return self.open().filter(closes_on__lt=today)


@classified(
    none="title framework_version state closes_on opened_at closed_at finished counted_at job",
    personal="created_by closed_by",
    purpose=PURPOSE,
    basis=Basis.INTEREST,
    retention=Retention.ACCOUNT,
)
@pghistory.track()
class Calibration(models.Model):
    """Some stories, read blind by the community with the words of one version. What is tuned are the words, never
    the people: neither this row nor its history says who read. `finished` is kept when it is closed; `closed_by` is
    empty when the clock did it."""

    public_id = fields.public_id()
    title = models.CharField("titre", max_length=160)
    framework_version = models.ForeignKey(
        FrameworkVersion, verbose_name="version lue", on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("état", max_length=10, choices=CalibrationState, default=CalibrationState.DRAFT)
    closes_on = models.DateField("dernier jour", null=True, blank=True)
    created_by = models.ForeignKey(Person, verbose_name="composé par", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("ouvert le", null=True, blank=True)
    closed_at = models.DateTimeField("clos le", null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, verbose_name="clos par", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished = models.PositiveSmallIntegerField("personnes qui ont fini", null=True, blank=True)
    job = models.ForeignKey(
        Job, verbose_name="compte", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    counted_at = models.DateTimeField("compté le", null=True, blank=True)
    version = fields.version()

    objects = CalibrationQuerySet.as_manager()

    class Meta:
        verbose_name = "accordage"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", opened_at__isnull=True) | (~Q(state="draft") & Q(opened_at__isnull=False)),
                name="calibration_opened_once",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True, counted_at__isnull=True, finished__isnull=True)),
                name="calibration_counted_once_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("calibration", args=[self.public_id])

    @property
    def is_draft(self) -> bool:
        return self.state == CalibrationState.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == CalibrationState.OPEN

    @property
    def is_counted(self) -> bool:
        return self.counted_at is not None

    @property
    def has_failed(self) -> bool:
        """Closed, and its count could not be made."""
        return not self.is_counted and self.job is not None and self.job.state == JobState.FAILED

    @property
    def is_told(self) -> bool:
        """Enough people finished for what was read to be shown; under that it is not even kept."""
        return self.is_counted and (self.finished or 0) >= FEWEST


class Agreement(models.TextChoices):
    """How far the same words were read in the same way: said of a wording, never of somebody."""

    SAME = "same", "on lit la même chose"
    CLOSE = "close", "on lit à peu près la même chose"
    DIFFERENT = "different", "on ne lit pas la même chose"
    UNSAYABLE = "unsayable", "on ne peut pas le dire"


@classified(none="calibration dimension criterion place agreement kappa pairs remark")
class CalibrationPart(models.Model):
    """What is read in each story: a dimension, or a criterion with the levels of its dimension. Once counted it keeps
    what the readings say of its words, and the remark that takes them to the debate."""

    calibration = models.ForeignKey(Calibration, on_delete=models.CASCADE, related_name="parts")
    dimension = models.ForeignKey(Dimension, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    place = models.PositiveSmallIntegerField("place")
    agreement = models.CharField("accord", max_length=10, choices=Agreement, blank=True)
    kappa = models.FloatField("kappa pondéré", null=True, blank=True)
    pairs = models.PositiveIntegerField("paires comparées", null=True, blank=True)
    remark = models.OneToOneField(
        FrameworkRemark,
        verbose_name="remarque ouverte",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="calibration_part",
    )

    class Meta:
        verbose_name = "ce que l’on lit dans un accordage"
        ordering = ["place"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dimension__isnull=True) ^ Q(criterion__isnull=True), name="calibration_part_reads_one_thing"
            ),
            models.UniqueConstraint(fields=["calibration", "dimension"], name="calibration_dimension_read_once"),
            models.UniqueConstraint(fields=["calibration", "criterion"], name="calibration_criterion_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"

    @property
    def on(self) -> Criterion | Dimension:
        found = self.criterion or self.dimension
        if found is None:
            raise ValueError("a part reads a dimension or a criterion")
        return found

    @property
    def read_with(self) -> Dimension:
        """The dimension whose five levels are read."""
        on = self.on
        return on.dimension if isinstance(on, Criterion) else on

    @property
    def code(self) -> str:
        return self.on.code

    @property
    def name(self) -> str:
        on = self.on
        return f"critère {on.code}" if isinstance(on, Criterion) else on.name

    @property
    def wording(self) -> str:
        """What it asks."""
        on = self.on
        return on.text if isinstance(on, Criterion) else on.question


class VignetteQuerySet(models.QuerySet["Vignette"]):
    def visible_to(self, user: User) -> "VignetteQuerySet":
        """They are read where their exercise is."""
        return self.filter(calibration__in=Calibration.objects.visible_to(user))


@classified(none="calibration place title text")
@pghistory.track()
class Vignette(models.Model):
    """A short story, invented or put at a distance: nobody in it may be recognised."""

    public_id = fields.public_id()
    calibration = models.ForeignKey(Calibration, on_delete=models.CASCADE, related_name="vignettes")
    place = models.PositiveSmallIntegerField("place")
    title = models.CharField("titre", max_length=160)
    text = models.TextField("récit")
    version = fields.version()

    objects = VignetteQuerySet.as_manager()

    class Meta:
        verbose_name = "récit à lire"
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.title


@classified(
    none="is_finished",
    personal="calibration reader",
    purpose=PURPOSE,
    basis=Basis.INTEREST,
    retention=Retention.ACCOUNT,
)
class CalibrationReading(models.Model):
    """What one person reads in an exercise. That person alone opens it, and nothing tracks it: what has no history
    cannot leak from one. Neither when it began nor when it was finished is written anywhere."""

    calibration = models.ForeignKey(
        Calibration, verbose_name="accordage", on_delete=models.CASCADE, related_name="readings"
    )
    reader = models.ForeignKey(Person, verbose_name="qui lit", on_delete=models.PROTECT, related_name="+")
    is_finished = models.BooleanField("finie", default=False)

    class Meta:
        verbose_name = "lecture à l’aveugle"
        constraints = [models.UniqueConstraint(fields=["calibration", "reader"], name="calibration_read_once")]

    def __str__(self) -> str:
        return f"Lecture · {self.calibration}"


@classified(
    none="",
    personal="reading vignette",
    purpose=PURPOSE,
    basis=Basis.INTEREST,
    retention=Retention.ACCOUNT,
)
class VignetteReading(models.Model):
    """One story of it, saved by itself; `version` tells two devices of the same person apart."""

    reading = models.ForeignKey(
        CalibrationReading, verbose_name="lecture", on_delete=models.CASCADE, related_name="vignettes"
    )
    vignette = models.ForeignKey(Vignette, verbose_name="récit", on_delete=models.CASCADE, related_name="+")
    version = fields.version()

    class Meta:
        verbose_name = "récit lu"
        constraints = [models.UniqueConstraint(fields=["reading", "vignette"], name="vignette_read_once")]

    def __str__(self) -> str:
        return f"Lecture · {self.vignette}"


@classified(
    personal="vignette_reading part choice",
    confidential="words",
    purpose=PURPOSE,
    basis=Basis.INTEREST,
    retention=Retention.ACCOUNT,
)
class VignetteAnswer(models.Model):
    """A level with the words of the story that call for it, or why there is none. No row is what is not read yet."""

    vignette_reading = models.ForeignKey(
        VignetteReading, verbose_name="récit lu", on_delete=models.CASCADE, related_name="answers"
    )
    part = models.ForeignKey(CalibrationPart, verbose_name="ce qui est lu", on_delete=models.CASCADE, related_name="+")
    choice = models.CharField("réponse", max_length=20, choices=[(one.value, one.label) for one in TOLD_CHOICES])
    words = models.CharField("les mots du récit", max_length=300, blank=True)

    class Meta:
        verbose_name = "réponse à un récit"
        constraints = [
            models.UniqueConstraint(fields=["vignette_reading", "part"], name="vignette_part_answered_once"),
            models.CheckConstraint(
                condition=Q(choice__in=["not_applicable", "not_enough_evidence"]) | ~Q(words=""),
                name="vignette_level_rests_on_words",
            ),
        ]

    def __str__(self) -> str:
        return self.get_choice_display()


@classified(none="vignette part tally")
class CalibrationTally(models.Model):
    """How many chose what, of one part in one story, when five or more said something: under that nothing is kept."""

    vignette = models.ForeignKey(Vignette, on_delete=models.CASCADE, related_name="tallies")
    part = models.ForeignKey(CalibrationPart, on_delete=models.CASCADE, related_name="tallies")
    tally = models.JSONField("comptes")

    class Meta:
        verbose_name = "répartition d’un accordage"
        constraints = [models.UniqueConstraint(fields=["vignette", "part"], name="vignette_part_counted_once")]

    def __str__(self) -> str:
        return f"{self.part} · {self.vignette}"

    @property
    def counts(self) -> Mapping[AnswerChoice, int]:
        """By choice, in order."""
        return {one: self.tally.get(one.value, 0) for one in TOLD_CHOICES}

    @property
    def without_level(self) -> int:
        """How many found nothing to read it on: told apart, for it is no level."""
        return self.counts[AnswerChoice.NOT_APPLICABLE] + self.counts[AnswerChoice.NOT_ENOUGH_EVIDENCE]


@classified(
    none="tally",
    confidential="text",
    purpose="garder, sans nom, les mots des récits sur lesquels les lectures s’appuient",
    basis=Basis.INTEREST,
    retention=Retention.AUTHOR,
)
class CalibrationLine(models.Model):
    """The words that somebody gave; its key is drawn at random, and so is its place. Nothing ties it to a choice."""

    id = models.UUIDField(primary_key=True, editable=False)
    tally = models.ForeignKey(CalibrationTally, on_delete=models.CASCADE, related_name="lines")
    text = models.CharField("les mots du récit", max_length=300)

    class Meta:
        verbose_name = "mots donnés dans un accordage"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
