"""How a trajectory ended, and what came before and after it in the same structure."""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.formats import date_format

from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.once import once
from structures.models import Structure
from trajectories.models import Closing, FollowUp, Trajectory


def journeys_of(structure: Structure) -> list[Trajectory]:
    """All its trajectories, the first one first: coming back is another one, beside those before."""
    return once(("journeys", structure.pk), lambda: list(structure.trajectories.order_by("started_on", "pk")))


@dataclass(frozen=True)
class Around:
    """The trajectories of the same structure just before and just after this one."""

    before: Trajectory | None = None
    after: Trajectory | None = None


def around(trajectory: Trajectory) -> Around:
    journeys = journeys_of(trajectory.structure)
    place = next((rank for rank, one in enumerate(journeys) if one.pk == trajectory.pk), 0)
    return Around(journeys[place - 1] if place else None, journeys[place + 1] if place + 1 < len(journeys) else None)


def ending_of(trajectory: Trajectory) -> Closing | None:
    """Why and how a closed trajectory ended, with the news heard since; one closed elsewhere may have no words."""
    if trajectory.closed_on is None:
        return None
    news = Prefetch("follow_ups", FollowUp.objects.select_related("step"))
    standing = trajectory.closings.standing().prefetch_related(news)
    return once(("ending", trajectory.pk), standing.first)


def refuse_closed(trajectory: Trajectory, what: str) -> None:
    """In plain words: since when, and what it does not take any more."""
    if trajectory.closed_on is not None:
        raise OperationRefused(
            f"Cette trajectoire est close depuis le {date_format(trajectory.closed_on)}\u00a0: {what}. Gardez votre "
            "texte\u00a0; il aura sa place dans une nouvelle trajectoire."
        )
