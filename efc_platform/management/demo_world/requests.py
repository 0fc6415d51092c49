"""Who wrote from the public page to be accompanied, and what coordination answered."""

from collections.abc import Iterable
from typing import Any

from efc_platform.management.demo_world.world import World, key_for
from structures import operations
from structures.models import AccompanimentRequest

_WRITTEN = ["person_name", "structure_name", "email", "phone", "message"]


def make_requests(world: World, rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        request = operations.receive_request(
            **{name: row[name] for name in _WRITTEN if name in row},
            client_key=key_for(f"request:{row['person_name']}"),
            on=world.evening(row["days_ago"]),
        )
        if "answer" in row:
            _answer(world, request, row)
    world.say(f"{AccompanimentRequest.objects.count()} demandes d’accompagnement")


def _answer(world: World, request: AccompanimentRequest, row: dict[str, Any]) -> None:
    operations.answer_request(
        by=world.user("coordination"),
        request=request,
        answer=row["answer"],
        expected_version=request.version,
        on=world.evening(row["answered_days_ago"]),
    )
