"""The log of accesses: one way to write in it, never a text."""

from collections.abc import Callable, Iterable
from typing import Protocol
from uuid import UUID

from accounts.models import AccessAct, AccessEvent, User
from efc_platform.shared.registry import Registry
from efc_platform.shared.request_id import request_id

# The structures a person belongs to, told by the application that knows them.
STRUCTURES_OF: Registry[Callable[[User], Iterable[UUID]]] = Registry("structures of a person")


class Named(Protocol):
    """What an event may be about: it has an identifier that may be shown."""

    public_id: UUID


def record_access(
    *,
    by: User | None,
    act: AccessAct,
    about: Named | None = None,
    kind: str = "",
    structure: Named | UUID | None = None,
    from_outside: bool = False,
) -> None:
    """Writes that somebody looked, took away, changed rights or was refused.

    `kind` names what `about` cannot: an address, say. Seen twice the same day by the same person is written once.
    `from_outside` is what the structure's own page tells: they are not of it and do not accompany it.
    """
    lent_to = by.lent_to if by else None
    event = AccessEvent(
        by=lent_to or by,
        in_name_of=by if lent_to else None,
        act=act,
        about_kind=kind or (type(about).__name__.lower() if about else ""),
        about=about.public_id if about else None,
        structure=structure if isinstance(structure, UUID | None) else structure.public_id,
        from_outside=from_outside or lent_to is not None,
        request_id=request_id(),
    )
    AccessEvent.objects.bulk_create([event], ignore_conflicts=act == AccessAct.SAW)


def structures_of(user: User) -> set[UUID]:
    return {one for tell in STRUCTURES_OF for one in tell(user)}
