"""Words by which interventions are found again: one's own, the team's, the network's."""

import pghistory
from django.contrib.postgres.lookups import Unaccent
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.models import Person, User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models import Structure, ties_of
from trajectories.models.interventions import InterventionShare


class TagScope(models.TextChoices):
    MINE = "mine", "pour moi"
    TEAM = "team", "pour l’équipe de cette structure"
    NETWORK = "network", "pour tout le réseau"


class TagQuerySet(models.QuerySet["Tag"]):
    def visible_to(self, user: User) -> "TagQuerySet":
        """One's own; those of the teams one is of today; those of the network, for whoever accompanies or coordinates.
        The people of a structure see none: tags are how practitioners find their way."""
        own = Q(owner=user.person_id) if user.lent_to is None else Q(pk__in=[])
        team = Q(structure__in=ties_of(user).where("read_team_note"))
        keeps = is_permitted(user, "place_tag") or is_permitted(user, "keep_network_tags")
        network = Q(scope=TagScope.NETWORK) if keeps else Q(pk__in=[])
        return self.filter(own | team | network)


@classified(
    none="scope structure shares",
    personal="owner",
    confidential="name",
    purpose="retrouver des interventions par les mots de qui accompagne",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Tag(models.Model):
    """A word put on what structures keep of interventions; its scope says whose word it is."""

    public_id = fields.public_id()
    scope = models.CharField("à qui est ce mot", max_length=10, choices=TagScope)
    name = models.CharField("étiquette", max_length=60)
    owner = models.ForeignKey(
        Person, verbose_name="personne", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, null=True, blank=True, related_name="tags"
    )
    shares = models.ManyToManyField(InterventionShare, verbose_name="comptes rendus", related_name="tags")
    version = fields.version()

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = "étiquette"
        ordering = [Lower(Unaccent("name")), "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_a_name"),
            models.CheckConstraint(
                condition=Q(scope="mine", owner__isnull=False, structure__isnull=True)
                | Q(scope="team", owner__isnull=True, structure__isnull=False)
                | Q(scope="network", owner__isnull=True, structure__isnull=True),
                name="tag_is_somebodys",
            ),
            models.UniqueConstraint(
                Lower("name"), "scope", "owner", "structure", nulls_distinct=False, name="tag_named_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("tag", args=[self.public_id])


def tell_tags_apart(kept: Structure, merged: Structure) -> None:
    """Before two sheets are one: of two teams' tags of one name, that of the sheet that goes says so."""
    names = {name.casefold() for name in kept.tags.values_list("name", flat=True)}
    for tag in merged.tags.all():
        if tag.name.casefold() in names:
            tag.name = f"{tag.name[:50]} (bis)"
            tag.save(update_fields=["name"])
