"""Structures, their people, those who accompany them; requests, invitations and those who ask to join."""

from structures.models.cohorts import (
    Cohort,
    CohortPlace,
)
from structures.models.identity import Accreditation, as_ape, as_rna, as_siren, as_siret
from structures.models.joining import (
    JOIN_TRANSITIONS,
    JoinLink,
    JoinRequest,
    JoinState,
    MembershipOffer,
    new_code,
)
from structures.models.merging import TAKEN_BACK_WITHIN, DistinctStructures, MergedRow, StructureMerge
from structures.models.messages import (
    Conversation,
    ConversationQuerySet,
    Message,
    answering_for,
    own_conversation,
)
from structures.models.requests import (
    REQUEST_TRANSITIONS,
    AccompanimentRequest,
    AccompanimentRequestQuerySet,
    RequestState,
)
from structures.models.structures import (
    Accompaniment,
    LegalForm,
    LocalRole,
    Membership,
    PeriodQuerySet,
    Structure,
    StructureQuerySet,
    Ties,
    YearlyFigures,
    in_charge,
    read_ties,
    ties_of,
)

__all__ = [
    "JOIN_TRANSITIONS",
    "REQUEST_TRANSITIONS",
    "TAKEN_BACK_WITHIN",
    "Accompaniment",
    "AccompanimentRequest",
    "AccompanimentRequestQuerySet",
    "Accreditation",
    "Cohort",
    "CohortPlace",
    "Conversation",
    "ConversationQuerySet",
    "DistinctStructures",
    "JoinLink",
    "JoinRequest",
    "JoinState",
    "LegalForm",
    "LocalRole",
    "Membership",
    "MembershipOffer",
    "MergedRow",
    "Message",
    "PeriodQuerySet",
    "RequestState",
    "Structure",
    "StructureMerge",
    "StructureQuerySet",
    "Ties",
    "YearlyFigures",
    "answering_for",
    "as_ape",
    "as_rna",
    "as_siren",
    "as_siret",
    "in_charge",
    "new_code",
    "own_conversation",
    "read_ties",
    "ties_of",
]
