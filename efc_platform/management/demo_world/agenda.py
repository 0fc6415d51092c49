"""Around the meetings: people invited and what they answer, one that is cancelled, one that took place."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from efc_platform.management.demo_world.world import World, moment
from trajectories import operations
from trajectories.forms import of_appointment
from trajectories.models import AddedModality, Answer, Appointment, Modality, Trajectory


def make_agenda(world: World, rows: Mapping[str, Any]) -> None:
    for row in rows["guests"]:
        _invite(world, row)
    for row in rows["planned"]:
        made = _plan(world, row, row["in_days"])
        operations.cancel_appointment(by=world.user(row["by"]), appointment=made, because=row["cancelled"])
    for row in rows["past"]:
        _meet(world, row)
    for name in rows["feeds"]:
        operations.open_feed(by=world.user(name), names_structures=False)


def _of(world: World, row: Mapping[str, Any]) -> Trajectory:
    return world.structures[row["structure"]].trajectories.open().get()


def _invite(world: World, row: Mapping[str, Any]) -> None:
    """To the next meeting of the structure."""
    found = _of(world, row).appointments.upcoming().earliest("starts_at")
    planned = of_appointment(found) | {"guests": world.named(row["people"]), "link": row["link"]}
    edited = operations.edit_appointment(
        by=world.user(row["by"]), appointment=found, expected_version=found.version, **planned
    )
    for name, answer in row["answers"].items():
        guest = edited.guests.get(person=world.people[name])
        operations.answer_by_link(guest=guest, answer=Answer(answer))


def _plan(world: World, row: Mapping[str, Any], in_days: int) -> Appointment:
    return operations.plan_appointment(
        by=world.user(row["by"]),
        trajectory=_of(world, row),
        starts_at=moment(world.ago(-in_days), row["at"]),
        guests=world.named(row["people"]),
        **_modality(row),
        **{name: row[name] for name in ("minutes", "subject", "place")},
    )


def _modality(row: Mapping[str, Any]) -> dict[str, Any]:
    """One of the network's, if it has one."""
    if name := row.get("modality"):
        return {"modality": Modality.OTHER, "added_modality": AddedModality.objects.get(name=name)}
    return {}


def _meet(world: World, row: Mapping[str, Any]) -> None:
    """Planned as meetings are, ahead; then the days go by."""
    made = _plan(world, row, 1)
    ago = made.starts_at - timedelta(days=1 + row["days_ago"])
    Appointment.objects.filter(pk=made.pk).update(starts_at=ago)
