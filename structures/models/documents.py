"""Documents of a structure: files that its people and those who accompany it read."""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from efc_platform.backstage.models import StoredFile
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from efc_platform.shared.uploads import FileKind
from structures.models.structures import Structure, ties_of


class StructureDocumentQuerySet(models.QuerySet["StructureDocument"]):
    def visible_to(self, user: User) -> "StructureDocumentQuerySet":
        """Those who read the shared texts of the structure: its people, and who accompanies it."""
        return self.filter(structure__in=ties_of(user).where("read_documents"))


@classified(
    none="structure kind",
    personal="added_by added_at",
    confidential="title about file",
    purpose="garder au même endroit les documents de la structure",
    retention=Retention.TRAJECTORY,
)
@pghistory.track(exclude=["file"])
class StructureDocument(models.Model):
    """A file of a structure: its statutes, an annual report, a photograph. What it weighs and its digest stand with
    the file; a document that is removed takes its file with it."""

    public_id = fields.public_id()
    structure = models.ForeignKey(
        Structure, on_delete=models.CASCADE, related_name="documents", verbose_name="structure"
    )
    title = models.CharField("titre", max_length=160)
    about = models.CharField("à propos", max_length=300, blank=True)
    kind = models.CharField("genre de fichier", max_length=4, choices=FileKind)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="fichier")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="ajouté par")
    added_at = models.DateTimeField("ajouté le", default=timezone.now)

    objects = StructureDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "document"
        ordering = ["-added_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="document_has_a_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.public_id])
