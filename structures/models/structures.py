"""Structures, their people, those who accompany them; what binds somebody to a structure."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q, Value
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, Role, RoleGrant, User
from accounts.permissions import Standing, is_open, is_permitted
from efc_platform.shared import fields
from efc_platform.shared.classification import Retention, classified
from efc_platform.shared.once import once
from efc_platform.shared.search import PlainWords, plain_column
from structures.models.identity import Accreditation

# Of a register, or most of one: a SIREN has nine figures, a SIRET fourteen, an RNA a W and nine.
_NUMBER = re.compile(r"[wW]?\d{6,14}")


class LegalForm(models.TextChoices):
    """Families of the social and solidarity economy (loi du 31 juillet 2014, article 1)."""

    ASSOCIATION = "association", "Association loi 1901"
    ASSOCIATION_ALSACE_MOSELLE = "association_alsace_moselle", "Association de droit local (Alsace-Moselle)"
    SCOP = "scop", "Scop"
    SCIC = "scic", "Scic"
    CAE = "cae", "Coopérative d’activité et d’emploi"
    COOPERATIVE = "cooperative", "Autre coopérative"
    MUTUELLE = "mutuelle", "Mutuelle"
    FONDATION = "fondation", "Fondation"
    SOCIETE_ESS = "societe_ess", "Société commerciale de l’ESS"


class LocalRole(models.TextChoices):
    LEADER = "leader", "Dirigeance"
    STAFF = "staff", "Équipe salariée"
    VOLUNTEER = "volunteer", "Bénévolat"
    BOARD = "board", "Conseil d’administration"


class PeriodQuerySet(models.QuerySet):
    """Rows that hold from a day to another (`since` included, `until` excluded)."""

    def current(self, on: date | None = None) -> "PeriodQuerySet":
        day = on or timezone.localdate()
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)

    def unended(self) -> "PeriodQuerySet":
        """Those of today, and those that are planned."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=timezone.localdate()))


class Lasting(models.Model):
    """A row that holds from a day to another."""

    until: date | None

    class Meta:
        abstract = True

    @property
    def last_day(self) -> date | None:
        return self.until - timedelta(days=1) if self.until else None


class StructureQuerySet(models.QuerySet["Structure"]):
    def visible_to(self, user: User) -> "StructureQuerySet":
        """Coordinators see every structure; others those that involve them."""
        return self.open_for(user, "see_sheet")

    def open_for(self, user: User, act: str) -> "StructureQuerySet":
        """Those towards which the person stands as that line of the table of acts asks."""
        return self if is_permitted(user, act) else self.filter(pk__in=ties_of(user).where(act))

    def accompanied_by(self, user: User) -> "StructureQuerySet":
        return self.filter(pk__in=ties_of(user).accompanied)

    def left_alone(self) -> "StructureQuerySet":
        """Without anybody who answers for them: neither a leader with an open account, nor a practitioner in
        charge who still holds the role."""
        leaders = Membership.objects.current().filter(role=LocalRole.LEADER, person__user__is_active=True)
        return (
            self.met_today().exclude(pk__in=leaders.values("structure")).exclude(pk__in=in_charge().values("structure"))
        )

    def met_today(self) -> "StructureQuerySet":
        """Those that are not archived."""
        return self.filter(archived_at__isnull=True)

    def without_practitioner(self) -> "StructureQuerySet":
        """Nobody who still holds the role accompanies them today."""
        practitioners = RoleGrant.objects.current().filter(role=Role.PRACTITIONER).values("user__person")
        active = Accompaniment.objects.current().filter(practitioner__in=practitioners)
        return self.met_today().exclude(pk__in=active.values("structure"))

    def lacking_identifier(self) -> "StructureQuerySet":
        """Those that `lacks_identifier` says."""
        return self.filter(siren="", rna="").exclude(legal_form=LegalForm.ASSOCIATION_ALSACE_MOSELLE)

    def in_french_order(self) -> "StructureQuerySet":
        """By name, accents and case aside (the database has no ICU collation)."""
        return self.order_by("name_key", "pk")

    def matching(self, words: str) -> "StructureQuerySet":
        """Those that hold each of these words, accents and case aside: of their name, place, activity or number. A
        number may be typed with spaces."""
        number = words.replace(" ", "")
        rows = self
        for word in [number] if _NUMBER.fullmatch(number) else words.split():
            rows = rows.filter(search_key__contains=PlainWords(Value(word)))
        return rows


