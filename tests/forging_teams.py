"""Forged forms beside an account: notes, remarks, modalities."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.forging import Creation, Edit
from trajectories.models import AccountRemark, AddedModality, InterventionImport, JournalEntry, Tag

TODAY = timezone.localdate().isoformat()

TEAM_EDITS = [
    Edit(
        "team_note",
        "intervention",
        "practitioner",
        {"preparation": "Avant", "debrief": "Après", "version": 1},
        lambda world: world.team_note,
        {"preparation", "debrief", "version", "updated_at"},
    ),
    Edit(
        "tag_edit",
        "tag",
        "practitioner",
        {"name": "Relais", "version": 1},
        lambda world: world.tag,
        {"name", "version"},
    ),
    Edit(
        "tag_merge",
        "tag",
        "practitioner",
        {"other": "rien"},
        lambda world: world.tag,
    ),
    Edit(
        "remark_answer",
        "remark",
        "practitioner",
        {"outcome": "kept", "answer": "C’est ainsi."},
        lambda world: world.remark,
        {"outcome", "answer", "answered_by_id", "answered_at"},
    ),
    Edit(
        "modality",
        "modality",
        "coordinator",
        {"name": "Marche", "is_retired": "on", "version": 1},
        lambda world: world.modality,
        {"name", "retired_on", "version"},
    ),
]
TEAM_EDITS += [
    Edit(
        "intervention_import_columns",
        "noting",
        "practitioner",
        {f"column_{place}": label for place, label in enumerate(["Date", "", "Durée", "Modalité", "Titre"])},
        lambda world: world.noting,
        {"columns", "state", "job_id"},
    ),
    Edit("intervention_import_write", "noting", "practitioner", {}, lambda world: world.noting, {"state", "job_id"}),
    Edit("intervention_import_undo", "noted", "practitioner", {}, lambda world: world.noted, {"state", "job_id"}),
    Edit("intervention_import_retry", "noting", "practitioner", {}, lambda world: world.noting),
]
TEAM_CREATIONS = [
    Creation(
        "intervention_imports",
        None,
        "practitioner",
        lambda cast, world: {"file": SimpleUploadedFile("a.csv", b"Date\n2024-03-17")},
        InterventionImport,
        lambda cast, world: {"made_by": cast.practitioner, "state": "reading", "written_at": None},
    ),
    Creation(
        "remark_new",
        "intervention",
        "leader",
        lambda cast, world: {"kind": "comment", "text": "Merci."},
        AccountRemark,
        lambda cast, world: {"author": cast.leader.person, "answered_at": None, "outcome": "", "answer": ""},
    ),
    Creation(
        "modalities",
        None,
        "coordinator",
        lambda cast, world: {"name": "Visite apprenante"},
        AddedModality,
        lambda cast, world: {"retired_on": None, "version": 1},
    ),
    Creation(
        "tags",
        None,
        "practitioner",
        lambda cast, world: {"name": "Relais", "scope": "mine"},
        Tag,
        lambda cast, world: {"owner": cast.practitioner.person, "structure": None, "version": 1},
    ),
    Creation(
        "share_tags",
        "intervention",
        "practitioner",
        lambda cast, world: {"name": "Passage", "scope": "team"},
        Tag,
        lambda cast, world: {"owner": None, "structure": world.structure, "version": 1},
    ),
    Creation(
        "journal_new",
        None,
        "practitioner",
        lambda cast, world: {"facts": "Faits", "written_on": TODAY},
        JournalEntry,
        lambda cast, world: {"author": cast.practitioner.person, "intervention": None, "version": 1},
    ),
]
