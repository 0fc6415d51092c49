"""What is told to a person, and how they want to hear of it by mail."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import User
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified


class Category(models.TextChoices):
    """What one may hear of by mail at once, once a day or never, in the words of those who receive it."""

    STRUCTURES = "structures", "Ce qui est partagé dans mes structures"
    EXCHANGES = "exchanges", "Mes échanges"
    REQUESTS = "requests", "Les demandes"
    TRAININGS = "trainings", "Mes formations"
    STEPS = "steps", "Mes accompagnements et mes pas"

    @property
    def sentence(self) -> str:
        """What falls into it."""
        return _SENTENCES[self]


_SENTENCES = {
    Category.STRUCTURES: "Une intervention, une lecture, un essai, un prochain pas ou un bilan que quelqu’un d’autre y "
    "partage.",
    Category.EXCHANGES: "Une contribution à un retour d’expérience que vous signez, une réponse à la vôtre, ou à votre "
    "remarque sur le référentiel.",
    Category.REQUESTS: "Quelqu’un demande à être accompagné·e, ou à rejoindre une structure.",
    Category.TRAININGS: "Une session s’ouvre pour votre promotion, ou change de dates ou de lieu.",
    Category.STEPS: "Une structure vous est confiée, un prochain pas vous est donné, un message vous attend.",
}


class Rhythm(models.TextChoices):
    AT_ONCE = "at_once", "tout de suite"
    DAILY = "daily", "un récapitulatif par jour"
    NEVER = "never", "jamais"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        """One's own, and nobody else's."""
        return self.filter(recipient=user)

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)

    def for_the_digest(self) -> "NoticeQuerySet":
        """Waiting for the next one; what was read here meanwhile is no news any more."""
        return self.unread().filter(rhythm=Rhythm.DAILY, mailed_at__isnull=True)


@classified(
    none="subject subject_id",
    personal="recipient category key title url rhythm created_at mailed_at read_at",
    purpose="dire à une personne ce qui l’attend, sans rien en reprendre",
    basis=Basis.INTEREST,
    retention=Retention.SHORT,
    kept="notifications",
)
class Notice(models.Model):
    """One thing told to one person: of which kind, where, never its words. `subject` is the row it is about, whose
    own rule is asked again each time the notice is shown or mailed. Without a category it stands apart."""

    public_id = fields.public_id()
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices", verbose_name="compte")
    category = models.CharField("sujet", max_length=10, choices=Category, blank=True)
    key = models.CharField("ce qui est annoncé", max_length=100)
    title = models.CharField("annonce", max_length=260)
    url = models.CharField("page annoncée", max_length=200)
    subject = models.CharField("genre d’objet", max_length=60)
    subject_id = models.BigIntegerField("objet")
    rhythm = models.CharField("courriel", max_length=10, choices=Rhythm)
    created_at = models.DateTimeField("annoncé le", default=timezone.now)
    mailed_at = models.DateTimeField("passé par courriel le", null=True, blank=True)
    read_at = models.DateTimeField("lu le", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "notification"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="told_once"),
            # Opening a notice leads there: never out of the platform.
            models.CheckConstraint(condition=Q(url__regex=r"^/([^/\\]|$)"), name="notice_leads_to_a_page_of_ours"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notice_listed"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["created_at"], name="notice_by_age"),
        ]

    def __str__(self) -> str:
        return self.title


@classified(
    personal="user category rhythm chosen_at",
    purpose="écrire à une personne aussi souvent qu’elle le veut, et pas davantage",
    basis=Basis.INTEREST,
    retention=Retention.ACCOUNT,
)
class NoticeRhythm(models.Model):
    """How often somebody wants mails about one category; without a row, once a day."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notice_rhythms", verbose_name="compte")
    category = models.CharField("sujet", max_length=10, choices=Category)
    rhythm = models.CharField("rythme", max_length=10, choices=Rhythm)
    chosen_at = models.DateTimeField("choisi le", auto_now=True)

    class Meta:
        verbose_name = "rythme des courriels"
        constraints = [models.UniqueConstraint(fields=["user", "category"], name="one_rhythm_a_category")]

    def __str__(self) -> str:
        return f"{self.get_category_display()} · {self.get_rhythm_display()}"


def rhythms_of(user: User) -> dict[Category, Rhythm]:
    """One for each category, chosen or not."""
    chosen = dict(NoticeRhythm.objects.filter(user=user).values_list("category", "rhythm"))
    return {one: Rhythm(chosen.get(one, Rhythm.DAILY)) for one in Category}


def start_of_today() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
