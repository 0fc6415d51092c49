"""Trainings, their sessions by half-day, who is enrolled and who came."""

from datetime import date, datetime, timedelta

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from efc_platform.shared.search import search_column
from structures.models import Cohort, CohortPlace, Structure, ties_of
from trajectories.models import Dimension, Intervention, Modality


class Regime(models.TextChoices):
    """Three kinds of gatherings that the law and the funders keep apart; papers follow the regime."""

    TRAINING = "training", "formation"
    ACCOMPANIMENT = "accompaniment", "accompagnement"
    EXCHANGE = "exchange", "rencontre ou espace d’échange"


class Paper(models.TextChoices):
    SIGNING_SHEET = "signing_sheet", "feuille d’émargement"
    PRESENCE_LIST = "presence_list", "liste de présence"


# Funders take a sheet signed each half-day as the proof of a training; an exchange keeps a list and promises no
# proof; an accompaniment is told in its account, not in a list.
PAPERS: dict[Regime, frozenset[Paper]] = {
    Regime.TRAINING: frozenset({Paper.SIGNING_SHEET}),
    Regime.ACCOMPANIMENT: frozenset(),
    Regime.EXCHANGE: frozenset({Paper.PRESENCE_LIST}),
}
# Formal training is for leaders and teams; spaces where one speaks of one's work certify nobody.
REGIMES_OF_MODALITY: dict[Modality, frozenset[Regime]] = {
    Modality.LEADER_TRAINING: frozenset({Regime.TRAINING, Regime.ACCOMPANIMENT, Regime.EXCHANGE}),
    Modality.WORK_ORGANISATION: frozenset({Regime.TRAINING, Regime.ACCOMPANIMENT, Regime.EXCHANGE}),
    Modality.PEER_SPACE: frozenset({Regime.ACCOMPANIMENT, Regime.EXCHANGE}),
    Modality.PARTNER_MEETING: frozenset({Regime.EXCHANGE}),
    Modality.OTHER: frozenset(Regime),
}


def regime_refused(modality: str, regime: str) -> str:
    """Why this modality is not held under this regime; nothing when it may be."""
    if Regime(regime) in REGIMES_OF_MODALITY[Modality(modality)]:
        return ""
    return (
        f"«\u00a0{Modality(modality).label}\u00a0» ne se tient pas sous ce régime\u00a0: "
        "ses papiers prouveraient autre chose que ce qui s’y passe."
    )


class TrainingQuerySet(models.QuerySet["Training"]):
    def visible_to(self, user: User) -> "TrainingQuerySet":
        """The catalogue is for everybody here."""
        return self


