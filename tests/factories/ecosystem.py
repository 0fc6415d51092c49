"""With whom a structure lives, and its yearly figures."""

from collections.abc import Callable
from datetime import date
from typing import Any

import factory

from structures.models import ActorCategory, EcosystemActor, EcosystemRelation, RelationKind, Structure, YearlyFigures
from tests.factories.structures import StructureFactory

SINCE = date(2023, 5, 2)


class ActorFactory(factory.django.DjangoModelFactory):
    """`states=[(kind, since, until)…]` says how the relation was; by default an order that goes on."""

    class Meta:
        model = EcosystemActor
        skip_postgeneration_save = True

    structure = factory.SubFactory(StructureFactory)
    name = factory.Sequence(lambda n: f"Acteur {n}")
    category = ActorCategory.PARTNERS
    number = factory.LazyAttribute(lambda one: one.structure.ecosystem_actors.count() + 1)
    rank = factory.LazyAttribute(lambda one: one.structure.ecosystem_actors.filter(category=one.category).count())

    @factory.post_generation
    def states(self, create, extracted, **told):
        for kind, since, until in extracted or [(RelationKind.ORDER, SINCE, None)]:
            EcosystemRelation.objects.create(actor=self, kind=kind, since=since, until=until, recorded_on=SINCE, **told)


class FiguresFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = YearlyFigures

    structure = factory.SubFactory(StructureFactory)
    year = 2023


def fill_ecosystem(actor: EcosystemActor, rank: int) -> None:
    """One more on the map, who was of another kind before and is a structure of the platform; one more year."""
    linked, day = StructureFactory(), date(2024, rank + 1, 1)
    states = [("exchange", date(2023, 1, 1), day), ("cooperation", day, None)]
    ActorFactory(structure=actor.structure, linked=linked, states=states)
    actor.relations.filter(until=None).update(until=day)
    actor.relations.create(kind="order", since=day)
    FiguresFactory(structure=actor.structure, year=2024 + rank, members=3, income_sales=3, income_use=4)


def furnish_ecosystem(structure: Structure, words: Callable[[str], str]) -> dict[str, Any]:
    """Somebody on the map, with what each brings; the figures of a year, whose people are said in words."""
    actor = ActorFactory(
        structure=structure,
        name=words("actor.name"),
        states__contributes=words("relation.contributes"),
        states__receives=words("relation.receives"),
    )
    said = words("figures.beneficiaries_words")
    return {"relation": actor, "figures": FiguresFactory(structure=structure, members=12, beneficiaries_words=said)}
