"""What a trajectory is made of."""

from trajectories.models.agreements import Agreement, Amendment, BoardSays, Manner, Party, Signature
from trajectories.models.appointments import AgendaFeed, Answer, Appointment, AppointmentGuest
from trajectories.models.closings import REOPENED_WITHIN, Closing, ClosingReason, FollowUp
from trajectories.models.diagnoses import DIAGNOSED, DiagnosisAnswer, Opinion, SharedDiagnosis
from trajectories.models.effects import Confidence, Direction, Resource, ResourceNote, UsefulEffect, resource_in_words
from trajectories.models.framework import Axis, Criterion, Dimension, FrameworkVersion, Level, Marker
from trajectories.models.interventions import (
    DEFAULT_CIRCLES,
    PRINTED_CIRCLES,
    Intervention,
    InterventionShare,
    Modality,
    ParticipantKind,
    Participation,
    Place,
)
from trajectories.models.journal import JournalEntry
from trajectories.models.modalities import AddedModality
from trajectories.models.openings import TextOpening, opened_by
from trajectories.models.readings import Positioning, PositioningState, Reading, Viewpoint
from trajectories.models.reports import ProgressReport
from trajectories.models.steps import NextStep
from trajectories.models.tags import Tag, TagScope
from trajectories.models.team import AccountRemark, RemarkKind, RemarkOutcome, TeamNote
from trajectories.models.telling import PUT_BACK_WITHIN, OwnMoment, Phase, PhaseKind
from trajectories.models.trajectory import Trajectory
from trajectories.models.trials import CONCLUDED, TRIAL_TRANSITIONS, Trial, TrialMove, TrialState
from trajectories.models.verbatims import Verbatim, VerbatimCircle

__all__ = [
    "CONCLUDED",
    "DEFAULT_CIRCLES",
    "DIAGNOSED",
    "PRINTED_CIRCLES",
    "PUT_BACK_WITHIN",
    "REOPENED_WITHIN",
    "TRIAL_TRANSITIONS",
    "AccountRemark",
    "AddedModality",
    "AgendaFeed",
    "Agreement",
    "Amendment",
    "Answer",
    "Appointment",
    "AppointmentGuest",
    "Axis",
    "BoardSays",
    "Closing",
    "ClosingReason",
    "Confidence",
    "Criterion",
    "DiagnosisAnswer",
    "Dimension",
    "Direction",
    "FollowUp",
    "FrameworkVersion",
    "Intervention",
    "InterventionShare",
    "JournalEntry",
    "Level",
    "Manner",
    "Marker",
    "Modality",
    "NextStep",
    "Opinion",
    "OwnMoment",
    "ParticipantKind",
    "Participation",
    "Party",
    "Phase",
    "PhaseKind",
    "Place",
    "Positioning",
    "PositioningState",
    "ProgressReport",
    "Reading",
    "RemarkKind",
    "RemarkOutcome",
    "Resource",
    "ResourceNote",
    "SharedDiagnosis",
    "Signature",
    "Tag",
    "TagScope",
    "TeamNote",
    "TextOpening",
    "Trajectory",
    "Trial",
    "TrialMove",
    "TrialState",
    "UsefulEffect",
    "Verbatim",
    "VerbatimCircle",
    "Viewpoint",
    "opened_by",
    "resource_in_words",
]
