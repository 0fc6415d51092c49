"""What the pages of the community read, and what stands between a report and its sharing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.lookups import Unaccent
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower

from accounts.models import Person, RoleGrant, User
from accounts.permissions import is_permitted, roles_open_to
from community.anonymity import Clue, Finding, commune_clues, person_clues, recognisable, structure_clues
from community.models import (
    Contribution,
    ContributionKind,
    ExperienceReport,
    SharedResource,
    people_with_profiles,
)
from structures.models import Membership, Structure
from trajectories.carrying import lineage_of
from trajectories.models import Dimension

# In the order in which a report is read, under the headings that it has on its page.
PARTS = {
    "starting_question": "La question de départ",
    "situation": "La situation",
    "done": "Ce que nous avons fait",
    "resisted": "Ce qui a résisté",
    "effects": "Les effets observés",
    "interpretations": "Nos interprétations",
    "stance_shift": "Ce que cela a déplacé chez moi",
    "kept": "Ce que nous en gardons",
    "open_controversies": "Ce qui reste en débat",
    "question": "La question adressée à la communauté",
}
TEXTS = {"title": "Le titre", "period": "Quand", "context": "Le contexte"} | PARTS
# What a text must have before it is shared, as its absence is told.
_NEEDED = {
    "title": "le titre",
    "context": "le contexte",
    "situation": "la situation",
    "done": "ce que vous avez fait, ou ce qui a résisté",
    "question": "la question adressée à la communauté",
}
SHEET_PARTS = {
    "intention": "Ce que l’on cherche",
    "usage": "Comment s’en servir",
    "conditions": "À quelles conditions",
    "limits": "Limites",
    "variants": "Variantes",
}


def listed(reports: QuerySet[ExperienceReport]) -> QuerySet[ExperienceReport]:
    """With what a line of the list tells: authors, dimensions, and how many texts answer. These are counted for the
    lines of the page alone."""
    standing = Contribution.objects.standing().filter(report=OuterRef("pk")).order_by().values("report")
    counted = Coalesce(Subquery(standing.annotate(number=Count("pk")).values("number")), 0)
    return reports.annotate(contribution_count=counted).prefetch_related("authors", "dimensions")


def on_dimension(reports: QuerySet[ExperienceReport], dimension: Dimension) -> QuerySet[ExperienceReport]:
    """Those that say they worked on this dimension, or on one of another version from which it comes."""
    tagged = ExperienceReport.dimensions.through.objects.filter(dimension__in=lineage_of(dimension))
    return reports.filter(pk__in=tagged.values("experiencereport"))


def unanswered_disagreements(user: User) -> QuerySet[Contribution]:
    """On the user's shared reports: disagreements to which nobody but whoever wrote them has come back."""
    answers = Contribution.objects.standing().filter(answers_to=OuterRef("pk")).exclude(author=OuterRef("author"))
    on_mine = Contribution.objects.standing().filter(report__in=ExperienceReport.objects.shared().written_by(user))
    return (
        on_mine.filter(~Exists(answers), kind=ContributionKind.DISAGREEMENT)
        .exclude(author=user.person_id)
        .select_related("report", "author")
        .order_by("created_at", "pk")
    )


def debate_of(report: ExperienceReport, user: User) -> list[Contribution]:
    """The contributions with their answers, oldest first. A link leads only to what the user may open: what
    was withdrawn since is not told by its title either."""
    return list(
        _with_links(Contribution.objects.filter(report=report, answers_to__isnull=True), user).prefetch_related(
            Prefetch("answers", queryset=Contribution.objects.select_related("author"))
        )
    )


def _with_links(contributions: QuerySet[Contribution], user: User) -> QuerySet[Contribution]:
    return contributions.select_related("author").prefetch_related(
        Prefetch("linked_report", queryset=ExperienceReport.objects.visible_to(user)),
        Prefetch("linked_resource", queryset=SharedResource.objects.visible_to(user)),
    )


@dataclass(frozen=True)
class Usages:
    """Where a sheet was put to use: the reports that cite it, the contributions that lean on it."""

    reports: list[ExperienceReport]
    contributions: list[Contribution]


def usages_of(resource: SharedResource, user: User) -> Usages:
    reports = ExperienceReport.objects.visible_to(user).shared()
    leaning = Contribution.objects.standing().filter(report__in=reports, linked_resource=resource)
    return Usages(
        list(reports.filter(resources=resource).order_by("-shared_at", "-pk")),
        list(leaning.select_related("author", "report")),
    )


