"""Nobody is left alone: a structure keeps somebody who answers for it, or the last of them does not leave."""

from collections.abc import Iterable

from accounts.models import Person, Role
from efc_platform.shared.errors import OperationRefused
from structures.models import LocalRole, Membership, Structure, in_charge

LEADING, IN_CHARGE = "leading", "in charge"
_ROLES = {None: {LEADING, IN_CHARGE}, Role.PRACTITIONER: {IN_CHARGE}}


def keepers(structures: Iterable[int]) -> dict[int, set[tuple[str, int]]]:
    """Of each structure, by its key: in what capacity, and who (the person's key), answers for it today."""
    found: dict[int, set[tuple[str, int]]] = {one: set() for one in structures}
    leaders = Membership.objects.current().filter(role=LocalRole.LEADER, person__user__is_active=True)
    for kind, rows, who in ((LEADING, leaders, "person"), (IN_CHARGE, in_charge(), "practitioner")):
        for structure, person in rows.filter(structure__in=found).order_by().values_list("structure", who):
            found[structure].add((kind, person))
    return found


def left_alone_without(
    person: Person, capacities: set[str], structures: Iterable[int] | None = None
) -> list[Structure]:
    """The structures for which nobody would answer once this person no longer does in these capacities. One that
    has nobody already is not left by them: an import may lack somebody, only leaving has a rule."""
    lost = {(kind, person.pk) for kind in capacities}
    concerned = keepers(_kept_by(person) if structures is None else structures)
    alone = [structure for structure, kept in concerned.items() if kept & lost and not kept - lost]
    return list(Structure.objects.filter(pk__in=alone).in_french_order())


def _kept_by(person: Person) -> set[int]:
    leading = Membership.objects.current().filter(role=LocalRole.LEADER, person=person).values_list("structure")
    charged = in_charge().filter(practitioner=person).values_list("structure")
    return {structure for (structure,) in [*leading, *charged]}


def reasons_to_stay(person: Person, role: Role | None) -> list[str]:
    """For the registry of rules on leaving: one sentence a structure."""
    if role not in _ROLES:
        return []
    return [_sentence(one, person) for one in left_alone_without(person, _ROLES[role])]


def refuse_leaving_alone(structure: Structure, person: Person, capacity: str) -> None:
    """OperationRefused when nobody would answer for this structure any more."""
    if left_alone_without(person, {capacity}, [structure.pk]):
        raise OperationRefused(_sentence(structure, person))


def _sentence(structure: Structure, person: Person) -> str:
    return (
        f"Sans {person.display_name}, personne ne répondrait plus de {structure.name}\u00a0: invitez d’abord une autre "
        "personne à la diriger, ou confiez-la à quelqu’un qui en soit en charge."
    )
