"""What a person asks about their own data, what they agreed to, and what the clock forgot."""

from datetime import datetime, timedelta
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.people import Person, User
from efc_platform.backstage.models import Job, JobState, StoredFile
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified, length_in_words


@classified(
    none="job",
    personal="user requested_at file",
    purpose="remettre à une personne tout ce qui la concerne (RGPD, articles 15 et 20)",
    basis=Basis.LAW,
    retention=Retention.SHORT,
    kept="archives",
)
class DataArchive(models.Model):
    """The archive of all that is kept of a person, as they last asked for it: one at a time."""

    public_id = fields.public_id()
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="data_archive")
    requested_at = models.DateTimeField("demandée le", auto_now_add=True)
    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "archive personnelle"

    def __str__(self) -> str:
        return f"Archive de {self.user}"

    @property
    def is_ready(self) -> bool:
        return self.job.state == JobState.READY and self.file is not None

    @property
    def gone_at(self) -> datetime:
        """The day from which it is there no more."""
        return self.requested_at + timedelta(days=settings.RETENTION["archives"])


class DepartureReason(models.TextChoices):
    ASKED = "asked", "à sa demande"
    INACTIVE = "inactive", "sans visite depuis longtemps"


class DepartureQuerySet(models.QuerySet["Departure"]):
    def pending(self) -> "DepartureQuerySet":
        return self.filter(called_off_at__isnull=True, done_at__isnull=True)


@classified(
    personal="person reason withdraws_texts requested_at due_at called_off_at done_at",
    purpose="faire partir une personne qui le demande (RGPD, article 17), et pouvoir le prouver",
    basis=Basis.LAW,
    retention=Retention.PROOF,
)
@pghistory.track()
class Departure(models.Model):
    """A person is to be forgotten: asked for, waited for, called off or done. Then this row names nobody."""

    public_id = fields.public_id()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="departures")
    reason = models.CharField("raison", max_length=10, choices=DepartureReason, default=DepartureReason.ASKED)
    withdraws_texts = models.BooleanField("retire aussi ce qui est partagé avec la communauté", default=False)
    requested_at = models.DateTimeField("demandé le")
    due_at = models.DateTimeField("prévu le")
    called_off_at = models.DateTimeField("annulé le", null=True, blank=True)
    done_at = models.DateTimeField("fait le", null=True, blank=True)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        verbose_name = "départ"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(called_off_at__isnull=True, done_at__isnull=True),
                name="one_departure_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(called_off_at__isnull=True) | Q(done_at__isnull=True),
                name="departure_is_called_off_or_done",
            ),
        ]

    def __str__(self) -> str:
        return f"Départ · {self.person}"


class ConsentSubject(models.TextChoices):
    """What one may say yes to; nothing here is needed to use the platform."""

    PHOTO = "photo", "Photos"
    QUOTED = "quoted", "Nom cité"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def of(self, user: User) -> "ConsentQuerySet":
        return self.filter(person=user.person_id)


@classified(
    personal="person subject number words given_at withdrawn_at",
    purpose="savoir à quoi une personne a dit oui, dans quels termes et depuis quand (RGPD, article 7)",
    basis=Basis.CONSENT,
    retention=Retention.PROOF,
)
@pghistory.track()
class Consent(models.Model):
    """A yes, in the words that were shown; taken back when one wants, and the row stays as its proof."""

    public_id = fields.public_id()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    subject = models.CharField("objet", max_length=10, choices=ConsentSubject)
    number = models.PositiveSmallIntegerField("version du texte")
    words = models.TextField("texte accepté")
    given_at = models.DateTimeField("donné le")
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "accord"
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "subject"], condition=Q(withdrawn_at__isnull=True), name="consent_given_once"
            )
        ]

    def __str__(self) -> str:
        return self.get_subject_display()


@classified(
    personal="user number digest accepted_at",
    purpose="savoir quelles conditions d’utilisation une personne a acceptées",
    retention=Retention.PROOF,
)
@pghistory.track()
class TermsAcceptance(models.Model):
    """A person accepted one version of the terms, whose text the digest tells from any other."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="terms_accepted")
    number = models.PositiveSmallIntegerField("version")
    digest = models.CharField("SHA-256 du texte", max_length=64)
    accepted_at = models.DateTimeField("acceptée le")

    class Meta:
        verbose_name = "conditions acceptées"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["user", "number"], name="terms_accepted_once")]

    def __str__(self) -> str:
        return f"{self.user} · version {self.number}"


@classified(
    personal="user told_at",
    purpose="prévenir avant d’oublier un compte que personne n’ouvre plus",
    basis=Basis.INTEREST,
    retention=Retention.ACCOUNT,
)
class InactivityNotice(models.Model):
    """Somebody who has not come for long was told that they would be forgotten; a later visit undoes it."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="inactivity_notice")
    told_at = models.DateTimeField("prévenu·e le")

    class Meta:
        verbose_name = "avertissement avant oubli"

    def __str__(self) -> str:
        return f"{self.user} · {self.told_at}"


@classified(none="ran_at lines")
class RetentionReport(models.Model):
    """What one night's forgetting took away: numbers, never names."""

    ran_at = models.DateTimeField("passé le")
    lines = models.JSONField("ce qui a été effacé", default=list)

    class Meta:
        verbose_name = "passage du ménage"
        ordering = ["-ran_at", "-pk"]

    def __str__(self) -> str:
        return f"Ménage · {self.ran_at}"

    @property
    def told(self) -> list[dict[str, Any]]:
        """What was taken away or could not be, with how long it had been kept."""
        lines = [line for line in self.lines if line["number"] != 0]
        return [line | {"length": length_in_words(line["days"]) if line["days"] else ""} for line in lines]
