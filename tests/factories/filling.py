"""One more row of what pages list, for the tests that count."""

from accounts.models import Circle, HistoryRewrite, Role
from accounts.operations import ask_support
from structures.looks import note_look
from tests.factories.cast import Cast
from tests.factories.people import UserFactory
from tests.factories.structures import DocumentFactory
from tests.factories.world import World
from trajectories.operations import open_text


def fill_proofs(world: World, cast: Cast, rank: int) -> None:
    """One more document, one more look of each kind, one more lawful change, a place asked for in both directions."""
    DocumentFactory(structure=world.structure)
    coordinator = UserFactory(roles=[Role.COORDINATOR])
    note_look(coordinator, world.structure)
    open_text(by=coordinator, target=world.interventions[Circle.TEAM].shares.first(), reason="Pour voir")
    for asker, concerned in ((cast.coordinator, UserFactory()), (coordinator, cast.nobody)):
        ask_support(by=asker, concerned=concerned, reason="Aider")
    HistoryRewrite.objects.create(table_name="t", row_id=rank, reason="Effacement")
