"""The private journal: encrypted, read by its author alone, without history or search column."""

from django.db import models

from accounts.models import Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from trajectories.models.interventions import Intervention


class JournalEntryQuerySet(models.QuerySet["JournalEntry"]):
    def of(self, user: User) -> "JournalEntryQuerySet":
        """The author's own entries: no role, not even coordination, widens this; nor does holding their place."""
        return self.none() if user.lent_to else self.filter(author=user.person_id)

    visible_to = of


@classified(
    none="key_id created_at updated_at",
    personal="author intervention written_on",
    confidential="sealed_text",
    purpose="donner à qui accompagne un lieu pour penser son travail, chiffré",
    retention=Retention.AUTHOR,
)
class JournalEntry(models.Model):
    """Facts, feelings and interpretations of one day, for their author alone."""

    public_id = fields.public_id()
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="journal_entries")
    intervention = models.ForeignKey(
        Intervention, on_delete=models.SET_NULL, null=True, blank=True, related_name="journal_entries"
    )
    written_on = models.DateField("date")
    key_id = models.CharField(max_length=30)
    sealed_text = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = fields.version()

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-written_on", "-pk"]
        indexes = [models.Index(fields=["author", "-written_on", "-id"], name="journal_by_day")]
        constraints = [models.UniqueConstraint(fields=["author", "intervention"], name="one_entry_an_intervention")]

    def __str__(self) -> str:
        return f"Journal · {self.written_on}"

    @property
    def bound_to(self) -> str:
        """Ties the text to its row and its author: copied to another row, it does not open."""
        return f"journal:{self.public_id}:{self.author_id}"
