"""Drawing the map of an ecosystem: who is there, how the relation is, and the day it changes."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from structures.models import ActorCategory, EcosystemActor, EcosystemRelation, RelationKind, Structure
from structures.permissions import can_keep_ecosystem

NOT_YOURS = "La carte est tenue par la dirigeance de la structure et les personnes qui l’accompagnent."
OVERTAKEN = "Cette relation a été modifiée entre-temps par une autre personne."
MOST_ACTORS = 200


@transaction.atomic
def add_relation(
    *,
    by: User,
    structure: Structure,
    name: str,
    category: ActorCategory,
    kind: RelationKind,
    since: date | None = None,
    **told: Any,
) -> EcosystemActor:
    """Writes down an actor and the relation with it, in one line; one that was there before and left comes back to
    its place. OperationRefused for who may not draw the map, or when the name is already on it."""
    # Two actors written together must not be given one number.
    current = Structure.objects.select_for_update().get(pk=structure.pk)
    if not can_keep_ecosystem(by, current):
        raise OperationRefused(NOT_YOURS)
    day, known = since or timezone.localdate(), current.ecosystem_actors.filter(name__iexact=name.strip()).first()
    actor = _come_back(known, category, day) if known else _write_down(current, name.strip(), category)
    EcosystemRelation.objects.create(actor=actor, kind=kind, since=day, **told)
    return actor


def _write_down(structure: Structure, name: str, category: ActorCategory) -> EcosystemActor:
    last = structure.ecosystem_actors.aggregate(Max("number"))["number__max"] or 0
    if last >= MOST_ACTORS:
        raise OperationRefused("Cette carte est pleine\u00a0: on n’y lirait plus rien.")
    rank = _next_rank(structure, category)
    return EcosystemActor.objects.create(structure=structure, name=name, category=category, number=last + 1, rank=rank)


def _next_rank(structure: Structure, category: ActorCategory) -> int:
    last = structure.ecosystem_actors.filter(category=category).aggregate(Max("rank"))["rank__max"]
    return 0 if last is None else last + 1


def _come_back(known: EcosystemActor, category: ActorCategory, day: date) -> EcosystemActor:
    last = _last(known)
    if last.until is None:
        raise OperationRefused(f"{known.name} est déjà sur la carte, numéro {known.number}.", field="name")
    if day < last.until:
        raise OperationRefused("Cette relation s’est arrêtée plus tard\u00a0: vérifiez la date.", field="since")
    _move(known, category)
    known.version += 1
    known.save()
    return known


def _move(actor: EcosystemActor, category: ActorCategory) -> None:
    """To another sector, at the end of those who stand there; nobody else moves."""
    if actor.category != category:
        actor.rank = _next_rank(actor.structure, category)
        actor.category = category


def _last(actor: EcosystemActor) -> EcosystemRelation:
    return actor.relations.order_by("-since", "-pk")[0]


def _held(by: User, actor: EcosystemActor, expected_version: int) -> tuple[EcosystemActor, EcosystemRelation]:
    """The actor, kept from others until the end, and its last relation; StaleEdit when another was faster."""
    structure = Structure.objects.select_for_update().get(pk=actor.structure_id)
    current = EcosystemActor.objects.select_for_update().get(pk=actor.pk)
    if not can_keep_ecosystem(by, structure):
        raise OperationRefused(NOT_YOURS)
    if current.version != expected_version:
        raise StaleEdit(OVERTAKEN)
    current.structure = structure
    return current, _last(current)


@transaction.atomic
def edit_relation(
    *,
    by: User,
    actor: EcosystemActor,
    expected_version: int,
    name: str,
    category: ActorCategory,
    linked: Structure | None,
    kind: RelationKind | None = None,
    since: date,
    **told: Any,
) -> EcosystemActor:
    """Corrects or completes what is said of the relation as it is. Its kind is corrected the day it was noted, no
    later: after that another kind is another state (`change_relation`). OperationRefused otherwise, or when the
    dates cross; StaleEdit when another wrote meanwhile."""
    current, last = _held(by, actor, expected_version)
    if kind is not None and kind != last.kind and last.recorded_on != timezone.localdate():
        raise OperationRefused(
            "La relation a changé\u00a0: notez-le avec sa date, ce qu’elle était reste.", field="kind"
        )
    if current.structure.ecosystem_actors.filter(name__iexact=name.strip()).exclude(pk=current.pk).exists():
        raise OperationRefused("Ce nom est déjà sur la carte.", field="name")
    _begin_on(last, since)
    _write(last, kind=kind or RelationKind(last.kind), **told)
    _move(current, category)
    current.name, current.linked = name.strip(), linked
    current.version += 1
    current.save()
    return current


def _begin_on(relation: EcosystemRelation, since: date) -> None:
    """Corrects the day it began; the state before it ends that day."""
    if since == relation.since:
        return
    if relation.until is not None and since > relation.until:
        raise OperationRefused("La relation s’est arrêtée avant cette date.", field="since")
    earlier = relation.actor.relations.filter(until=relation.since).exclude(pk=relation.pk).order_by("-since").first()
    if earlier is not None:
        if since < earlier.since:
            raise OperationRefused("Elle était d’un autre genre à cette date.", field="since")
        earlier.until = since
        earlier.save()
    elif relation.actor.relations.filter(until__gt=since).exclude(pk=relation.pk).exists():
        raise OperationRefused("Elle était d’un autre genre à cette date.", field="since")
    relation.since = since


def _write(relation: EcosystemRelation, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(relation, name, value)
    relation.save()


@transaction.atomic
def change_relation(
    *, by: User, actor: EcosystemActor, expected_version: int, kind: RelationKind, since: date, **told: Any
) -> EcosystemActor:
    """The relation becomes of another kind from a day on; what it was ends that day and stays in the history, so that
    the map can be drawn as of both. One that had stopped starts again. OperationRefused when nothing changes, or when
    the day comes before what is already said; StaleEdit when another wrote meanwhile."""
    current, last = _held(by, actor, expected_version)
    if last.until is None and kind == last.kind:
        raise OperationRefused("La relation est déjà de ce genre.", field="kind")
    if since < (last.until or last.since):
        raise OperationRefused("Cette date vient avant ce qui est déjà noté.", field="since")
    if last.until is None:
        last.until = since
        last.save()
    EcosystemRelation.objects.create(actor=current, kind=kind, since=since, **told)
    current.version += 1
    current.save()
    return current


@transaction.atomic
def end_relation(*, by: User, actor: EcosystemActor, expected_version: int, until: date) -> EcosystemActor:
    """The relation stops that day; on the day it began, it was written by mistake and no map shows it.
    OperationRefused when it has stopped already or did not yet begin; StaleEdit when another wrote meanwhile."""
    current, last = _held(by, actor, expected_version)
    if last.until is not None:
        raise OperationRefused("Cette relation s’est déjà arrêtée.")
    if until < last.since:
        raise OperationRefused("Elle n’avait pas commencé à cette date.", field="until")
    last.until = until
    last.save()
    current.version += 1
    current.save()
    return current
