"""Coming into a structure: what an invitation offers there, the link that one passes on, who asks."""

import secrets
import uuid

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Invitation, Person, User
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified
from structures.models.structures import LocalRole, Structure, ties_of


@classified(
    personal="invitation structure role function",
    purpose="dire à quelle place une personne est invitée dans une structure",
    basis=Basis.CONTRACT,
    retention=Retention.SHORT,
)
@pghistory.track()
class MembershipOffer(models.Model):
    """The place in a structure that an invitation gives once it is accepted."""

    invitation = models.OneToOneField(
        Invitation, on_delete=models.CASCADE, related_name="membership_offer", verbose_name="l’invitation"
    )
    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="membership_offers")
    role = models.CharField("place proposée", max_length=10, choices=LocalRole)
    function = models.CharField("fonction", max_length=120, blank=True)

    class Meta:
        verbose_name = "place proposée"

    def __str__(self) -> str:
        return f"{self.invitation} · {self.structure}"


def new_code() -> str:
    """Short enough to be written on a board, too long to be tried: 60 bits."""
    return secrets.token_hex(8)[:15]


@classified(
    none="structure made_at",
    personal="made_by",
    confidential="code",
    purpose="laisser les personnes d’une structure demander à la rejoindre, sans annuaire public",
    basis=Basis.CONTRACT,
    retention=Retention.TRAJECTORY,
)
@pghistory.track(exclude=["code"])
class JoinLink(models.Model):
    """The link that a structure passes on to its people: it lets them ask, and opens nothing."""

    structure = models.OneToOneField(Structure, on_delete=models.CASCADE, related_name="join_link")
    code = models.CharField("code du lien", max_length=15, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="créé par")
    made_at = models.DateTimeField("créé le", default=timezone.now)

    class Meta:
        verbose_name = "lien pour demander à entrer"

    def __str__(self) -> str:
        return str(self.structure)


class JoinState(models.TextChoices):
    WAITING = "waiting", "en attente"
    ACCEPTED = "accepted", "acceptée"
    DECLINED = "declined", "déclinée"


JOIN_TRANSITIONS = {
    JoinState.WAITING: {JoinState.ACCEPTED, JoinState.DECLINED},
    JoinState.ACCEPTED: set(),
    JoinState.DECLINED: set(),
}


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def visible_to(self, user: User) -> "JoinRequestQuerySet":
        """Those who may answer it; whoever asked sees nothing of the structure yet, hence not even this."""
        return self.filter(structure__in=ties_of(user).where("decide_join"))

    def waiting(self) -> "JoinRequestQuerySet":
        return self.filter(state=JoinState.WAITING)


@classified(
    none="state",
    personal="structure person first_name last_name email role asked_at decided_by decided_at",
    confidential="words",
    purpose="laisser la structure dire qui est des siens",
    basis=Basis.CONTRACT,
    retention=Retention.SHORT,
)
# The history keeps states only: what a stranger says of themselves must be erasable.
@pghistory.track(exclude=["first_name", "last_name", "email", "words"])
class JoinRequest(models.Model):
    """Somebody asks for a place in a structure: a putative member, to whom nothing is open until it is accepted."""

    public_id = fields.public_id()
    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="join_requests")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name="personne"
    )
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80, blank=True)
    email = models.EmailField("adresse électronique")
    role = models.CharField("place souhaitée", max_length=10, choices=LocalRole)
    words = models.CharField("un mot", max_length=300, blank=True)
    state = models.CharField("état", max_length=10, choices=JoinState, default=JoinState.WAITING)
    asked_at = models.DateTimeField("demandée le", default=timezone.now)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande d’entrée"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "email"], condition=Q(state="waiting"), name="one_waiting_request_to_join"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="decided_request_to_join_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