@classified(
    none="title modality regime summary objectives audience prerequisites content dimensions",
    personal="created_by",
    purpose="savoir qui tient la fiche d’une formation",
    retention=Retention.ACCOUNT,
)
@pghistory.track(exclude=["search"])
class Training(models.Model):
    """What is proposed: aims, for whom, what one works on; it takes place in sessions."""

    public_id = fields.public_id()
    title = models.CharField("titre", max_length=160)
    modality = models.CharField("modalité", max_length=20, choices=Modality)
    regime = models.CharField("régime", max_length=15, choices=Regime)
    summary = models.CharField("en une phrase", max_length=300)
    objectives = models.TextField("ce que l’on vise")
    audience = models.CharField("pour qui", max_length=300)
    prerequisites = models.CharField("avant de venir", max_length=300, blank=True)
    content = models.TextField("ce que l’on y fait")
    dimensions = models.ManyToManyField(Dimension, blank=True, related_name="+")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    version = fields.version()
    search = search_column(title=["title"], text=["summary", "objectives", "audience", "content"])

    objects = TrainingQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        indexes = [GinIndex(fields=["search"], name="training_search")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(modality="partner_meeting") | Q(regime="exchange"), name="partners_meet_without_papers"
            ),
            models.CheckConstraint(
                condition=~Q(modality="peer_space", regime="training"), name="speaking_of_work_certifies_nobody"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training", args=[self.public_id])

    @property
    def papers(self) -> frozenset[Paper]:
        return PAPERS[Regime(self.regime)]


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> "SessionQuerySet":
        """Open sessions are for everybody here; a cohort's for its structures' people, those who accompany
        them, its trainers and coordination. Whoever was enrolled keeps sight of it."""
        if is_permitted(user, "see_every_session"):
            return self
        mine = CohortPlace.objects.current().filter(structure__in=ties_of(user).involving)
        own = Q(pk__in=Session.objects.led_by(user).values("pk")) | Q(
            pk__in=Enrolment.objects.filter(person=user.person_id).values("session")
        )
        return self.filter(Q(cohort__isnull=True) | Q(cohort__in=mine.values("cohort")) | own)

    def led_by(self, user: User) -> "SessionQuerySet":
        """Those one trains or hosts in, for as long as one holds a role that may."""
        return self.filter(pk__in=_led(user))

    def public(self) -> "SessionQuerySet":
        """Those that the public page announces."""
        return self.filter(is_public=True, cancelled_at__isnull=True)

    def standing(self) -> "SessionQuerySet":
        return self.filter(cancelled_at__isnull=True)

    def with_places(self) -> "SessionQuerySet":
        """Places left and people waiting: counts, never names."""
        taken = Enrolment.objects.confirmed().filter(session=OuterRef("pk"))
        waiting = Enrolment.objects.waiting().filter(session=OuterRef("pk"))
        return self.annotate(
            places_left=Greatest(F("capacity") - _number_of(taken), 0), people_waiting=_number_of(waiting)
        )

    def upcoming(self) -> "SessionQuerySet":
        """Not over yet, the soonest first."""
        return self.filter(ends_at__gte=timezone.now()).order_by("begins_at", "pk")

    def past(self) -> "SessionQuerySet":
        return self.filter(ends_at__lt=timezone.now()).order_by("-begins_at", "-pk")


def _led(user: User) -> QuerySet:
    """Without a role that leads sessions, having led some opens nothing."""
    led = Session.trainers.through.objects.filter(person=user.person_id)
    return (led if is_permitted(user, "lead_session") else led.none()).values("session")


def _number_of(enrolments: QuerySet) -> models.expressions.Combinable:
    counted = enrolments.order_by().values("session").annotate(number=Count("pk")).values("number")
    return models.functions.Coalesce(models.Subquery(counted), 0)


@classified(
    none="training cohort is_public place address information capacity begins_at ends_at cancelled_at "
    "cancelled_because",
    personal="trainers",
    purpose="savoir qui mène une session",
    retention=Retention.PROOF,
)
@pghistory.track()
class Session(models.Model):
    """A training as it takes place once: where, with whom, for how many.

    `begins_at` and `ends_at` are those of its half-days, kept with them so that calendars are read in order.
    """

    public_id = fields.public_id()
    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="sessions")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    is_public = models.BooleanField("annoncée sur la page publique", default=False)
    place = models.CharField("lieu", max_length=160)
    address = models.CharField("adresse", max_length=200, blank=True)
    information = models.TextField("à savoir avant de venir", blank=True)
    capacity = models.PositiveSmallIntegerField("places")
    begins_at = models.DateTimeField("début", db_index=True)
    ends_at = models.DateTimeField("fin", db_index=True)
    trainers = models.ManyToManyField(Person, related_name="sessions_led")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = models.CharField("raison", max_length=300, blank=True)
    version = fields.version()

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(capacity__range=(1, 200)), name="session_has_places"),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(cohort__isnull=True), name="cohort_session_is_not_announced"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="session_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return str(self.training)

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.public_id])

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def has_begun(self) -> bool:
        return self.begins_at <= timezone.now()

    @property
    def days(self) -> list[date]:
        """The day of each half-day, in order."""
        return [one.on for one in self.half_days.all()]

    @property
    def begins_on(self) -> date:
        return timezone.localtime(self.begins_at).date()


