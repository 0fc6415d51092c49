"""What a trajectory is made of."""

from trajectories.models.agreements import Agreement, Amendment, BoardSays, Manner, Party, Signature
from trajectories.models.appointments import AgendaFeed, Answer, Appointment, AppointmentGuest
from trajectories.models.closings import REOPENED_WITHIN, Closing, ClosingReason, FollowUp
from trajectories.models.diagnoses import DIAGNOSED, DiagnosisAnswer, Opinion, SharedDiagnosis
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
from trajectories.models.tags import Tag, TagScope
from trajectories.models.team import AccountRemark, RemarkKind, RemarkOutcome, TeamNote
from trajectories.models.trajectory import NextStep, Trajectory, Trial, TrialState

__all__ = [
    "DEFAULT_CIRCLES",
    "DIAGNOSED",
    "PRINTED_CIRCLES",
    "REOPENED_WITHIN",
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
    "Criterion",
    "DiagnosisAnswer",
    "Dimension",
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
    "ParticipantKind",
    "Participation",
    "Party",
    "Place",
    "Positioning",
    "PositioningState",
    "ProgressReport",
    "Reading",
    "RemarkKind",
    "RemarkOutcome",
    "SharedDiagnosis",
    "Signature",
    "Tag",
    "TagScope",
    "TeamNote",
    "TextOpening",
    "Trajectory",
    "Trial",
    "TrialState",
    "Viewpoint",
    "opened_by",
]
