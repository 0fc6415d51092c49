"""Appointments: when practitioners and a structure meet, who is invited, and the private feed of one's agenda."""

from datetime import datetime, timedelta

import pghistory
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified
from trajectories.models.interventions import Intervention, Modality
from trajectories.models.modalities import AddedModality, NamesItsModality
from trajectories.models.trajectory import Trajectory


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: User) -> "AppointmentQuerySet":
        """That people meet is seen with the trajectory; what about, by those who read its texts."""
        return self.filter(trajectory__in=Trajectory.objects.visible_to(user))

    def standing(self) -> "AppointmentQuerySet":
        return self.filter(cancelled_at__isnull=True)

    def upcoming(self) -> "AppointmentQuerySet":
        return self.standing().filter(starts_at__gte=timezone.now()).order_by("starts_at")

    def concerning(self, person: int) -> "AppointmentQuerySet":
        """Those to which somebody is invited, and did not say no."""
        guests = AppointmentGuest.objects.filter(appointment=OuterRef("pk"), person=person)
        return self.filter(Exists(guests.exclude(answer=Answer.NO)))

    def to_note(self, user: User) -> "AppointmentQuerySet":
        """Past ones that this person went to and of which no intervention was noted yet; the oldest first."""
        past = self.standing().filter(starts_at__lt=timezone.now(), intervention__isnull=True)
        return (
            past.filter(starts_at__gte=timezone.now() - NOTED_WITHIN).concerning(user.person_id).order_by("starts_at")
        )


# Later nobody remembers well enough to write it down: it leaves the list of what is to be noted.
NOTED_WITHIN = timedelta(days=60)


@classified(
    none="trajectory starts_at minutes modality added_modality intervention sequence changed_at cancelled_at "
    "reminders_paused",
    personal="created_by cancelled_by",
    confidential="subject place link cancelled_because",
    purpose="savoir quand on se revoit",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Appointment(NamesItsModality, models.Model):
    """A time when practitioners and a structure meet; cancelled, it stays with its reason, never deleted.

    `sequence` and `changed_at` are what its invitations say of its revisions (RFC 5545, SEQUENCE and DTSTAMP).
    """

    public_id = fields.public_id()
    trajectory = models.ForeignKey(Trajectory, on_delete=models.CASCADE, related_name="appointments")
    starts_at = models.DateTimeField("date et heure")
    minutes = models.PositiveIntegerField("durée", default=120)
    subject = models.CharField("sujet", max_length=200)
    place = models.CharField("lieu", max_length=200, blank=True)
    link = models.URLField("lien pour se rejoindre à distance", max_length=300, blank=True)
    modality = models.CharField("modalité", max_length=20, choices=Modality, blank=True)
    added_modality = models.ForeignKey(
        AddedModality,
        verbose_name="modalité du réseau",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    intervention = models.ForeignKey(
        Intervention, on_delete=models.SET_NULL, null=True, blank=True, related_name="appointments"
    )
    sequence = models.PositiveIntegerField("révision de l’invitation", default=0, editable=False)
    changed_at = models.DateTimeField("modifié le", default=timezone.now, editable=False)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="qui l’a annulé"
    )
    cancelled_because = models.CharField("pourquoi il est annulé", max_length=300, blank=True)
    reminders_paused = models.BooleanField("rappels suspendus", default=False)
    version = fields.version()

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "rendez-vous"
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["starts_at"], name="appointment_by_time"),
            models.Index(fields=["trajectory", "starts_at"], name="appointment_of_trajectory"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_because="")
                | Q(cancelled_at__isnull=False) & ~Q(cancelled_because=""),
                name="cancelled_appointment_says_why",
            ),
            models.CheckConstraint(
                condition=Q(added_modality__isnull=True) | Q(modality="other"),
                name="added_modality_of_appointment_is_another",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("appointment", args=[self.public_id])

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_past(self) -> bool:
        return self.starts_at < timezone.now()


class Answer(models.TextChoices):
    WAITING = "waiting", "n’a pas encore répondu"
    YES = "yes", "vient"
    NO = "no", "ne vient pas"
    PERHAPS = "perhaps", "viendra peut-être"


@classified(
    none="appointment",
    personal="person answer answered_at",
    purpose="inviter à un rendez-vous, et savoir qui vient",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class AppointmentGuest(models.Model):
    """Somebody invited to an appointment, and what they answered. Who is no longer invited has no row."""

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="guests", verbose_name="rendez-vous"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="personne")
    answer = models.CharField("réponse", max_length=10, choices=Answer, default=Answer.WAITING)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)

    class Meta:
        verbose_name = "personne invitée à un rendez-vous"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["appointment", "person"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.appointment}"


@classified(
    none="opened_at",
    personal="user names_structures",
    confidential="digest",
    purpose="suivre son agenda depuis son propre calendrier",
    basis=Basis.CONSENT,
    retention=Retention.AUTHOR,
)
@pghistory.track(exclude=["digest"])
class AgendaFeed(models.Model):
    """The private address from which a calendar reads one person's agenda. Only its digest is kept: whoever reads
    this table cannot open it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="agenda_feed", verbose_name="compte")
    digest = models.CharField("empreinte de l’adresse", max_length=64, unique=True)
    names_structures = models.BooleanField("nomme les structures", default=False)
    opened_at = models.DateTimeField("ouverte le", default=timezone.now)

    class Meta:
        verbose_name = "adresse privée d’un agenda"

    def __str__(self) -> str:
        return f"Agenda de {self.user}"
