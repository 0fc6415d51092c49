"""Files that were brought: of structures, of past interventions; each waiting to be read again, and each written."""

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from accounts.models import User
from efc_platform.backstage.models import Job, JobState
from efc_platform.backstage.operations import store_file
from structures.models import Structure, StructureImport
from tests.factories.people import UserFactory
from trajectories.models import Intervention, InterventionImport, Trajectory


def furnish_imports(structure: Structure, words: Callable[[str], str]) -> dict[str, Any]:
    """A file that waits to be read again, with a doubt, and one that was written."""
    made = [_import(structure, words, name, state) for name, state in (("brought", "analysed"), ("written", "written"))]
    return {"brought": made[0], "written_import": made[1]}


def _import(structure: Structure, words: Callable[[str], str], name: str, state: str) -> StructureImport:
    made = StructureImport.objects.create(
        client_key=uuid.uuid4(),
        file_name=words(f"{name}.file_name"),
        file=store_file(
            name=f"{name}.csv", content_type="text/csv", content=f"Nom;Ville\n{words(f'{name}.cell')};Lens".encode()
        ),
        columns={"0": "name", "1": "commune_name"},
        state=state,
        job=Job.objects.create(kind="import_reading", key=f"{name}:{structure.pk}", state=JobState.FAILED),
        made_by=UserFactory(),
        written_at=timezone.now() if state == "written" else None,
    )
    made.lines.create(
        number=2,
        cells=[words(f"{name}.cell"), "Lens"],
        sheet={"name": words(f"{name}.cell"), "commune_name": "Lens"},
        outcome="doubt",
        reason=words(f"{name}.reason"),
        candidate=structure,
        made=structure if state == "written" else None,
        changed=None,
    )
    made.lines.create(number=3, sheet={"name": "Une autre"}, cells=["Une autre"], outcome="create")
    return made


def furnish_noting(
    trajectory: Trajectory, by: User, intervention: Intervention, words: Callable[[str], str]
) -> dict[str, Any]:
    """A file of past interventions that waits, with a line to mend, and one that was noted."""
    names = (("noting", "analysed"), ("noted", "written"))
    return {name: _noting(trajectory, by, intervention, words, name, state) for name, state in names}


def _noting(
    trajectory: Trajectory, by: User, intervention: Intervention, words: Callable[[str], str], name: str, state: str
) -> InterventionImport:
    cell = words(f"{name}.cell")
    content = f"Date;Structure;Durée;Modalité;Compte rendu\n2024-03-17;{cell};1 h;Autre;Un mot".encode()
    made = InterventionImport.objects.create(
        client_key=uuid.uuid4(),
        file_name=words(f"{name}.file_name"),
        file=store_file(name=f"{name}.csv", content_type="text/csv", content=content),
        columns={"0": "occurred_on", "1": "structure", "2": "minutes", "3": "modality", "4": "account"},
        state=state,
        job=Job.objects.create(
            kind="intervention_import_reading", key=f"{name}:{trajectory.pk}", state=JobState.FAILED
        ),
        made_by=by,
        written_at=timezone.now() if state == "written" else None,
    )
    sheet = {"occurred_on": "2024-03-17", "minutes": 60, "modality": "other"}
    made.lines.create(
        number=2,
        cells=["2024-03-17", cell, "1 h", "Autre", "Un mot"],
        sheet=sheet | {"structure": cell, "account": cell},
        outcome="refused",
        reason=words(f"{name}.reason"),
    )
    made.lines.create(
        number=3,
        sheet=sheet | {"account": "Un autre"},
        outcome="create",
        trajectory=trajectory,
        made=intervention if state == "written" else None,
    )
    return made
