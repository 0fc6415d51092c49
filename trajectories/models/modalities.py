"""What kinds of intervention the network adds to those that everybody shares."""

import pghistory
from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models.functions import Lower

from accounts.models import User
from efc_platform.shared import fields
from efc_platform.shared.classification import classified
from efc_platform.shared.once import once

# Before the key of a modality that the network added, where those of the platform have a name.
OF_NETWORK = "reseau-"


class AddedModalityQuerySet(models.QuerySet["AddedModality"]):
    def visible_to(self, user: User) -> "AddedModalityQuerySet":
        """Everybody's words: whoever has an account reads them."""
        return self


@classified(none="name retired_on")
@pghistory.track()
class AddedModality(models.Model):
    """A kind of intervention that the coordination added. Retired, it is offered no more; what was noted under it
    keeps its name."""

    public_id = fields.public_id()
    name = models.CharField("nom", max_length=80)
    retired_on = models.DateField("retirée le", null=True, blank=True)
    version = fields.version()

    objects = AddedModalityQuerySet.as_manager()

    class Meta:
        verbose_name = "modalité ajoutée"
        ordering = [Lower(Unaccent("name")), "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="modality_has_a_name"),
            models.UniqueConstraint(Lower("name"), name="modality_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


def added_modalities() -> dict[int, AddedModality]:
    """The network's own, by their keys; few, and read once a page."""
    return once("added modalities", lambda: {one.pk: one for one in AddedModality.objects.all()})


class NamesItsModality:
    """For a row with `modality`, one of the platform's, and `added_modality`, the network's own under « autre »."""

    added_modality_id: int | None
    modality: str

    @property
    def code(self) -> str:
        """As forms and addresses name it."""
        return f"{OF_NETWORK}{self.added_modality_id}" if self.added_modality_id else self.modality

    @property
    def kind(self) -> str:
        """In words, those of the network when it has some."""
        added = added_modalities().get(self.added_modality_id) if self.added_modality_id else None
        return added.name if added else self.get_modality_display()  # type: ignore[attr-defined]
