"""What practitioners debate: experience reports, contributions to them, and the resources they cite."""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Person, RoleGrant, User
from accounts.permissions import is_permitted, roles_open_to
from efc_platform.shared import fields
from efc_platform.shared.classification import Basis, Retention, classified
from efc_platform.shared.search import search_column
from structures.models import Structure, ties_of
from trajectories.models import Dimension, Modality


class ResourceKind(models.TextChoices):
    TOOL = "tool", "outil"
    CONCEPT = "concept", "concept"
    METHOD = "method", "méthode"


class ResourceStatus(models.TextChoices):
    TRIAL = "trial", "en essai"
    PROVEN = "proven", "éprouvé"
    CONTESTED = "contested", "contesté"
    WITHDRAWN = "withdrawn", "retiré"


class SharedResourceQuerySet(models.QuerySet["SharedResource"]):
    def visible_to(self, user: User) -> "SharedResourceQuerySet":
        """The whole community reads and rewrites them, nobody else."""
        return self if is_permitted(user, "take_part_in_community") else self.none()


@classified(
    none="kind title status intention usage conditions limits variants edited_at",
    personal="authors edited_by",
    purpose="tenir ensemble les fiches d’outils, de concepts et de méthodes",
    basis=Basis.INTEREST,
    retention=Retention.ACCOUNT,
)
@pghistory.track(exclude=["search"])
class SharedResource(models.Model):
    """A tool, a concept or a method in one short sheet, rewritten by the community as it is put to use."""

    public_id = fields.public_id()
    kind = models.CharField("genre", max_length=10, choices=ResourceKind)
    title = models.CharField("titre", max_length=160)
    status = models.CharField("état", max_length=10, choices=ResourceStatus, default=ResourceStatus.TRIAL)
    intention = models.TextField("ce que l’on cherche")
    usage = models.TextField("comment s’en servir")
    conditions = models.TextField("à quelles conditions", blank=True)
    limits = models.TextField("limites", blank=True)
    variants = models.TextField("variantes", blank=True)
    authors = models.ManyToManyField(Person, related_name="shared_resources")
    edited_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    version = fields.version()
    search = search_column(title=["title"], text=["intention", "usage", "conditions", "limits", "variants"])

    objects = SharedResourceQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["search"], name="shared_resource_search")]
        constraints = [models.UniqueConstraint(fields=["kind", "title"], name="one_sheet_a_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("resource", args=[self.public_id])


class ProfileQuerySet(models.QuerySet["Profile"]):
    def visible_to(self, user: User) -> "ProfileQuerySet":
        """The community reads those of the people who are in the network today; everybody keeps their own."""
        mine = Q(person=user.person_id)
        if not is_permitted(user, "read_profile"):
            return self.filter(mine)
        return self.filter(mine | Q(person__in=people_with_profiles().values("pk")))


def people_with_profiles() -> models.QuerySet[Person]:
    """Whoever holds today a role in the network, with an open account, whether they have said something or not."""
    grants = RoleGrant.objects.current().filter(role__in=roles_open_to("keep_profile"), user__is_active=True)
    return Person.objects.filter(user__in=grants.values("user"))


@classified(
    personal="person territory edited_at",
    confidential="work help",
    purpose="se connaître et s’entraider entre membres de la communauté",
    basis=Basis.INTEREST,
    retention=Retention.AUTHOR,
)
# What somebody says of themselves must be erasable: the history keeps that they did, never what.
@pghistory.track(exclude=["work", "territory", "help"])
class Profile(models.Model):
    """What somebody of the network says of their practice to their peers, with their own words; all of it may be
    left unsaid."""

    public_id = fields.public_id()
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, related_name="profile", verbose_name="de qui il s’agit"
    )
    work = models.TextField("ce sur quoi je travaille", blank=True)
    territory = models.CharField("où", max_length=200, blank=True)
    help = models.TextField("ce en quoi je peux aider", blank=True)
    edited_at = models.DateTimeField("modifié le")
    version = fields.version()

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "profil"

    def __str__(self) -> str:
        return f"Profil · {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("community_member", args=[self.person.public_id])

    @property
    def is_empty(self) -> bool:
        return not (self.work or self.territory or self.help)


class Phase(models.TextChoices):
    """Where the accompaniment was; phases overlap and loop."""

    AWARENESS = "awareness", "premier contact"
    SHARED_DIAGNOSIS = "shared_diagnosis", "exploration partagée"
    COMMITMENT = "commitment", "engagement"
    JOURNEY = "journey", "cheminement"
    REVIEW = "review", "bilan"
    FOLLOW_UP = "follow_up", "suivi"


class ReportState(models.TextChoices):
    DRAFT = "draft", "brouillon"
    SHARED = "shared", "partagé"


class ExperienceReportQuerySet(models.QuerySet["ExperienceReport"]):
    def visible_to(self, user: User) -> "ExperienceReportQuerySet":
        """A draft is its authors'. Once shared, the community reads it, and so do those who direct the
        structure it came from: nothing is told of them behind their back."""
        shared = Q(state=ReportState.SHARED)
        if not is_permitted(user, "read_shared_report"):
            shared &= Q(structure__in=ties_of(user).where("read_shared_report"))
        return self.filter(Q(pk__in=_written(user)) | shared)

    def written_by(self, user: User) -> "ExperienceReportQuerySet":
        return self.filter(pk__in=_written(user))

    def shared(self) -> "ExperienceReportQuerySet":
        return self.filter(state=ReportState.SHARED)

    def drafts(self) -> "ExperienceReportQuerySet":
        return self.filter(state=ReportState.DRAFT)


def _written(user: User) -> models.QuerySet:
    authorship = ExperienceReport.authors.through.objects.filter(person=user.person_id)
    return authorship.values("experiencereport")


@classified(
    none="state dimensions modality phase resources is_about_structure shared_at created_at",
    personal="created_by authors",
    confidential="title structure period context starting_question situation done resisted effects "
    "interpretations stance_shift kept open_controversies question consent_on consent_scope",
    purpose="débattre entre pairs d’une expérience, sans que l’on reconnaisse qui que ce soit",
    basis=Basis.INTEREST,
    retention=Retention.AUTHOR,
)
@pghistory.track(exclude=["search"])
class ExperienceReport(models.Model):
    """An experience put into shape so that peers can debate it; nobody in it may be recognised.

    `structure` is known to its authors alone: it says whose consent was needed, and is never shown to the community.
    """

    public_id = fields.public_id()
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.DRAFT)
    title = models.CharField("titre", max_length=160)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    authors = models.ManyToManyField(Person, related_name="experience_reports")
    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    period = models.CharField("quand", max_length=120, blank=True)
    context = models.TextField("le contexte, sans que l’on reconnaisse", blank=True)
    starting_question = models.TextField("la question de départ", blank=True)
    dimensions = models.ManyToManyField(Dimension, blank=True, related_name="+")
    modality = models.CharField("modalité", max_length=20, choices=Modality, blank=True)
    phase = models.CharField("moment de l’accompagnement", max_length=20, choices=Phase, blank=True)
    situation = models.TextField("la situation", blank=True)
    done = models.TextField("ce que nous avons fait", blank=True)
    resisted = models.TextField("ce qui a résisté", blank=True)
    effects = models.TextField("les effets observés", blank=True)
    interpretations = models.TextField("nos interprétations", blank=True)
    stance_shift = models.TextField("ce que cela a déplacé chez moi", blank=True)
    kept = models.TextField("ce que nous en gardons", blank=True)
    open_controversies = models.TextField("ce qui reste en débat", blank=True)
    question = models.TextField("la question adressée à la communauté", blank=True)
    resources = models.ManyToManyField(SharedResource, blank=True, related_name="reports")
    is_about_structure = models.BooleanField("une structure est concernée", default=True)
    consent_on = models.DateField("accord donné le", null=True, blank=True)
    consent_scope = models.CharField("portée de l’accord", max_length=200, blank=True)
    shared_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = fields.version()
    search = search_column(
        title=["title"],
        text=[
            "context",
            "starting_question",
            "situation",
            "done",
            "resisted",
            "effects",
            "interpretations",
            "stance_shift",
            "kept",
            "open_controversies",
            "question",
        ],
    )

    objects = ExperienceReportQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="experience_report_search"),
            # The latest that the community reads, however many there are.
            models.Index(fields=["-shared_at", "-id"], name="report_latest_shared", condition=Q(state="shared")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(shared_at__isnull=False), name="shared_report_says_since_when"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(is_about_structure=False) | Q(consent_on__isnull=False),
                name="report_is_shared_with_consent",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("experience_report", args=[self.public_id])


class ContributionKind(models.TextChoices):
    QUESTION = "question", "Question de clarification"
    NEIGHBOURING = "neighbouring", "Expérience voisine"
    DISAGREEMENT = "disagreement", "Désaccord argumenté"
    CONCEPT = "concept", "Apport conceptuel"
    ANSWER = "answer", "Réponse"


class ContributionQuerySet(models.QuerySet["Contribution"]):
    def visible_to(self, user: User) -> "ContributionQuerySet":
        """They are read where the report is."""
        return self.filter(report__in=ExperienceReport.objects.visible_to(user))

    def standing(self) -> "ContributionQuerySet":
        """Those that their authors have not taken back."""
        return self.filter(withdrawn_at__isnull=True)


@classified(
    none="report kind linked_report linked_resource answers_to created_at edited_at withdrawn_at",
    personal="author",
    confidential="text",
    purpose="répondre à un retour d’expérience",
    basis=Basis.INTEREST,
    retention=Retention.AUTHOR,
)
@pghistory.track(exclude=["search"])
class Contribution(models.Model):
    """A typed reply to a report, or an answer to such a reply; rewritten by its author, its history stays."""

    public_id = fields.public_id()
    report = models.ForeignKey(ExperienceReport, on_delete=models.PROTECT, related_name="contributions")
    kind = models.CharField("genre", max_length=15, choices=ContributionKind)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contributions")
    text = models.TextField("contribution")
    linked_report = models.ForeignKey(
        ExperienceReport, on_delete=models.PROTECT, null=True, blank=True, related_name="cited_by"
    )
    linked_resource = models.ForeignKey(
        SharedResource, on_delete=models.PROTECT, null=True, blank=True, related_name="cited_by"
    )
    answers_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = fields.version()
    search = search_column(title=["text"])

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [GinIndex(fields=["search"], name="contribution_search")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="answer", answers_to__isnull=False) | (~Q(kind="answer") & Q(answers_to__isnull=True)),
                name="only_an_answer_answers",
            ),
            models.CheckConstraint(
                condition=~Q(kind="neighbouring") | Q(linked_report__isnull=False),
                name="neighbouring_experience_has_its_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.report}"

    def get_absolute_url(self) -> str:
        return f"{self.report.get_absolute_url()}#contribution-{self.public_id}"
