"""Forged forms of the map of an ecosystem and of the yearly figures."""

from django.utils import timezone

from structures.forms import FIGURE_FIELDS
from structures.models import EcosystemActor
from tests.factories.ecosystem import SINCE
from tests.forging import Creation, Edit

TODAY = timezone.localdate()
LINE = {"name": "Le bailleur", "category": "clients", "since": TODAY.isoformat()}

ECOSYSTEM_EDITS = [
    Edit(
        "relation",
        "relation",
        "leader",
        LINE | {"since": SINCE.isoformat(), "version": 1},
        lambda world: world.relation,
        {"name", "category", "rank", "linked_id", "version"},
    ),
    Edit(
        "relation",
        "relation",
        "practitioner",
        LINE | {"since": SINCE.isoformat(), "version": 1, "contributes": "Un local"},
        lambda world: world.relation.relations.get(),
        {"contributes", "receives", "tendency", "since", "version"},
    ),
    Edit(
        "relation_change",
        "relation",
        "leader",
        {"kind": "cooperation", "since": TODAY.isoformat(), "tendency": "", "version": 1},
        lambda world: world.relation.relations.get(),
        {"until"},
    ),
    Edit(
        "relation_end",
        "relation",
        "leader",
        {"until": TODAY.isoformat(), "version": 1},
        lambda world: world.relation.relations.get(),
        {"until"},
    ),
    Edit(
        "figures_year",
        "year",
        "leader",
        {"members": "15", "version": 1},
        lambda world: world.figures,
        {*FIGURE_FIELDS, "version"},
    ),
]
ECOSYSTEM_CREATIONS = [
    Creation(
        "ecosystem",
        "structure",
        "leader",
        lambda cast, world: LINE | {"kind": "order"},
        EcosystemActor,
        lambda cast, world: {"structure": world.structure, "number": 2, "rank": 0, "linked": None, "version": 1},
    ),
]
