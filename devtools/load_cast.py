"""Who comes to the site during `make load`: accounts like those of the demonstration, each with an open session.

Sessions are made in the database, as the form makes them: fifty sign-ins within a minute from one machine are what
the form's own limits are there to stop. A few people use the form all the same.
"""

import itertools
from collections.abc import Callable
from typing import Any

from devtools.mass_pages import PRACTITIONER

# Of ten people, so many of each.
OF_TEN = ["practitioner", "leader", "community", "practitioner", "member", "practitioner", "leader"]
OF_TEN += ["coordination", "practitioner", "community"]
# Such as a person would choose; the accounts are gone with the database.
PASSWORD = "charge-lente-et-paisible-2026"  # noqa: S105


def cast(*, people: int, sessions: int, cookies: dict[str, str]) -> list[dict[str, Any]]:
    """As many sessions, of as many accounts; past their number each has another device."""
    accounts = [_account(rank, role) for rank, role in zip(range(people), itertools.cycle(OF_TEN), strict=False)]
    return [
        _session(rank, user, told, cookies)
        for rank, (user, told) in zip(range(sessions), itertools.cycle(accounts), strict=False)
    ]


def _session(rank: int, user: Any, told: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    from django.test import Client

    from tests.signing_in import sign_in

    client = Client()
    # Limits are counted by address, and nobody here shares theirs.
    person = {**told, "address": f"10.{rank // 250}.{rank % 250}.7", "cookies": {}}
    if told["role"] != "member":
        sign_in(client, user)
        person["cookies"] = {names[name]: morsel.value for name, morsel in client.cookies.items() if name in names}
    return person


def _account(rank: int, role: str) -> tuple[Any, dict[str, Any]]:
    user, told = _MAKERS[role](rank)
    return user, {"role": role, "email": user.email, "password": PASSWORD, **told}


def _user(rank: int, *roles: str) -> Any:
    from tests.factories.people import PersonFactory, UserFactory

    person = PersonFactory(first_name=f"Prénom{rank}", last_name=f"Charge{rank}")
    return UserFactory(person=person, email=f"personne{rank}@charge.example", roles=roles)


def _followed() -> list[Any]:
    """The trajectories that the demonstration's practitioner accompanies."""
    from trajectories.models import Trajectory

    held = Trajectory.objects.filter(
        structure__accompaniments__practitioner__user__email=PRACTITIONER,
        structure__accompaniments__until=None,
        closed_on=None,
    )
    return list(held.select_related("structure", "framework_version").distinct().order_by("pk"))


def _told_of(trajectory: Any) -> dict[str, Any]:
    dimension = trajectory.framework_version.dimensions.order_by("pk")[0]
    return {
        "path": trajectory.get_absolute_url(),
        "id": str(trajectory.public_id),
        "name": trajectory.structure.name,
        "dimension": dimension.code,
        "dimension_name": dimension.name,
    }


def _practitioner(rank: int) -> tuple[Any, dict[str, Any]]:
    from tests.factories.structures import AccompanimentFactory

    user, followed = _user(rank, "practitioner"), _followed()
    mine = [followed[(rank + step) % len(followed)] for step in range(min(3, len(followed)))]
    for trajectory in mine:
        AccompanimentFactory(structure=trajectory.structure, practitioner=user.person)
    return user, {"trajectories": [_told_of(one) for one in mine]}


def _of_structure(rank: int, local: str) -> tuple[Any, dict[str, Any]]:
    from tests.factories.structures import MembershipFactory

    user, followed = _user(rank), _followed()
    trajectory = followed[rank % len(followed)]
    MembershipFactory(structure=trajectory.structure, person=user.person, role=local)
    if local == "staff":
        user.set_password(PASSWORD)
        user.save()
    return user, {"trajectories": [_told_of(trajectory)]}


def _of_community(rank: int) -> tuple[Any, dict[str, Any]]:
    from community.models import ExperienceReport, ReportState

    shared = ExperienceReport.objects.filter(state=ReportState.SHARED).order_by("pk")
    return _user(rank, "member"), {
        "reports": [{"path": one.get_absolute_url(), "title": one.title} for one in shared],
    }


_MAKERS: dict[str, Callable[[int], tuple[Any, dict[str, Any]]]] = {
    "practitioner": _practitioner,
    "leader": lambda rank: _of_structure(rank, "leader"),
    "member": lambda rank: _of_structure(rank, "staff"),
    "community": _of_community,
    "coordination": lambda rank: (_user(rank, "coordinator"), {}),
}
