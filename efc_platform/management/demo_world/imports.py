"""Spreadsheets that were brought this morning, read and not yet written: of structures, of past interventions."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from efc_platform.backstage import operations as backstage
from efc_platform.management.demo_world.world import World
from efc_platform.shared.spreadsheets import written
from structures import operations
from trajectories.models import InterventionShare
from trajectories.operations import read_interventions, receive_interventions

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


_HEADINGS = ["Date", "Structure", "Durée", "Modalité", "Compte rendu", "Accompagnateur"]


def make_past_interventions(world: World) -> None:
    """Of a notebook kept before: one line to note, one that is there already, two to mend. And what the coordination
    keeps of another."""
    structure, mine = world.structures["ressourcerie-trois-rives"], world.user("ines")
    noted = InterventionShare.objects.filter(
        trajectory__structure=structure, circle="structure", intervention__practitioners=mine.person_id
    )
    share = noted.select_related("intervention").latest("intervention__occurred_on")
    before = world.today - timedelta(days=400)
    rows: list[list[Any]] = [
        [before, structure.name, "1 h 30", "Organisation du travail", "Tour de l’atelier, poste par poste.", ""],
        [share.intervention.occurred_on, structure.name, f"{share.minutes} min", "Autre", share.account, ""],
        [before, "La Ressourcerie des 3 Rives", "2 h", "Autre", "Le point avec la direction.", ""],
        ["", structure.name, "2 h", "Yoga", "Une date à retrouver.", ""],
    ]
    _bring(mine, "carnet-de-bord-2025.csv", rows, 20261129)
    hugo = world.user("hugo").person.display_name
    told: list[list[Any]] = [
        [before, structure.name, "3 h", "Formation", "Une journée avec le conseil.", who] for who in (hugo, "Zoé")
    ]
    _bring(world.user("coordination"), "interventions-reprises.csv", told, 20261130)


def _bring(by: Any, name: str, rows: list[list[Any]], key: int) -> None:
    content = b"".join(written("csv", [_HEADINGS, *rows]))
    found = receive_interventions(by=by, name=name, content=content, client_key=UUID(int=key))
    if found.job and (job := backstage.claim(job_id=found.job.pk)):
        read_interventions(job=job)
