"""Interventions: the event, what each trajectory keeps of it, and who took part."""

from collections import defaultdict

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.models import Circle, Person, User
from accounts.permissions import Standing, is_open
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from efc_platform.shared.search import search_column
from structures.models import EcosystemActor, StructureDocument, ties_of
from trajectories.models.framework import Criterion, Dimension
from trajectories.models.modalities import AddedModality, NamesItsModality
from trajectories.models.openings import opened_by
from trajectories.models.trajectory import Trajectory


class Modality(models.TextChoices):
    LEADER_TRAINING = "leader_training", "Formation / déformation des dirigeants"
    WORK_ORGANISATION = "work_organisation", "Organisation du travail et de l’activité"
    PEER_SPACE = "peer_space", "Espace d’échange et de professionnalisation"
    PARTNER_MEETING = "partner_meeting", "Rencontre de partenaires"
    OTHER = "other", "Autre"


# Whoever speaks of their work in an exchange space must not be exposed by it to those who direct them.
DEFAULT_CIRCLES = {Modality.PEER_SPACE: Circle.PARTICIPANTS}
# What those who may open a report (leaders, board, practitioners) all read.
PRINTED_CIRCLES = [Circle.DIRECTION, Circle.STRUCTURE]


class Place(models.TextChoices):
    ON_SITE = "on_site", "sur place"
    REMOTE = "remote", "à distance"
    ELSEWHERE = "elsewhere", "ailleurs"


class InterventionQuerySet(models.QuerySet["Intervention"]):
    def visible_to(self, user: User) -> "InterventionQuerySet":
        """That it took place (date, time, modality) is seen with the trajectory; what was written
        of it is `InterventionShare.objects.readable_by`."""
        shares = InterventionShare.objects.filter(trajectory__in=Trajectory.objects.visible_to(user))
        return self.filter(pk__in=shares.values("intervention"))

    def led_by(self, user: User) -> "InterventionQuerySet":
        return self.filter(practitioners=user.person_id)


_TELL_SHARES = """
UPDATE trajectories_interventionshare SET occurred_on = NEW.occurred_on WHERE intervention_id = NEW.id;
RETURN NULL;
"""


