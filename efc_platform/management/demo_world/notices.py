"""What people were told while the world was made: the oldest were read, the last wait."""

from accounts.models import Category, Notice, Rhythm
from accounts.operations import choose_rhythms, open_notice
from efc_platform.management.demo_world.world import World
from trajectories.operations import add_next_step

WAITING = 1


def choose_mails(world: World) -> None:
    """Before anything happens: one person wants requests at once, the others keep their daily digest."""
    choose_rhythms(by=world.user("ines"), rhythms={Category.REQUESTS: Rhythm.AT_ONCE})


def promise_something(world: World) -> None:
    """This very day, by whoever accompanies the structure of the demonstration's leader, to that leader."""
    add_next_step(
        by=world.user("ines"),
        trajectory=world.structures["ressourcerie-trois-rives"].trajectories.get(),
        text="Choisir, à trois, ce que nous lirons du bilan au conseil",
        due_on=world.ago(-12),
        owner=world.people["nadia"],
    )


def read_old_notices(world: World) -> None:
    for user in world.users.values():
        for notice in Notice.objects.visible_to(user).unread()[WAITING:]:
            open_notice(by=user, notice=notice)
