"""With whom a structure lives: its actors, and how each relation was, from a day to another."""

from datetime import date

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models.structures import PeriodQuerySet, Structure, ties_of


class ActorCategory(models.TextChoices):
    """In what capacity an actor stands beside the structure; the order is that of the sectors of the map."""

    BENEFICIARIES = "beneficiaries", "Bénéficiaires"
    CLIENTS = "clients", "Clientèle"
    PARTNERS = "partners", "Partenaires"
    SUPPLIERS = "suppliers", "Fournisseurs"
    FUNDERS = "funders", "Financeurs"
    AUTHORITIES = "authorities", "Collectivités"
    PEERS = "peers", "Structures du réseau"


class RelationKind(models.TextChoices):
    """From the closest to the farthest: what is done together, what is bought, what is passed on."""

    COOPERATION = "cooperation", "coopération"
    ORDER = "order", "commande"
    EXCHANGE = "exchange", "échange"


class Tendency(models.TextChoices):
    TOWARDS = "towards", "vers plus de coopération"
    STABLE = "stable", "stable"
    AWAY = "away", "s’éloigne"


class EcosystemActorQuerySet(models.QuerySet["EcosystemActor"]):
    def visible_to(self, user: User) -> "EcosystemActorQuerySet":
        """The map is part of the sheet."""
        return self.filter(structure__in=Structure.objects.visible_to(user))

    def telling(self, user: User) -> "EcosystemActorQuerySet":
        """Those of which the person reads what each brings and receives."""
        if is_permitted(user, "read_relations"):
            return self
        return self.filter(structure__in=ties_of(user).where("read_relations"))


@classified(none="structure name category number rank linked created_at")
@pghistory.track()
class EcosystemActor(models.Model):
    """Somebody a structure lives with, as it names them: a group, an organisation, another structure.

    `number` and `rank` (within its category) are given once, so that its place on the map is found again.
    """

    public_id = fields.public_id()
    structure = models.ForeignKey(
        Structure, verbose_name="structure", on_delete=models.CASCADE, related_name="ecosystem_actors"
    )
    name = models.CharField("nom", max_length=80)
    category = models.CharField("qui est-ce", max_length=15, choices=ActorCategory)
    number = models.PositiveSmallIntegerField("numéro sur la carte")
    rank = models.PositiveSmallIntegerField("rang dans sa catégorie")
    linked = models.ForeignKey(
        Structure,
        verbose_name="sa fiche sur la plateforme",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="named_as_actor",
    )
    created_at = models.DateTimeField("inscrit le", auto_now_add=True)
    version = fields.version()

    objects = EcosystemActorQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="actor_has_a_name"),
            models.UniqueConstraint(fields=["structure", "number"], name="actor_has_a_number_of_its_own"),
            models.UniqueConstraint(fields=["structure", "category", "rank"], name="actor_has_a_place_of_its_own"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.structure}"

    def get_absolute_url(self) -> str:
        return reverse("relation", args=[self.public_id])


@classified(
    none="actor kind since until tendency recorded_on",
    confidential="contributes receives",
    purpose="dire avec qui la structure coopère, et ce que chacun apporte",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class EcosystemRelation(models.Model):
    """How the relation with an actor was, from a day to another; of another kind, it is another row. One that ends
    the day it begins never held: it was written by mistake."""

    actor = models.ForeignKey(EcosystemActor, verbose_name="acteur", on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField("relation", max_length=15, choices=RelationKind)
    contributes = models.TextField("ce que l’acteur apporte", max_length=1000, blank=True)
    receives = models.TextField("ce que l’acteur reçoit", max_length=1000, blank=True)
    tendency = models.CharField("comment elle évolue", max_length=10, choices=Tendency, blank=True)
    since = models.DateField("depuis le")
    until = models.DateField("jusqu’au", null=True, blank=True)
    recorded_on = models.DateField("noté le", default=timezone.localdate, editable=False)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="relation_ends_after_it_begins",
            ),
            models.UniqueConstraint(fields=["actor"], condition=Q(until__isnull=True), name="one_open_relation"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} · {self.get_kind_display()}"

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or self.until > day)
