"""What a world holds of agendas: a meeting to come, who is invited to it, and a private address."""

from collections.abc import Callable
from typing import Any

from accounts.models import Person, User
from tests.factories.trajectories import AppointmentFactory
from trajectories.feeds import digest_of
from trajectories.models import AgendaFeed, Answer, Trajectory


def furnish_agenda(
    trajectory: Trajectory, practitioner: Person, leader: User, words: Callable[[str], str]
) -> dict[str, Any]:
    """A meeting that the practitioner planned, to which the leader is invited; and one that was cancelled."""
    made = AppointmentFactory(
        trajectory=trajectory,
        created_by=practitioner,
        subject=words("appointment.subject"),
        place=words("appointment.place"),
        link=words("appointment.link"),
    )
    made.guests.create(person=practitioner, answer=Answer.YES)
    made.guests.create(person=leader.person)
    AppointmentFactory(
        trajectory=trajectory,
        created_by=practitioner,
        cancelled_at=made.starts_at,
        cancelled_because=words("appointment.cancelled_because"),
    )
    AgendaFeed.objects.create(user=leader, digest=digest_of(f"agenda-{trajectory.structure_id}"))
    return {"appointment": made}
