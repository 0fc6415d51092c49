"""What a structure and those who accompany it agree on, its signatures, and what changes it afterwards."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pghistory
import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person, User
from accounts.permissions import is_permitted
from efc_platform.backstage.models import StoredFile
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from structures.models import ties_of
from trajectories.models.trajectory import Trajectory
from trajectories.strokes import path_of


class Party(models.TextChoices):
    """In whose name one signs."""

    LEADER = "leader", "La direction de la structure"
    BOARD = "board", "La présidence du conseil d’administration"
    PRACTITIONER = "practitioner", "L’accompagnement"
    COORDINATION = "coordination", "La coordination du réseau"


class Manner(models.TextChoices):
    DRAWN = "drawn", "dessinée à l’écran"
    TYPED = "typed", "écrite en toutes lettres"
    PAPER = "paper", "sur papier"


class BoardSays(models.TextChoices):
    WAITING = "waiting", "pas encore demandé"
    AGREED = "agreed", "donné"
    NOT_ASKED = "not_asked", "non demandé"


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: User) -> "AgreementQuerySet":
        """A contract: those who direct the structure, those who accompany it, and coordination."""
        own = self.filter(trajectory__structure__in=ties_of(user).where("see_agreement"))
        return self if is_permitted(user, "see_agreement") else own


_AGREEMENT_SIGNED = """
    IF EXISTS (SELECT 1 FROM trajectories_signature WHERE agreement_id = OLD.id AND amendment_id IS NULL) THEN
        RAISE EXCEPTION 'what was signed never changes';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""