class SheetManager(models.Manager.from_queryset(StructureQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> StructureQuerySet:
        return super().get_queryset().filter(merged_into__isnull=True)


def practising() -> PeriodQuerySet:
    """The accompaniments of those who accompany today, and may."""
    practitioners = RoleGrant.objects.current().filter(role=Role.PRACTITIONER, user__is_active=True)
    return Accompaniment.objects.current().filter(practitioner__in=practitioners.values("user__person"))


def in_charge() -> PeriodQuerySet:
    """The accompaniments of those who are in charge today, and may be."""
    return practising().filter(is_lead=True)


@dataclass(frozen=True)
class Ties:
    """What binds a person to structures today, by their keys: the roles they hold there, those they accompany."""

    roles: dict[int, frozenset[str]]
    accompanied: frozenset[int]

    @property
    def joined(self) -> frozenset[int]:
        return frozenset(self.roles)

    @property
    def directed(self) -> frozenset[int]:
        """Those of which the person is a leader or sits on the board."""
        return frozenset(one for one, held in self.roles.items() if held & {LocalRole.LEADER, LocalRole.BOARD})

    @property
    def involving(self) -> frozenset[int]:
        return self.joined | self.accompanied

    def standings(self, structure: int) -> frozenset[str]:
        """How the person stands towards one of them: a local role is a standing of the same name."""
        held = self.roles.get(structure, frozenset())
        return held | {Standing.ACCOMPANYING} if structure in self.accompanied else held

    def where(self, act: str) -> tuple[int, ...]:
        """Those to which the person stands as that line of the table of acts asks. In order: where two rules name
        the same structures, the database sees that they are the same, and plans for them once."""
        return tuple(sorted(one for one in self.involving if is_open(act, self.standings(one))))


def ties_of(user: User) -> Ties:
    """Read once a page: nearly every rule and every list asks for them."""
    return once(("ties", user.person_id), lambda: read_ties([user])[user.person_id])


def know_ties(users: Collection[User]) -> None:
    """Reads those of many, to where `ties_of` looks for them."""
    for person, ties in read_ties(users).items():
        once(("ties", person), lambda ties=ties: ties)  # type: ignore[misc]


def read_ties(users: Collection[User]) -> dict[int, Ties]:
    """Those of many, by the key of the person, in one read."""
    people = [user.person_id for user in users]
    memberships = Membership.objects.current().filter(person__in=people).order_by()
    accompaniments = Accompaniment.objects.current().filter(practitioner__in=people).order_by()
    rows = memberships.values_list("person", "structure", "role").union(
        accompaniments.values_list("practitioner", "structure", Value("")), all=True
    )
    held: dict[int, dict[int, frozenset[str]]] = {person: {} for person in people}
    for person, structure, role in rows:
        held[person][structure] = held[person].get(structure, frozenset()) | {role}
    return {user.person_id: _ties(user, held[user.person_id]) for user in users}


def _ties(user: User, roles: dict[int, frozenset[str]]) -> Ties:
    """Without the practitioner's role an accompaniment opens nothing: withdrawing the role closes all. Neither
    does anything bind a closed account: work that waited in its name is asked again whether it may be done."""
    if not user.is_active:
        return Ties(roles={}, accompanied=frozenset())
    accompanied = {structure for structure, held in roles.items() if "" in held}
    return Ties(
        roles={structure: held - {""} for structure, held in roles.items() if held != {""}},
        accompanied=frozenset(accompanied) if is_permitted(user, "accompany_structure") else frozenset(),
    )


@classified(
    none="name acronym legal_form siren siret rna ape_code founded_in founded_on accreditations networks website "
    "sector functional_sphere address commune_name commune_code postcode department region territory_of_action "
    "presentation created_at name_key search_key merged_into archived_at archive_reason"
)
@pghistory.track(exclude=["name_key", "search_key"])
class Structure(models.Model):
    """An association or a small company of the social and solidarity economy."""

    public_id = fields.public_id()
    name = models.CharField("nom", max_length=200)
    acronym = models.CharField("sigle", max_length=30, blank=True)
    legal_form = models.CharField("forme juridique", max_length=30, choices=LegalForm, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    rna = models.CharField("numéro RNA", max_length=10, blank=True)
    ape_code = models.CharField("code APE", max_length=6, blank=True)
    accreditations = ArrayField(
        models.CharField(max_length=20, choices=Accreditation),
        verbose_name="agréments et reconnaissances",
        default=list,
        blank=True,
    )
    networks = models.CharField("réseaux d’appartenance", max_length=300, blank=True)
    website = models.URLField("site", max_length=300, blank=True)
    sector = models.CharField("activité", max_length=200, blank=True)
    functional_sphere = models.CharField(
        "sphère de vie", max_length=120, blank=True, help_text="Se nourrir, habiter, se soigner, apprendre…"
    )
    founded_in = models.PositiveSmallIntegerField("année de création", null=True, blank=True)
    founded_on = models.DateField("date de création", null=True, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    commune_name = models.CharField("commune", max_length=120, blank=True)
    commune_code = models.CharField("code Insee", max_length=5, blank=True, db_index=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    department = models.CharField("département", max_length=60, blank=True)
    region = models.CharField("région", max_length=60, blank=True)
    territory_of_action = models.CharField(
        "territoire d’action",
        max_length=200,
        blank=True,
        help_text="Là où l’activité se vit, au-delà des limites administratives.",
    )
    presentation = models.TextField(
        "présentation", blank=True, help_text="Avec vos mots\u00a0: ce que vous faites, pour qui, avec qui."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    version = fields.version()
    name_key = plain_column("name")
    search_key = plain_column(
        *("name", "acronym", "commune_name", "postcode", "department", "territory_of_action"),
        *("sector", "functional_sphere", "networks", "siren", "siret", "rna"),
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="réunie à"
    )

    archived_at = models.DateTimeField("archivée le", null=True, blank=True)
    archive_reason = models.CharField("raison de l’archivage", max_length=300, blank=True)

    # A sheet set aside by a merge stands in no list, count or search: only what follows an old address reads it.
    objects = SheetManager()
    with_merged = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = "structure"
        indexes = [
            GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="structures_alike_by_name"),
            GinIndex(fields=["search_key"], opclasses=["gin_trgm_ops"], name="structures_by_their_words"),
            models.Index(fields=["name_key", "id"], name="structures_in_french_order"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="structure_has_a_name"),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True, archive_reason="")
                | Q(archived_at__isnull=False) & ~Q(archive_reason=""),
                name="structure_is_archived_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__startswith=models.F("siren")) & ~Q(siren=""),
                name="siret_begins_with_the_siren",
            ),
            models.CheckConstraint(
                condition=Q(founded_on__isnull=True) | Q(founded_on__year=models.F("founded_in")),
                name="day_of_foundation_is_in_its_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("structure", args=[self.public_id])

    @property
    def lacks_identifier(self) -> bool:
        """Known to no public register yet, while one numbers its like: a nascent association, or a sheet to
        complete. Associations of Alsace-Moselle are in the register of their court, which has no number to ask."""
        return not (self.siren or self.rna) and self.legal_form != LegalForm.ASSOCIATION_ALSACE_MOSELLE

    @property
    def accreditation_names(self) -> list[str]:
        return [str(Accreditation(one).label) for one in self.accreditations]

    @property
    def place(self) -> str:
        if self.commune_name and self.department:
            return f"{self.commune_name} ({self.department})"
        return self.commune_name or self.department


@classified(
    none="structure",
    personal="person role function presides is_usual_contact since until",
    purpose="savoir qui est dans la structure, et à quel titre",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Membership(models.Model):
    """A person's place in a structure, with a local role, from a day to another."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("rôle dans la structure", max_length=10, choices=LocalRole)
    function = models.CharField("fonction", max_length=120, blank=True)
    # Several may preside together; one answers when the structure is called.
    presides = models.BooleanField("préside", default=False)
    is_usual_contact = models.BooleanField("contact habituel", default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["structure", "person", "role"],
                condition=Q(until__isnull=True),
                name="one_open_membership_a_role",
            ),
            models.CheckConstraint(
                condition=Q(presides=False) | Q(role=LocalRole.BOARD), name="whoever_presides_sits_on_the_board"
            ),
            models.UniqueConstraint(
                models.F("structure"),
                condition=Q(is_usual_contact=True, until__isnull=True),
                name="one_usual_contact_a_structure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.structure}"


@classified(
    none="structure",
    personal="practitioner since until is_lead days stands_in_for takes_over_from",
    purpose="savoir qui accompagne la structure",
    retention=Retention.TRAJECTORY,
)
@pghistory.track()
class Accompaniment(Lasting):
    """A practitioner accompanies a structure, from a day to another; it opens the structure to them.

    Whoever stands in for another does so until a day that is known; the other one goes on accompanying meanwhile.
    """

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="accompaniments")
    practitioner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accompaniments")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    is_lead = models.BooleanField("en charge", default=False)
    days = models.DecimalField("jours prévus", max_digits=5, decimal_places=1, null=True, blank=True)
    stands_in_for = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="stand_ins", verbose_name="remplace"
    )
    takes_over_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name="prend le relais",
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-is_lead", "since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="accompaniment_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["structure", "practitioner"], condition=Q(until__isnull=True), name="one_open_accompaniment"
            ),
            models.CheckConstraint(
                condition=Q(stands_in_for__isnull=True) | Q(until__isnull=False), name="standing_in_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__gt=0), name="accompaniment_has_days_or_none"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.structure}"