def members(words: str = "") -> QuerySet[Person]:
    """The people of the network by name, with what they say of themselves; those whose name or words hold each of
    these, accents and case aside. Nobody is put before anybody else for having written more."""
    found = people_with_profiles().select_related("profile")
    if words:
        # Named first: the words would otherwise be looked for in everybody a structure knows, forty for each member.
        found = found.filter(pk__in=list(people_with_profiles().values_list("pk", flat=True)))
    for word in words.split():
        found = found.filter(
            Q(first_name__unaccent__icontains=word)
            | Q(last_name__unaccent__icontains=word)
            | Q(profile__work__unaccent__icontains=word)
            | Q(profile__territory__unaccent__icontains=word)
            | Q(profile__help__unaccent__icontains=word)
        )
    return found.order_by(Lower(Unaccent("last_name")), Lower(Unaccent("first_name")), "pk")


def present_among(people: Iterable[Person], user: User) -> frozenset[int]:
    """The keys of those who have a page among the members that this user may open."""
    if not is_permitted(user, "read_profile"):
        return frozenset()
    signing = {one.pk for one in people}
    return frozenset(people_with_profiles().filter(pk__in=signing).values_list("pk", flat=True))


def people_of_community() -> QuerySet[Person]:
    """Whoever holds today a role that opens the community."""
    roles = roles_open_to("take_part_in_community")
    grants = RoleGrant.objects.current().filter(role__in=roles, user__is_active=True)
    return Person.objects.filter(user__in=grants.values("user"))


@dataclass(frozen=True)
class Version:
    """What a text was, and since when."""

    texts: tuple[tuple[str, str], ...]
    on: datetime
    by: Person


def contribution_versions(contribution: Contribution) -> list[Version]:
    """Newest first, the text of today included; an event that changed no word is no version."""
    events = Contribution.pgh_event_model.objects.filter(pgh_obj=contribution).order_by("pgh_id")  # type: ignore[attr-defined]
    said = [Version((("", one.text),), one.edited_at or one.created_at, contribution.author) for one in events]
    return _that_differ(said)


def resource_versions(resource: SharedResource) -> list[Version]:
    events = SharedResource.pgh_event_model.objects.filter(pgh_obj=resource)  # type: ignore[attr-defined]
    said = [Version(tuple(_sheet(one)), one.edited_at, one.edited_by) for one in _in_order(events)]
    return _that_differ(said)


def _in_order(events: Any) -> Any:
    return events.select_related("edited_by").order_by("pgh_id")


def _sheet(event: Any) -> Iterator[tuple[str, str]]:
    yield "Titre", event.title
    yield "État", event.get_status_display()
    for name, heading in SHEET_PARTS.items():
        if text := getattr(event, name):
            yield heading, text


def _that_differ(versions: list[Version]) -> list[Version]:
    kept: list[Version] = []
    for version in versions:
        if not kept or kept[-1].texts != version.texts:
            kept.append(version)
    return kept[::-1]


def clues_for(structure: Structure | None) -> list[Clue]:
    """All the names that must not be read, in two queries: every structure's and every person's of one, today
    or formerly; for the structure that is told of, its commune and the last names of its people too."""
    clues: list[Clue] = []
    own = structure.pk if structure else None
    for pk, name, acronym, commune in Structure.objects.values_list("pk", "name", "acronym", "commune_name"):
        clues += structure_clues(name, acronym)
        clues += commune_clues(commune) if pk == own else []
    people = Membership.objects.values_list("structure", "person__first_name", "person__last_name").distinct()
    for pk, first_name, last_name in people:
        clues += person_clues(first_name, last_name, is_of_the_structure=pk == own)
    return clues


@dataclass(frozen=True)
class Readiness:
    """What is still between a text and the community: parts that miss, words that give somebody away."""

    missing: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def is_ready(self) -> bool:
        return not (self.missing or self.findings)

    @property
    def missing_in_words(self) -> str:
        return "\u00a0; ".join(_NEEDED[name] for name in self.missing)

    @property
    def told(self) -> list[str]:
        """Each with its exact words, what they name, and under which heading they stand."""
        return [f"«\u00a0{one.words}\u00a0», {one.what}, dans «\u00a0{TEXTS[one.part]}\u00a0»" for one in self.findings]

    @property
    def in_words(self) -> str:
        return "\u00a0; ".join(self.told)


def readiness_of(report: ExperienceReport) -> Readiness:
    texts = {name: getattr(report, name) for name in TEXTS}
    return Readiness(tuple(_missing(texts)), tuple(recognisable(texts, clues_for(report.structure))))


def _missing(texts: dict[str, str]) -> Iterator[str]:
    for name in _NEEDED:
        # To have done, or to have met what resists, is already an experience.
        if not (texts[name].strip() or (name == "done" and texts["resisted"].strip())):
            yield name
