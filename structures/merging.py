"""What hangs on a sheet and follows it when two are made one; each application says it of its own tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, ForeignKey, Max, OuterRef, Q, QuerySet, UniqueConstraint, Value

from efc_platform.shared.registry import Registry
from structures.models import DistinctStructures, Structure, StructureMerge

_LEDGER = {Structure, StructureMerge, DistinctStructures}


@dataclass(frozen=True)
class Following:
    """Rows of one table that follow the sheet: their name, several of them; why two sheets may not be made one on
    their account (a sentence, empty when nothing stands in the way); and what is written first, so that they may."""

    words: str
    stands_in_the_way: Callable[[Structure, Structure], str] = lambda kept, merged: ""
    prepare: Callable[[Structure, Structure], None] = lambda kept, merged: None


# By the label of the model. A table that hangs on a structure and is not named here fails the suite.
FOLLOWING: Registry[Following] = Registry("what follows a structure")


def columns_to_move() -> Iterator[Any]:
    """Every column that points at a structure, but those of the history, which says what was, and of merges."""
    for relation in Structure._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if not relation.auto_created or relation.concrete or not isinstance(model, type) or model in _LEDGER:
            continue
        if not hasattr(model, "pgh_tracked_model"):
            yield relation.field  # type: ignore[union-attr]


def what_stands_in_the_way(kept: Structure, merged: Structure) -> list[str]:
    return [reason for one in FOLLOWING if (reason := one.stands_in_the_way(kept, merged))]


@dataclass(frozen=True)
class Foreseen:
    """Of one table, how many rows would follow, and how many would stay as the kept sheet holds their like."""

    words: str
    moving: int
    staying: int


def what_would_follow(kept: Structure, merged: Structure) -> list[Foreseen]:
    """Before anything is written, for the page that asks; every table in one read."""
    columns = list(columns_to_move())
    first, *others = (_counted(place, column, kept, merged) for place, column in enumerate(columns))
    counted = first.union(*others, all=True).order_by("table_place")
    return [
        Foreseen(FOLLOWING[columns[place].model._meta.label].words, number - staying, staying)
        for place, number, staying in counted
        if number
    ]


def _counted(place: int, column: ForeignKey, kept: Structure, merged: Structure) -> QuerySet:
    """How many rows of the sheet that goes, in one table; the names are those of no column."""
    rows: QuerySet = column.model._base_manager.filter(**{column.name: merged})
    held: QuerySet = column.model._base_manager.filter(**{column.name: kept})
    alike = Q(pk__in=[])
    for others, condition in _unique_with(column):
        like = {name: OuterRef(name) for name in others}
        alike |= Q(condition, Exists(held.filter(condition, **like)))
    told = rows.order_by().annotate(table_place=Value(place)).values("table_place")
    return told.annotate(rows_going=Count("pk"), rows_staying=Count("pk", filter=alike)).values_list(
        "table_place", "rows_going", "rows_staying"
    )


def _unique_with(column: ForeignKey) -> Iterator[tuple[list[str], Q]]:
    """The other columns of each rule by which the table holds only one of a kind for a structure, and when."""
    if column.unique:
        yield [], Q()
    for rule in column.model._meta.constraints:
        if isinstance(rule, UniqueConstraint) and column.name in rule.fields:
            yield [name for name in rule.fields if name != column.name], rule.condition or Q()


@dataclass(frozen=True)
class Part:
    """Columns of the sheet that are chosen together, since they say one thing."""

    name: str
    label: str
    columns: tuple[str, ...]


PARTS = [
    Part("name", "Nom", ("name",)),
    Part("acronym", "Sigle", ("acronym",)),
    Part("legal_form", "Forme juridique", ("legal_form",)),
    Part("siren", "SIREN et SIRET", ("siren", "siret")),
    Part("rna", "Numéro RNA", ("rna",)),
    Part("ape_code", "Code APE", ("ape_code",)),
    Part("founded", "Création", ("founded_in", "founded_on")),
    Part("accreditations", "Agréments", ("accreditations",)),
    Part("networks", "Réseaux", ("networks",)),
    Part("website", "Site", ("website",)),
    Part("sector", "Activité", ("sector",)),
    Part("functional_sphere", "Sphère de vie", ("functional_sphere",)),
    Part("place", "Adresse", ("address", "postcode", "commune_name", "commune_code", "department", "region")),
    Part("territory_of_action", "Territoire d’action", ("territory_of_action",)),
    Part("presentation", "Présentation", ("presentation",)),
]


def register() -> None:
    for model, words in {
        "YearlyFigures": "années de chiffres",
        "Accompaniment": "accompagnements",
        "CohortPlace": "places dans une promotion",
        "FundedPart": "rattachements à une opération financée",
        "MembershipOffer": "invitations",
        "JoinLink": "liens d’entrée",
        "JoinRequest": "demandes d’entrée",
        "Conversation": "conversations",
        "SilencePause": "silences attendus",
        "StructureDocument": "documents",
        "AccompanimentRequest": "demandes d’accompagnement",
        "ImportLine": "lignes d’un import",
    }.items():
        FOLLOWING.register(f"structures.{model}", Following(words))
    FOLLOWING.register("structures.Membership", Following("personnes inscrites", prepare=_one_contact))
    FOLLOWING.register("structures.EcosystemActor", Following("actrices et acteurs de l’écosystème", prepare=_renumber))


def _renumber(kept: Structure, merged: Structure) -> None:
    """Those of the map that goes come after those of the one that stays, on the list and in their category: two
    maps give the same numbers and the same places to others. They keep them if the merge is undone."""
    last = kept.ecosystem_actors.aggregate(last=Max("number", default=0))["last"]
    ranks = kept.ecosystem_actors.order_by().values("category").annotate(last=Max("rank"))
    after = {one["category"]: one["last"] + 1 for one in ranks}
    # From the end: each takes a number and a place that nobody has any more.
    for actor in merged.ecosystem_actors.order_by("-number"):
        actor.number, actor.rank = actor.number + last, actor.rank + after.get(actor.category, 0)
        actor.save(update_fields=["number", "rank"])


def _one_contact(kept: Structure, merged: Structure) -> None:
    """A sheet has one usual contact: the other person stays in the structure."""
    if kept.memberships.filter(is_usual_contact=True, until=None).exists():
        merged.memberships.filter(is_usual_contact=True).update(is_usual_contact=False)
