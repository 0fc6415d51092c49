"""Forged forms of the frame of an accompaniment: cohorts, funded operations."""

from datetime import timedelta

from django.utils.timezone import localdate

from efc_platform.backstage.models import Organisation
from structures.models import Accompaniment, Cohort, CohortMessage, CohortPlace, FundedPart, FundingOperation
from tests.forging import Creation, Edit

_DAY = "2024-02-01"
_SAID = (
    "name",
    "address",
    "contact",
    "disability_contact",
    "sender_name",
    "front_heading",
    "front_lede",
    "front_about",
)
FRAME_EDITS = [
    Edit(
        "organisation",
        None,
        "coordinator",
        {"reply_to": "nous@exemple.example", "version": 1, "siret": "", "training_number": ""}
        | dict.fromkeys(_SAID, "Rives"),
        lambda world: Organisation.objects.get(),
        {"reply_to", "version", *_SAID},
    ),
    Edit(
        "practitioner_edit",
        "accompaniment",
        "coordinator",
        {"days": "3,5"},
        lambda world: world.accompaniment,
        {"days"},
    ),
    Edit(
        "handover",
        "accompaniment",
        "practitioner",
        {"note": "Une note", "version": 1},
        lambda world: world.accompaniment.handover,
        {"note", "written_at", "version"},
    ),
    Edit(
        "cohort_edit",
        "cohort",
        "coordinator",
        {"name": "Rives", "starts_on": _DAY, "ends_on": "2034-02-01", "presentation": "Le soin", "version": 1},
        lambda world: world.cohort,
        {"name", "starts_on", "ends_on", "presentation", "version"},
    ),
    Edit("cohort_leave", "cohort_place", "coordinator", {"on": _DAY}, lambda world: world.cohort_place, {"until"}),
    Edit(
        "funding_edit",
        "funding",
        "coordinator",
        {"name": "FSE+", "funder": "État", "starts_on": _DAY, "ends_on": "2034-02-01", "days": "12,5", "version": 1},
        lambda world: world.funding,
        {"name", "funder", "starts_on", "ends_on", "days", "reference", "purpose", "version"},
    ),
    Edit(
        "funding_detach",
        "funded_part",
        "coordinator",
        {},
        lambda world: world.funded_part,
        {"until"},
        lambda world: {"on": world.funded_part.since.isoformat()},
    ),
]
FRAME_CREATIONS = [
    Creation(
        "practitioner_stand_in",
        "accompaniment",
        "coordinator",
        lambda cast, world: {
            "practitioner": cast.other_practitioner.person.pk,
            "since": localdate().isoformat(),
            "until": (localdate() + timedelta(days=9)).isoformat(),
        },
        Accompaniment,
        lambda cast, world: {"stands_in_for": world.accompaniment, "structure": world.structure, "days": None},
    ),
    Creation(
        "practitioner_handover",
        "accompaniment",
        "coordinator",
        lambda cast, world: {"practitioner": cast.other_practitioner.person.pk, "on": localdate().isoformat()},
        Accompaniment,
        lambda cast, world: {"takes_over_from": world.accompaniment, "structure": world.structure, "until": None},
    ),
    Creation(
        "cohort_new",
        None,
        "coordinator",
        lambda cast, world: {"name": "Cimes", "starts_on": _DAY},
        Cohort,
        lambda cast, world: {"ends_on": None, "version": 1},
    ),
    Creation(
        "cohort",
        "cohort",
        "staff",
        lambda cast, world: {"text": "Bonjour"},
        CohortMessage,
        lambda cast, world: {"author": cast.staff.person, "cohort": world.cohort},
    ),
    Creation(
        "cohort_join",
        "cohort",
        "coordinator",
        lambda cast, world: {"structures": [world.twin.public_id], "since": _DAY},
        CohortPlace,
        lambda cast, world: {"cohort": world.cohort, "structure": world.twin, "until": None},
    ),
    Creation(
        "funding_new",
        None,
        "coordinator",
        lambda cast, world: {"name": "DLA", "funder": "État", "starts_on": _DAY, "ends_on": "2034-02-01"},
        FundingOperation,
        lambda cast, world: {"days": None, "version": 1},
    ),
    Creation(
        "funding_attach",
        "funding",
        "coordinator",
        lambda cast, world: {
            "structures": [world.twin.public_id],
            "since": world.funding.starts_on.isoformat(),
        },
        FundedPart,
        lambda cast, world: {"operation": world.funding, "structure": world.twin, "cohort": None, "until": None},
    ),
]