_AMENDMENT_SIGNED = """
    IF EXISTS (SELECT 1 FROM trajectories_signature WHERE amendment_id = OLD.id) THEN
        RAISE EXCEPTION 'what was signed never changes';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


def _unless_signed(name: str, func: str) -> pgtrigger.Trigger:
    """From the first signature on, a text is what was signed."""
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=pgtrigger.Update | pgtrigger.Delete, func=func)


class Signed(models.Model):
    """A text that several parties sign."""

    class Meta:
        abstract = True

    @property
    def parties(self) -> list[Party]:
        raise NotImplementedError

    @property
    def signatures(self) -> list["Signature"]:
        raise NotImplementedError

    @property
    def waited_for(self) -> list[Party]:
        signed = {one.party for one in self.signatures}
        return [party for party in self.parties if party not in signed]

    @property
    def is_frozen(self) -> bool:
        return bool(self.signatures)

    @property
    def signed_on(self) -> date | None:
        """The day of the last signature, once nobody is waited for any more."""
        return None if self.waited_for else max(one.signed_on for one in self.signatures)


HALF_DAY = Decimal("0.5")


@classified(
    none="trajectory starts_on ends_on days_agreed board_says board_agreed_on board_signs coordination_signs "
    "created_at",
    personal="board_agreed_by created_by",
    confidential="aim working_question modalities confidentiality rights funding board_not_asked",
    purpose="tenir ce que la structure et son accompagnement ont convenu",
    retention=Retention.PROOF,
)
@pghistory.track()
@pgtrigger.register(_unless_signed("signed_agreement_stays", _AGREEMENT_SIGNED))
class Agreement(Signed):
    """The « convention d’accompagnement » of a trajectory: one, whose text is frozen by its first signature."""

    public_id = fields.public_id()
    trajectory = models.OneToOneField(
        Trajectory, on_delete=models.PROTECT, related_name="agreement", verbose_name="trajectoire"
    )
    aim = models.TextField("visée")
    working_question = models.TextField("question de travail")
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    days_agreed = models.DecimalField(
        "jours convenus", max_digits=5, decimal_places=1, validators=[MinValueValidator(HALF_DAY)]
    )
    modalities = models.TextField("modalités")
    confidentiality = models.TextField("règles de confidentialité")
    rights = models.TextField("droits sur les écrits")
    funding = models.CharField("prix et financement", max_length=300, blank=True)
    board_says = models.CharField("accord du conseil", max_length=10, choices=BoardSays, default=BoardSays.WAITING)
    board_agreed_on = models.DateField("accord donné le", null=True, blank=True)
    board_agreed_by = models.CharField("par qui", max_length=200, blank=True)
    board_not_asked = models.CharField("pourquoi il n’est pas demandé", max_length=300, blank=True)
    board_signs = models.BooleanField("la présidence du conseil signe aussi", default=False)
    coordination_signs = models.BooleanField("la coordination signe aussi", default=False)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = fields.version()

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = "convention d’accompagnement"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="agreement_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(board_says="agreed") | Q(board_agreed_on__isnull=False) & ~Q(board_agreed_by=""),
                name="board_agreement_has_its_day_and_voice",
            ),
            models.CheckConstraint(
                condition=~Q(board_says="not_asked") | ~Q(board_not_asked=""), name="board_not_asked_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"Convention · {self.trajectory.structure}"

    def get_absolute_url(self) -> str:
        return reverse("agreement", args=[self.trajectory.public_id])

    @property
    def parties(self) -> list[Party]:
        asked = {Party.BOARD: self.board_signs, Party.COORDINATION: self.coordination_signs}
        return [party for party in Party if asked.get(party, True)]

    @property
    def signatures(self) -> list["Signature"]:
        return [one for one in self.all_signatures.all() if one.amendment_id is None]

    @property
    def signed_amendments(self) -> list["Amendment"]:
        return [one for one in self.amendments.all() if one.signed_on]

    @property
    def ends_now_on(self) -> date:
        """As the last amendment that everybody signed says."""
        return _last(one.ends_on for one in self.signed_amendments) or self.ends_on

    @property
    def days_now_agreed(self) -> Decimal:
        return _last(one.days_agreed for one in self.signed_amendments) or self.days_agreed


def _last(values: Iterable[Any]) -> Any:
    return next((one for one in reversed(list(values)) if one is not None), None)


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def visible_to(self, user: User) -> "AmendmentQuerySet":
        return self.filter(agreement__in=Agreement.objects.visible_to(user))


@classified(
    none="agreement number ends_on days_agreed created_at",
    personal="created_by",
    confidential="what_changes",
    purpose="tenir ce que la structure et son accompagnement ont convenu ensuite",
    retention=Retention.PROOF,
)
@pghistory.track()
@pgtrigger.register(_unless_signed("signed_amendment_stays", _AMENDMENT_SIGNED))
class Amendment(Signed):
    """What changes an agreement that was signed: numbered, and signed by the same parties."""

    public_id = fields.public_id()
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="amendments", verbose_name="convention"
    )
    number = models.PositiveSmallIntegerField("numéro")
    what_changes = models.TextField("ce qui change")
    ends_on = models.DateField("nouvelle fin", null=True, blank=True)
    days_agreed = models.DecimalField(
        "jours convenus désormais",
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(HALF_DAY)],
    )
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = fields.version()

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = "avenant"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="amendments_are_numbered")]

    def __str__(self) -> str:
        return f"Avenant n°\u00a0{self.number}"

    def get_absolute_url(self) -> str:
        return self.agreement.get_absolute_url()

    @property
    def parties(self) -> list[Party]:
        return self.agreement.parties

    @property
    def signatures(self) -> list["Signature"]:
        return [one for one in self.agreement.all_signatures.all() if one.amendment_id == self.pk]


@classified(
    none="agreement amendment party manner signed_on created_at",
    personal="name strokes scan person recorded_by",
    confidential="kept_where",
    purpose="prouver qui s’est engagé, en quel nom et quel jour",
    retention=Retention.PROOF,
)
@pgtrigger.register(pgtrigger.Protect(name="signature_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class Signature(models.Model):
    """Somebody signed, in the name of a party, the agreement or one of its amendments. On paper, the scanned
    page hangs on this row, or it says where the page is kept."""

    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="all_signatures", verbose_name="convention"
    )
    amendment = models.ForeignKey(
        Amendment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="avenant"
    )
    party = models.CharField("au nom de", max_length=15, choices=Party)
    manner = models.CharField("comment", max_length=10, choices=Manner)
    name = models.CharField("nom écrit", max_length=200)
    signed_on = models.DateField("signé le")
    strokes = models.JSONField("tracé", default=list, blank=True)
    kept_where = models.CharField("où la page est gardée", max_length=200, blank=True)
    scan = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="page numérisée"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="qui a signé"
    )
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="qui l’a noté")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "signature d’une convention"
        ordering = ["signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "party"], condition=Q(amendment__isnull=True), name="one_signature_a_party"
            ),
            models.UniqueConstraint(
                fields=["amendment", "party"],
                condition=Q(amendment__isnull=False),
                name="one_signature_a_party_and_amendment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.signed_on}"

    @property
    def path(self) -> str:
        return path_of(self.strokes)