class Part(models.TextChoices):
    MORNING = "morning", "matin"
    AFTERNOON = "afternoon", "après-midi"
    EVENING = "evening", "soirée"


@classified(
    none="session starts_at minutes taken_at",
    personal="taken_by",
    purpose="savoir qui a noté les présences",
    retention=Retention.PROOF,
)
@pghistory.track()
class HalfDay(models.Model):
    """The unit of a session: attendance is taken for each, from the day it takes place."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="half_days")
    starts_at = models.DateTimeField("début")
    minutes = models.PositiveSmallIntegerField("durée")
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = fields.version()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "starts_at"], name="half_day_begins_once"),
            models.CheckConstraint(condition=Q(minutes__range=(30, 300)), name="half_day_is_half_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.on}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def on(self) -> date:
        return timezone.localtime(self.starts_at).date()

    @property
    def part(self) -> Part:
        hour = timezone.localtime(self.starts_at).hour
        return Part.MORNING if hour < 12 else Part.AFTERNOON if hour < 18 else Part.EVENING

    @property
    def is_open(self) -> bool:
        """Attendance may be taken: the day has come."""
        return self.on <= timezone.localdate()


class EnrolmentState(models.TextChoices):
    CONFIRMED = "confirmed", "place confirmée"
    WAITING = "waiting", "liste d’attente"
    CANCELLED = "cancelled", "annulée"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, user: User) -> "EnrolmentQuerySet":
        """Who comes is known to coordination and the session's trainers; each of the others sees themselves
        and, of the structures they lead or accompany, the people."""
        if is_permitted(user, "see_enrolment"):
            return self
        return self.filter(
            Q(person=user.person_id)
            | Q(session__in=Session.objects.led_by(user))
            | Q(structure__in=ties_of(user).where("see_enrolment"))
        )

    def confirmed(self) -> "EnrolmentQuerySet":
        return self.filter(state=EnrolmentState.CONFIRMED)

    def waiting(self) -> "EnrolmentQuerySet":
        """First come, first served."""
        return self.filter(state=EnrolmentState.WAITING).order_by("asked_at", "pk")

    def standing(self) -> "EnrolmentQuerySet":
        return self.exclude(state=EnrolmentState.CANCELLED)


@classified(
    none="session structure",
    personal="person state asked_at enrolled_by cancelled_at",
    purpose="tenir les places d’une session",
    retention=Retention.PROOF,
)
@pghistory.track()
class Enrolment(models.Model):
    """Somebody's place in a session, or their turn on its waiting list; for a structure, or on one's own."""

    public_id = fields.public_id()
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments")
    state = models.CharField(max_length=10, choices=EnrolmentState)
    asked_at = models.DateTimeField(default=timezone.now)
    enrolled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], condition=~Q(state="cancelled"), name="person_enrolled_once"
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="cancelled_enrolment_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.session}"


@classified(
    none="half_day",
    personal="enrolment is_present",
    purpose="attester qui était là, chaque demi-journée",
    retention=Retention.PROOF,
)
@pghistory.track()
class Attendance(models.Model):
    """Whether somebody enrolled was there, one half-day; no row: nobody took the attendance."""

    half_day = models.ForeignKey(HalfDay, on_delete=models.CASCADE, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    is_present = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["half_day", "enrolment"], name="attendance_taken_once")]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.half_day}"


@classified(none="session intervention")
@pghistory.track()
class SessionIntervention(models.Model):
    """An intervention that is part of a session, or that its session called for."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="tied", verbose_name="session")
    intervention = models.ForeignKey(
        Intervention, on_delete=models.CASCADE, related_name="+", verbose_name="intervention"
    )

    class Meta:
        verbose_name = "intervention d’une session"
        constraints = [models.UniqueConstraint(fields=["session", "intervention"], name="intervention_tied_once")]

    def __str__(self) -> str:
        return f"{self.session} · {self.intervention}"
