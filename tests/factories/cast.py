"""The cast: one user for each way of standing towards structure A, a leader of structure B, and a trainer."""

from dataclasses import dataclass, field
from datetime import date

from accounts.models import Role, User
from structures.models import LocalRole, Membership, Structure
from tests.factories.people import make_users
from tests.factories.structures import AccompanimentFactory, MembershipFactory, StructureFactory
from tests.factories.trajectories import TrajectoryFactory
from trajectories.models import Trajectory


@dataclass
class Cast:
    """`users` by the name the access matrix uses."""

    structure_a: Structure
    structure_b: Structure
    trajectory_a: Trajectory
    trajectory_b: Trajectory
    users: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None


# Each as the access matrix names them, with their address and their role on the platform.
_PEOPLE: dict[str, tuple[str, Role | None]] = {
    "coordinator": ("coordonne", Role.COORDINATOR),
    "practitioner": ("accompagne", Role.PRACTITIONER),
    "other_practitioner": ("ailleurs", Role.PRACTITIONER),
    "former_practitioner": ("accompagnait", Role.PRACTITIONER),
    "leader": ("dirige-a", None),
    "board": ("administre-a", None),
    "staff": ("salarie-a", None),
    "volunteer": ("benevole-a", None),
    "leader_b": ("dirige-b", None),
    "trainer": ("forme", Role.TRAINER),
    "member": ("communaute", Role.MEMBER),
    "nobody": ("personne", None),
}


def make_cast() -> Cast:
    structure_a, structure_b = StructureFactory(name="Alpha"), StructureFactory(name="Bêta")
    cast = Cast(
        structure_a, structure_b, TrajectoryFactory(structure=structure_a), TrajectoryFactory(structure=structure_b)
    )
    users = make_users({f"{address}@essai.example": role for address, role in _PEOPLE.values()})
    cast.users = dict(zip(_PEOPLE, users, strict=True))
    AccompanimentFactory(structure=structure_a, practitioner=cast.practitioner.person, is_lead=True)
    AccompanimentFactory(structure=structure_a, practitioner=cast.former_practitioner.person, until=date(2024, 1, 1))
    members = {
        "leader": (structure_a, LocalRole.LEADER),
        "board": (structure_a, LocalRole.BOARD),
        "staff": (structure_a, LocalRole.STAFF),
        "volunteer": (structure_a, LocalRole.VOLUNTEER),
        "leader_b": (structure_b, LocalRole.LEADER),
    }
    Membership.objects.bulk_create(
        MembershipFactory.build(structure=structure, person=cast.users[name].person, role=role)
        for name, (structure, role) in members.items()
    )
    return cast
