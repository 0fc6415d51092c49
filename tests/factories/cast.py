"""The cast: one user for each way of standing towards structure A, a leader of structure B, and a trainer."""

from dataclasses import dataclass, field
from datetime import date

from accounts.models import Role, User
from structures.models import LocalRole, Structure
from tests.factories.people import UserFactory
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


def _member(structure: Structure, role: LocalRole, email: str) -> User:
    user = UserFactory(email=email)
    MembershipFactory(structure=structure, person=user.person, role=role)
    return user


def make_cast() -> Cast:
    structure_a, structure_b = StructureFactory(name="Alpha"), StructureFactory(name="Bêta")
    cast = Cast(
        structure_a, structure_b, TrajectoryFactory(structure=structure_a), TrajectoryFactory(structure=structure_b)
    )
    practitioner = UserFactory(email="accompagne@essai.example", roles=[Role.PRACTITIONER])
    AccompanimentFactory(structure=structure_a, practitioner=practitioner.person, is_lead=True)
    former = UserFactory(email="accompagnait@essai.example", roles=[Role.PRACTITIONER])
    AccompanimentFactory(structure=structure_a, practitioner=former.person, until=date(2024, 1, 1))
    cast.users = {
        "coordinator": UserFactory(email="coordonne@essai.example", roles=[Role.COORDINATOR]),
        "practitioner": practitioner,
        "other_practitioner": UserFactory(email="ailleurs@essai.example", roles=[Role.PRACTITIONER]),
        "former_practitioner": former,
        "leader": _member(structure_a, LocalRole.LEADER, "dirige-a@essai.example"),
        "board": _member(structure_a, LocalRole.BOARD, "administre-a@essai.example"),
        "staff": _member(structure_a, LocalRole.STAFF, "salarie-a@essai.example"),
        "volunteer": _member(structure_a, LocalRole.VOLUNTEER, "benevole-a@essai.example"),
        "leader_b": _member(structure_b, LocalRole.LEADER, "dirige-b@essai.example"),
        "trainer": UserFactory(email="forme@essai.example", roles=[Role.TRAINER]),
        "member": UserFactory(email="communaute@essai.example", roles=[Role.MEMBER]),
        "nobody": UserFactory(email="personne@essai.example"),
    }
    return cast
