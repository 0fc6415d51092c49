"""Structures, their people, those who accompany them; requests, invitations and those who ask to join."""

from structures.models.structures import (
    REQUEST_TRANSITIONS,
    Accompaniment,
    AccompanimentRequest,
    AccompanimentRequestQuerySet,
    Cohort,
    CohortPlace,
    LegalForm,
    LocalRole,
    Membership,
    PeriodQuerySet,
    RequestState,
    Structure,
    StructureQuerySet,
    Ties,
    YearlyFigures,
    ties_of,
)

__all__ = [
    "REQUEST_TRANSITIONS",
    "Accompaniment",
    "AccompanimentRequest",
    "AccompanimentRequestQuerySet",
    "Cohort",
    "CohortPlace",
    "LegalForm",
    "LocalRole",
    "Membership",
    "PeriodQuerySet",
    "RequestState",
    "Structure",
    "StructureQuerySet",
    "Ties",
    "YearlyFigures",
    "ties_of",
]
