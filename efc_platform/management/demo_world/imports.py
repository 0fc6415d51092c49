"""A spreadsheet that the coordination brought this morning, read and not yet written."""

from uuid import UUID

from efc_platform.backstage import operations as backstage
from efc_platform.management.demo_world.world import World
from efc_platform.shared.spreadsheets import written
from structures import operations

_LINES = [
    ["Structures rencontrées au salon de l’ESS", "", "", ""],
    ["Raison sociale", "N° SIRET", "Ville", "Secteur d’activité"],
    ["Le Four banal", "", "Arras", "Boulangerie d’insertion"],
    ["Les Jardins de la Scarpe", "", "Arras", "Maraîchage"],
    ["Fil Long", "", "Liévin", "Couture"],
    ["La Roulotte", "123", "Lens", "Cirque"],
]


def make_import(world: World) -> None:
    """One line to create and another, one to decide, one refused for its number."""
    found = operations.receive_import(
        by=world.user("coordination"),
        name="salon-ess.csv",
        content=b"".join(written("csv", _LINES)),
        client_key=UUID(int=20261128),
    )
    if found.job and (job := backstage.claim(job_id=found.job.pk)):
        operations.read_import(job=job)
