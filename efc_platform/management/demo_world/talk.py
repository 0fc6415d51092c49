"""What members of the network say of themselves, and what people of structures and their practitioners write."""

from typing import Any

from community.operations import edit_profile
from efc_platform.management.demo_world.world import World
from structures.operations import answer_conversation, write_to_practitioner


def make_talk(world: World, rows: dict[str, Any]) -> None:
    for row in rows["profiles"]:
        said = {name: row[name] for name in ("work", "territory", "help") if name in row}
        edit_profile(by=world.user(row["person"]), expected_version=0, on=world.evening(row["days_ago"]), **said)
    for row in rows["conversations"]:
        _converse(world, row)
    world.say(f"{len(rows['profiles'])} profils, {len(rows['conversations'])} conversations")


def _converse(world: World, row: dict[str, Any]) -> None:
    first, *others = row["messages"]
    opened = write_to_practitioner(
        by=world.user(row["opened_by"]),
        structure=world.structures[row["structure"]],
        subject=first.get("subject", ""),
        text=first["text"],
        on=world.evening(first["days_ago"]),
    ).conversation
    for one in others:
        answer_conversation(
            by=world.user(one["author"]), conversation=opened, text=one["text"], on=world.evening(one["days_ago"])
        )
