"""Who looks at a structure without being of it: noted once a day, for its leaders to see."""

from collections.abc import Iterable
from uuid import UUID

from accounts.audit import record_access
from accounts.models import AccessAct, Person, User
from structures.models import Structure, ties_of


def note_look(user: User, structure: Structure) -> None:
    """A page of the structure was shown; nothing is written of its own people and of those who accompany it."""
    if is_outside(user, structure):
        record_access(by=user, act=AccessAct.SAW, about=structure, structure=structure, from_outside=True)


def note_rights(by: User, structure: Structure, person: Person, what: str) -> None:
    """Somebody gained or lost a place in the structure; its own page « Qui a changé quoi » says it in words."""
    record_access(by=by, act=AccessAct.CHANGED_RIGHTS, kind=what, about=person, structure=structure)


def is_outside(user: User, structure: Structure) -> bool:
    return structure.pk not in ties_of(user).involving


def structures_of(user: User) -> Iterable[UUID]:
    """Those a person is of or accompanies today."""
    return Structure.objects.filter(pk__in=ties_of(user).involving).values_list("public_id", flat=True)
