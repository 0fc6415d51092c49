"""What somebody of a structure and whoever accompanies it write to each other."""

import pghistory
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models.structures import Structure, practising, ties_of


def answering_for(structure: Structure) -> list[Person]:
    """Whom its people write to: those in charge of the accompaniment or, while nobody is, those who accompany."""
    found = list(practising().filter(structure=structure).select_related("practitioner"))
    leads = [one.practitioner for one in found if one.is_lead]
    return leads or [one.practitioner for one in found]


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def visible_to(self, user: User) -> "ConversationQuerySet":
        """Whoever opened it, while they are of the structure, and those whom it was addressed to, while they
        accompany it. No role widens this: neither coordination nor the direction reads what was not written to it."""
        ties = ties_of(user)
        opened = Q(opened_by=user.person_id, structure__in=ties.where("write_to_practitioner"))
        addressed = Conversation.practitioners.through.objects.filter(person=user.person_id).values("conversation")
        return self.filter(opened | Q(pk__in=addressed, structure__in=ties.accompanied))

    def latest_first(self) -> "ConversationQuerySet":
        """With the moment of the last message and who wrote it."""
        last = Message.objects.filter(conversation=OuterRef("pk")).order_by("-written_at", "-pk")
        return self.annotate(
            last_at=Subquery(last.values("written_at")[:1]), last_by=Subquery(last.values("author")[:1])
        ).order_by("-last_at", "-pk")

    def waiting_for(self, user: User) -> "ConversationQuerySet":
        """Of those that others opened, the ones whose last word is theirs."""
        others = self.visible_to(user).exclude(opened_by=user.person_id).latest_first()
        return others.filter(opened_by=models.F("last_by"))


@classified(
    none="structure opened_at",
    personal="opened_by practitioners",
    purpose="savoir entre qui s’écrivent les messages d’une structure et de qui l’accompagne",
    retention=Retention.SHORT,
    kept="messages",
)
@pghistory.track()
class Conversation(models.Model):
    """What one person of a structure and those in charge of its accompaniment write to each other.

    It is between these people for good: when somebody else comes to answer for the structure, it goes on no
    longer and the next message opens another one, so that nothing is read by somebody it was not written to.
    """

    public_id = fields.public_id()
    structure = models.ForeignKey(
        Structure, on_delete=models.CASCADE, related_name="conversations", verbose_name="structure"
    )
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="ouverte par")
    practitioners = models.ManyToManyField(Person, related_name="conversations", verbose_name="adressée à")
    opened_at = models.DateTimeField("ouverte le", default=timezone.now)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = "conversation"

    def __str__(self) -> str:
        return f"Conversation · {self.structure}"

    def get_absolute_url(self) -> str:
        return reverse("conversation", args=[self.public_id])

    def is_between(self, answering: list[Person]) -> bool:
        """Whether those who answer for the structure today are all among those it was addressed to."""
        return bool(answering) and set(answering) <= set(self.practitioners.all())


@classified(
    none="conversation written_at",
    personal="author",
    confidential="subject text",
    purpose="permettre aux personnes d’une structure et à qui l’accompagne de s’écrire",
    retention=Retention.SHORT,
    kept="messages",
)
# What is said there must be erasable: the history keeps that it was, never the words.
@pghistory.track(exclude=["subject", "text"])
class Message(models.Model):
    """What one of them wrote, once and for all: a message that was read is not rewritten."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", verbose_name="conversation"
    )
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="écrit par")
    subject = models.CharField("objet", max_length=160, blank=True)
    text = models.TextField("message")
    written_at = models.DateTimeField("écrit le", default=timezone.now)

    class Meta:
        verbose_name = "message"
        ordering = ["-written_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="message_has_words")]

    def __str__(self) -> str:
        return f"{self.author} · {self.written_at}"


def own_conversation(structure: Structure, person: Person) -> QuerySet[Conversation]:
    """Those that this person opened there, the latest first."""
    return Conversation.objects.filter(structure=structure, opened_by=person).order_by("-opened_at", "-pk")
