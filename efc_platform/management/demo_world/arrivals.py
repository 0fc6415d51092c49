"""Who is expected, and who asks to come in."""

from typing import Any

from django.utils import timezone

from accounts.models import Invitation
from accounts.operations import invite_to_network
from efc_platform.management.demo_world.world import World, key_for
from structures import operations
from structures.models import Structure


def make_arrivals(world: World, rows: dict[str, Any]) -> None:
    for row in rows["network"]:
        invite_to_network(by=world.user("coordination"), **row)
    structure = Structure.objects.get(name=rows["structure"])
    for row in rows["invited"]:
        is_old = row.pop("is_old", False)
        made = operations.invite_to_structure(by=world.user(rows["leader"]), structure=structure, **row)
        if is_old:
            # Nobody answered in time: only the days that went by make an invitation out of date.
            Invitation.objects.filter(pk=made.pk).update(expires_at=timezone.now())
    link = operations.renew_join_link(by=world.user(rows["leader"]), structure=structure)
    for row in rows["asking"]:
        operations.ask_to_join(link=link, client_key=key_for(f"join:{row['email']}"), **row)
