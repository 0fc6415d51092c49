"""Who may do what with a trajectory; each rule reads the object at hand, never a current role."""

from accounts.models import User
from structures.models import LocalRole, Structure, ties_of
from structures.permissions import can_begin_trajectory
from trajectories.models import Intervention, Reading, Trajectory, Viewpoint

# From where each local role may read; the team's reading is written with the team, in a workshop if
# need be by its practitioner, never by the direction in its place.
VIEWPOINTS_OF_LOCAL_ROLE = {
    LocalRole.LEADER: {Viewpoint.DIRECTION},
    LocalRole.BOARD: {Viewpoint.DIRECTION},
    LocalRole.STAFF: {Viewpoint.TEAM},
    LocalRole.VOLUNTEER: {Viewpoint.TEAM},
}
VIEWPOINTS_OF_PRACTITIONER = {Viewpoint.ACCOMPANIMENT, Viewpoint.TEAM, Viewpoint.PARTNER}


def accompanies(user: User, structure: Structure) -> bool:
    """The user accompanies this structure today."""
    return structure.pk in ties_of(user).accompanied


def local_roles(user: User, structure: Structure) -> frozenset[str]:
    """The roles the user holds in this structure today."""
    return ties_of(user).roles.get(structure.pk, frozenset())


def can_read_texts(user: User, trajectory: Trajectory) -> bool:
    """What is shared of a trajectory is read by its people and its practitioners; coordination sees figures."""
    return trajectory.structure_id in ties_of(user).involving


def can_open_trajectory(user: User, structure: Structure) -> bool:
    """Whoever may begin it, as the structure's own page offers it."""
    return can_begin_trajectory(user, structure)


def can_log_intervention(user: User, trajectory: Trajectory) -> bool:
    return trajectory.closed_on is None and accompanies(user, trajectory.structure)


def can_edit_intervention(user: User, intervention: Intervention) -> bool:
    """Those who led it, as long as they accompany one of the structures concerned."""
    led = intervention.practitioners.filter(pk=user.person_id).exists()
    concerned = intervention.shares.filter(trajectory__structure__in=ties_of(user).accompanied)
    return led and concerned.exists()


def viewpoints_open_to(user: User, trajectory: Trajectory) -> list[Viewpoint]:
    """The points of view from which the user may write a reading of this trajectory, in display order."""
    allowed: set[Viewpoint] = set()
    for role in local_roles(user, trajectory.structure):
        allowed |= VIEWPOINTS_OF_LOCAL_ROLE[LocalRole(role)]
    if accompanies(user, trajectory.structure):
        allowed |= VIEWPOINTS_OF_PRACTITIONER
    return [viewpoint for viewpoint in Viewpoint if viewpoint in allowed] if trajectory.closed_on is None else []


def can_edit_reading(user: User, reading: Reading) -> bool:
    """Its authors, until it is sealed."""
    if reading.is_sealed:
        return False
    return reading.created_by_id == user.person_id or reading.authors.filter(pk=user.person_id).exists()


def can_steer(user: User, trajectory: Trajectory) -> bool:
    """Trials, next steps, appointments and the words of the trajectory: its leaders and its practitioners."""
    return accompanies(user, trajectory.structure) or LocalRole.LEADER in local_roles(user, trajectory.structure)


def can_request_report(user: User, trajectory: Trajectory) -> bool:
    """A leader or an accompanying practitioner."""
    return can_steer(user, trajectory)


def can_see_reports(user: User, trajectory: Trajectory) -> bool:
    """Whoever directs the structure (leaders, board) or accompanies it reads its reports."""
    directed = LocalRole.LEADER, LocalRole.BOARD
    return accompanies(user, trajectory.structure) or bool(local_roles(user, trajectory.structure) & {*directed})
