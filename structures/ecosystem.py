"""The map of a structure's ecosystem on a day, what moved since another, in words and as a drawing."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from accounts.models import User
from efc_platform.shared.ring_map import Node, RingMap, Sector, SectorMark
from efc_platform.templatetags.french import long_date
from structures.models import ActorCategory, EcosystemActor, EcosystemRelation, RelationKind, Structure, Tendency
from structures.permissions import can_see_structure

# More names than this and they stand in the table alone, under their numbers.
MOST_NAMES = 14
MOST_CHANGES = 12
_KINDS = list(RelationKind)
_CATEGORIES = list(ActorCategory)
SECTORS = {
    ActorCategory.BENEFICIARIES: Sector("Bénéficiaires", "#0f5c4d", "circle"),
    ActorCategory.CLIENTS: Sector("Clientèle", "#7a2e4f", "square"),
    ActorCategory.PARTNERS: Sector("Partenaires", "#6b4a8a", "diamond"),
    ActorCategory.SUPPLIERS: Sector("Fournisseurs", "#7a5c14", "wedge"),
    ActorCategory.FUNDERS: Sector("Financeurs", "#a8480f", "triangle"),
    ActorCategory.AUTHORITIES: Sector("Collectivités", "#34568b", "house"),
    ActorCategory.PEERS: Sector("Structures du réseau", "#3f4a48", "cross"),
}
# After « de la » and before « à la »: how a relation of this kind is said.
_FROM = {"cooperation": "de la coopération", "order": "de la commande", "exchange": "de l’échange"}
_TO = {"cooperation": "à la coopération", "order": "à la commande", "exchange": "à l’échange"}


@dataclass(frozen=True)
class Place:
    """An actor on the map: its relation on that day, and the one of the other day; None where there was none."""

    actor: EcosystemActor
    now: EcosystemRelation | None
    before: EcosystemRelation | None
    compares: bool

    @property
    def is_new(self) -> bool:
        return self.compares and self.before is None

    @property
    def has_moved(self) -> bool:
        return self.now is not None and self.before is not None and self.now.kind != self.before.kind

    @property
    def comes_closer(self) -> bool:
        return self.has_moved and (_ring(self.now) or 0) < (_ring(self.before) or 0)

    @property
    def change(self) -> str:
        """What happened between both days, in words; empty when nothing did."""
        if not self.compares:
            return ""
        if self.now is None:
            return "partie"
        if self.before is None:
            return "nouvelle relation"
        return f"{_FROM[self.before.kind]} {_TO[self.now.kind]}" if self.has_moved else ""

    @property
    def told(self) -> str:
        """What stands beside its name in the table: the change between both days, else how the relation evolves."""
        tendency = self.now.tendency if self.now else ""
        evolves = str(Tendency(tendency).label) if tendency in {Tendency.TOWARDS, Tendency.AWAY} else ""
        return self.change or evolves

    @property
    def spoken(self) -> str:
        """What each brings, on lines of their own."""
        if self.now is None:
            return ""
        said = (("Apporte", self.now.contributes), ("Reçoit", self.now.receives))
        return "".join(f"\n{who}\u00a0: {what}" for who, what in said if what)

    @property
    def words(self) -> str:
        """The whole of it for whoever does not see where it stands."""
        kind = self.now.get_kind_display() if self.now else ""
        said = [str(ActorCategory(self.actor.category).label), str(kind), self.change]
        return f"{self.actor.number}, {self.actor.name}\u00a0: {', '.join(filter(None, said)).lower()}"


@dataclass(frozen=True)
class Row:
    """A category of the table: its actors by kind, and those that left."""

    category: ActorCategory
    cells: tuple[tuple[Place, ...], ...]

    @property
    def name(self) -> str:
        return str(self.category.label)

    @property
    def mark(self) -> SectorMark:
        return SectorMark(SECTORS[self.category])


@dataclass(frozen=True)
class EcosystemMap:
    """Who the structure lives with on a day, compared or not with an earlier one."""

    structure: Structure
    on: date
    since: date | None
    places: tuple[Place, ...]

    @property
    def here(self) -> list[Place]:
        return [one for one in self.places if one.now]

    @property
    def gone(self) -> list[Place]:
        return [one for one in self.places if not one.now]

    @property
    def changed(self) -> list[Place]:
        """Those that moved first, towards the centre before all; then who came, then who left."""
        moved = sorted((one for one in self.here if one.has_moved), key=lambda one: not one.comes_closer)
        return [*moved, *(one for one in self.here if one.is_new), *self.gone]

    @property
    def told_changes(self) -> list[Place]:
        return self.changed[:MOST_CHANGES]

    @property
    def untold(self) -> int:
        """How many more changed: their words are in the table."""
        return max(len(self.changed) - MOST_CHANGES, 0)

    @property
    def headers(self) -> list[str]:
        kinds = [str(kind.label).capitalize() for kind in _KINDS]
        return [*kinds, "Parties"] if self.gone else kinds

    @cached_property
    def rows(self) -> list[Row]:
        return [row for category in _CATEGORIES if (row := self._row(category)) and any(row.cells)]

    def _row(self, category: ActorCategory) -> Row:
        ours = [one for one in self.places if one.actor.category == category]
        cells = [tuple(one for one in ours if one.now and one.now.kind == kind) for kind in _KINDS]
        gone = [tuple(one for one in ours if not one.now)] if self.gone else []
        return Row(category, (*cells, *gone))

    @property
    def has_names(self) -> bool:
        return len(self.places) <= MOST_NAMES

    @property
    def title(self) -> str:
        compared = f", comparé au {long_date(self.since)}" if self.since else ""
        return (
            f"Écosystème de {self.structure.name} au {long_date(self.on)}{compared}\u00a0: plus un acteur est proche "
            "du centre, plus la relation tient de la coopération. Le tableau dit la même chose."
        )

    @property
    def drawing(self) -> RingMap:
        """With numbers alone: what a phone shows, and every map of many."""
        return self._drawn(with_names=False)

    @property
    def named_drawing(self) -> RingMap:
        return self._drawn(with_names=True)

    @property
    def printed(self) -> RingMap:
        """On paper nothing can be pressed, and names would be too small."""
        return self._drawn(with_names=False, is_linked=False)

    def _drawn(self, *, with_names: bool, is_linked: bool = True) -> RingMap:
        return RingMap(
            title=self.title,
            centre=self.structure.acronym or self.structure.name,
            rings=tuple(str(kind.label) for kind in _KINDS),
            sectors=tuple(SECTORS[category] for category in _CATEGORIES),
            nodes=tuple(_node(one) for one in self.places),
            with_names=with_names,
            is_linked=is_linked,
        )


def _ring(relation: EcosystemRelation | None) -> int | None:
    """0 is the nearest."""
    return None if relation is None else _KINDS.index(RelationKind(relation.kind))


def _node(place: Place) -> Node:
    return Node(
        number=place.actor.number,
        name=place.actor.name,
        sector=_CATEGORIES.index(ActorCategory(place.actor.category)),
        rank=place.actor.rank,
        ring=_ring(place.now),
        url=f"#acteur-{place.actor.number}",
        words=place.words,
        came_from=_ring(place.before) if place.has_moved or not place.now else None,
        is_new=place.is_new,
    )


def ecosystem_of(structure: Structure, *, on: date, since: date | None = None) -> EcosystemMap:
    """The map as it was on a day, beside what it was on an earlier one: one query, whatever the days."""
    relations = EcosystemRelation.objects.filter(actor__structure=structure).select_related("actor__linked")
    found: dict[EcosystemActor, list[EcosystemRelation]] = {}
    for relation in relations.order_by("actor__number", "since", "pk"):
        found.setdefault(relation.actor, []).append(relation)
    places = (
        Place(actor, _held(held, on), _held(held, since) if since else None, since is not None)
        for actor, held in found.items()
    )
    return EcosystemMap(structure, on, since, tuple(one for one in places if one.now or one.before))


def _held(relations: list[EcosystemRelation], day: date) -> EcosystemRelation | None:
    return next((one for one in relations if one.holds_on(day)), None)


def latest_of(actor: EcosystemActor) -> EcosystemRelation:
    """Its relation of today, or the last it had: an actor has one from the moment it is written down."""
    return actor.relations.order_by("since", "pk").last()  # type: ignore[return-value]


def linked_url(actor: EcosystemActor, user: User) -> str:
    """The sheet of the structure an actor is, for whoever may see that one too; empty for all others."""
    if actor.linked is None or not can_see_structure(user, actor.linked):
        return ""
    return actor.linked.get_absolute_url()
