"""What pages and reminders read of rounds: who may write each view, and the milestones of a trajectory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Person, User
from structures.models import LocalRole, Membership, Structure, practising
from trajectories.agreed import agreement_of
from trajectories.models import MONTHS_AFTER, Milestone, Round, RoundView, Trajectory, Viewpoint
from trajectories.permissions import VIEWPOINTS_OF_LOCAL_ROLE, VIEWPOINTS_OF_PRACTITIONER

# So long before its day a milestone is near: time enough to say who is expected.
NEAR = timedelta(days=45)


def writers_of(view: RoundView) -> QuerySet[User]:
    """Those whose word is waited for, among people with an account: whoever has begun it; when nobody has, all who may
    write from this place."""
    users = User.objects.filter(is_active=True).select_related("person").order_by("person__last_name", "pk")
    if view.reading:
        return users.filter(
            Q(person=view.reading.created_by_id) | Q(person__in=view.reading.authors.values("pk"))
        ).distinct()
    return users.filter(_holding(view.round.trajectory.structure, Viewpoint(view.viewpoint)))


def _holding(structure: Structure, viewpoint: Viewpoint) -> Q:
    roles = [role for role, held in VIEWPOINTS_OF_LOCAL_ROLE.items() if viewpoint in held]
    belong = Membership.objects.current().filter(structure=structure, role__in=roles)
    holding = Q(person__in=belong.values("person"))
    if viewpoint in VIEWPOINTS_OF_PRACTITIONER:
        holding |= Q(person__in=practising().filter(structure=structure).values("practitioner"))
    return holding


def people_holding(structure: Structure, viewpoints: Sequence[str]) -> dict[str, list[Person]]:
    """By point of view, those with an account who may write from it: two questions, however many they are."""
    belong = (
        Membership.objects.current()
        .filter(structure=structure, person__user__is_active=True)
        .select_related("person")
        .order_by("person__last_name", "pk")
    )
    accompany = practising().filter(structure=structure, practitioner__user__is_active=True)
    practitioners = [one.practitioner for one in accompany.select_related("practitioner").order_by("pk")]
    found: dict[str, list[Person]] = {one: [] for one in viewpoints}
    for member in belong:
        for viewpoint in VIEWPOINTS_OF_LOCAL_ROLE[LocalRole(member.role)]:
            if viewpoint in found and member.person not in found[viewpoint]:
                found[viewpoint].append(member.person)
    for viewpoint in VIEWPOINTS_OF_PRACTITIONER & found.keys():
        found[viewpoint] += [one for one in practitioners if one not in found[viewpoint]]
    return found


@dataclass(frozen=True)
class Stage:
    """A milestone of a trajectory: its day when it is known, and the last round held there."""

    milestone: Milestone
    on: date | None
    round: Round | None

    @property
    def is_near(self) -> bool:
        """Its day comes soon, or has just passed, without a round."""
        return self.round is None and self.on is not None and abs(self.on - timezone.localdate()) <= NEAR


def stages_of(trajectory: Trajectory, rounds: Sequence[Round]) -> list[Stage]:
    """In order of time. Mid-course and review are those of the agreement; what comes after the end waits for it."""
    days = _days(trajectory)
    held: dict[str, Round] = {}
    for one in rounds:
        held.setdefault(one.milestone, one)
    return [Stage(one, day, held.get(one)) for one, day in days.items() if day or one not in MONTHS_AFTER]


def _days(trajectory: Trajectory) -> dict[Milestone, date | None]:
    days: dict[Milestone, date | None] = {Milestone.START: trajectory.started_on}
    days |= {Milestone.MIDWAY: None, Milestone.REVIEW: trajectory.closed_on}
    if agreement := agreement_of(trajectory):
        half = (agreement.ends_now_on - agreement.starts_on) / 2
        days[Milestone.MIDWAY] = agreement.starts_on + half
        days[Milestone.REVIEW] = trajectory.closed_on or agreement.ends_now_on
    for milestone, months in MONTHS_AFTER.items():
        days[milestone] = months_after(trajectory.closed_on, months) if trajectory.closed_on else None
    return days


def months_after(day: date, months: int) -> date:
    """The same day of the month; the 28th at the latest, which every month has."""
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, min(day.day, 28))


def milestones_open_to(trajectory: Trajectory) -> list[Milestone]:
    """During the accompaniment, or after it: a trajectory that is over is read at the milestones that follow."""
    is_over = trajectory.closed_on is not None
    return [one for one in Milestone if (one in MONTHS_AFTER) == is_over]