@classified(
    none="occurred_on minutes preparation_minutes travel_minutes modality added_modality place created_at",
    personal="created_by practitioners",
    confidential="title location",
    purpose="garder la mémoire de l’accompagnement et rendre compte du temps passé",
    retention=Retention.TRAJECTORY,
)
@pgtrigger.register(
    pgtrigger.Trigger(
        name="shares_follow_its_day",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("occurred_on"),
        condition=pgtrigger.AnyChange("occurred_on"),
        func=_TELL_SHARES,
    )
)
@pghistory.track(exclude=["search"])
class Intervention(NamesItsModality, models.Model):
    """A dated act of an accompaniment, whichever trajectories it serves."""

    public_id = fields.public_id()
    client_key = models.UUIDField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # Migrations give it the index `intervention_led_by`, which Django has no place for.
    practitioners = models.ManyToManyField(Person, related_name="interventions")
    occurred_on = models.DateField("date")
    minutes = models.PositiveIntegerField("durée en minutes")
    preparation_minutes = models.PositiveIntegerField("préparation en minutes", default=0)
    travel_minutes = models.PositiveIntegerField("trajet en minutes", default=0)
    modality = models.CharField("modalité", max_length=20, choices=Modality)
    added_modality = models.ForeignKey(
        AddedModality,
        verbose_name="modalité du réseau",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    title = models.CharField("titre", max_length=160, blank=True)
    location = models.CharField("où", max_length=160, blank=True)
    place = models.CharField("lieu", max_length=10, choices=Place, default=Place.ON_SITE)
    created_at = models.DateTimeField(auto_now_add=True)
    version = fields.version()
    search = search_column(title=["title"])

    objects = InterventionQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_on", "-pk"]
        indexes = [
            GinIndex(fields=["search"], name="intervention_search"),
            models.Index(fields=["occurred_on"], include=["minutes"], name="intervention_by_day"),
            # The habits of whoever notes one more.
            models.Index(fields=["created_by", "-id"], name="intervention_by_author"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["created_by", "client_key"], name="intervention_sent_once"),
            models.CheckConstraint(condition=Q(minutes__range=(1, 1440)), name="intervention_lasts_at_most_a_day"),
            models.CheckConstraint(
                condition=Q(added_modality__isnull=True) | Q(modality="other"), name="added_modality_is_another"
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    def get_absolute_url(self) -> str:
        return reverse("intervention", args=[self.public_id])

    @property
    def heading(self) -> str:
        return self.title or self.kind


class InterventionShareQuerySet(models.QuerySet["InterventionShare"]):
    def readable_by(self, user: User) -> "InterventionShareQuerySet":
        """Accounts are read by the structure's people and its practitioners, each within the circle the author
        chose; coordination reads one only for the time of an opening. What was said in an exchange space is read by
        those who were there and still have a tie with the structure: those who direct it do not unless they took
        part, nor do practitioners who did not lead it."""
        return self.filter(within_circle(user) | Q(pk__in=opened_by(user).shares))

    def printed(self) -> "InterventionShareQuerySet":
        """What a report may print: neither what practitioners keep among themselves, nor what was said in an
        exchange space."""
        return self.filter(circle__in=PRINTED_CIRCLES)


def _present(user: User) -> Exists:
    """Asked of each account rather than of all that the person ever took part in."""
    return Exists(Participation.objects.filter(person=user.person_id, intervention=OuterRef("intervention")))


def _led(user: User) -> Exists:
    led = Intervention.practitioners.through.objects
    return Exists(led.filter(person=user.person_id, intervention=OuterRef("intervention")))


# The line of the table of acts that says who reads what stays within a circle.
_ACT_OF_CIRCLE = {
    Circle.TEAM: "read_team_account",
    Circle.DIRECTION: "read_direction_account",
    Circle.STRUCTURE: "read_structure_account",
}


def within_circle(user: User) -> Q:
    """Of an account as it is, and of an account as it was: what it said when fewer read it stays theirs."""
    ties, of_structures, read = ties_of(user), defaultdict(list), Q()
    # Whoever accompanies reads several circles of the same structures, which are then named once.
    for circle, act in _ACT_OF_CIRCLE.items():
        of_structures[ties.where(act)].append(circle)
    for structures, circles in of_structures.items():
        read |= Q(circle__in=circles, trajectory__structure__in=structures)
    if not is_open("read_exchange", frozenset({Standing.PRESENT})):
        return read
    present = Q(_present(user)) | Q(_led(user))
    return read | Q(circle=Circle.PARTICIPANTS, trajectory__structure__in=sorted(ties.involving)) & present


_DAY_OF_INTERVENTION = """
SELECT occurred_on INTO STRICT NEW.occurred_on FROM trajectories_intervention WHERE id = NEW.intervention_id;
RETURN NEW;
"""


@classified(
    none="intervention trajectory occurred_on minutes circle dimensions criteria actors documents",
    confidential="account decision open_question",
    purpose="garder ce que la structure et les personnes qui l’accompagnent se sont dit",
    retention=Retention.TRAJECTORY,
)
@pgtrigger.register(
    pgtrigger.Trigger(
        name="share_has_the_day",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=_DAY_OF_INTERVENTION,
    )
)
@pghistory.track(exclude=["search", "occurred_on"])
class InterventionShare(models.Model):
    """What one trajectory keeps of an intervention: its part of the time and its own account.

    `occurred_on` is the intervention's, which the database copies: the last one of a trajectory is found in an index,
    however many it has. Nobody writes it.
    """

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="shares")
    trajectory = models.ForeignKey(Trajectory, on_delete=models.PROTECT, related_name="shares")
    occurred_on = models.DateField("date", editable=False)
    minutes = models.PositiveIntegerField()
    account = models.TextField("compte rendu partagé", blank=True)
    decision = models.TextField("décision", blank=True)
    open_question = models.TextField("question ouverte", blank=True)
    circle = models.CharField("qui peut lire", max_length=15, choices=Circle, default=Circle.STRUCTURE)
    dimensions = models.ManyToManyField(Dimension, related_name="+", blank=True)
    criteria = models.ManyToManyField(Criterion, verbose_name="critères travaillés", related_name="+", blank=True)
    actors = models.ManyToManyField(
        EcosystemActor, verbose_name="relations de l’écosystème concernées", related_name="+", blank=True
    )
    documents = models.ManyToManyField(StructureDocument, verbose_name="documents", related_name="shares", blank=True)
    search = search_column(title=["decision", "open_question"], text=["account"])

    objects = InterventionShareQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="intervention_share_search"),
            models.Index(fields=["trajectory", "-occurred_on", "-id"], name="share_by_day"),
            models.Index(fields=["occurred_on", "trajectory"], name="share_of_these_days"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["intervention", "trajectory"], name="one_share_a_trajectory"),
            models.CheckConstraint(
                condition=Q(circle__in=["team", "direction", "structure", "participants"]), name="share_circle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.intervention} · {self.trajectory}"


class ParticipantKind(models.TextChoices):
    LEADER = "leader", "dirigeant·es"
    STAFF = "staff", "personnes salariées"
    VOLUNTEER = "volunteer", "bénévoles"
    BOARD = "board", "membres du conseil"
    PARTNER = "partner", "partenaires"
    OTHER = "other", "autres personnes"


@classified(
    none="intervention kind count",
    personal="person words",
    purpose="savoir qui a pris part à une intervention",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Participation(models.Model):
    """Somebody known, or what was typed of the others: a name, or a number of people and of what kind."""

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="participations")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="participations")
    words = models.CharField("tel que c’est écrit", max_length=160, blank=True)
    kind = models.CharField(max_length=10, choices=ParticipantKind, blank=True)
    count = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, words="", kind="") | (Q(person__isnull=True) & ~Q(words="")),
                name="participation_is_one_thing",
            ),
            models.UniqueConstraint(fields=["intervention", "person"], name="person_takes_part_once"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.words)
