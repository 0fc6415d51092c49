"""The people of the network: coordination, those who accompany, who train, who belong to the community."""

from typing import Any

from accounts import terms
from accounts.models import Person, Role, User
from accounts.operations import accept_terms, grant_role, open_account
from efc_platform.management.demo_world.world import World, months_ago

# Before the oldest accompaniment: everybody was there when it began.
ROLES_SINCE = 36
_ROLES = {
    "practitioners": [Role.PRACTITIONER, Role.MEMBER],
    "trainers": [Role.TRAINER],
    "members": [Role.MEMBER],
}


def make_people(world: World, rows: dict[str, Any]) -> None:
    coordinator = make_account(world, "coordination", **identity(rows["coordinator"]))
    _grant(world, coordinator, Role.COORDINATOR, by=None)
    _grant(world, coordinator, Role.MEMBER, by=coordinator)
    for group, roles in _ROLES.items():
        for row in rows[group]:
            user = make_account(world, row["key"], **identity(row))
            for role in roles:
                _grant(world, user, role, by=coordinator)


def make_account(world: World, key: str, person: Person | None = None, **identity: Any) -> User:
    user = open_account(person=person, password=world.password, **identity)
    accept_terms(by=user, number=terms.current().number)
    world.users[key], world.people[key] = user, user.person
    return user


def identity(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("first_name", "last_name", "gender", "email") if name in row}


def _grant(world: World, user: User, role: Role, *, by: User | None) -> None:
    grant_role(by=by, user=user, role=role, since=months_ago(ROLES_SINCE, world.today))
