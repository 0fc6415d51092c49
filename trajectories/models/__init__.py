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
from trajectories.models.steps import NextStep
from trajectories.models.tags import Tag, TagScope
from trajectories.models.team import AccountRemark, RemarkKind, RemarkOutcome, TeamNote
from trajectories.models.telling import PUT_BACK_WITHIN, OwnMoment, Phase, PhaseKind
from trajectories.models.trajectory import Trajectory
from trajectories.models.trials import CONCLUDED, TRIAL_TRANSITIONS, Trial, TrialMove, TrialState
from trajectories.models.verbatims import Verbatim, VerbatimCircle
from trajectories.models.workshops import (
    CODE_LENGTH,
    CODE_LETTERS,
    LEVEL_CHOICES,
    OPEN_FOR,
    QUESTION_TRANSITIONS,
    TOLD_CHOICES,
    AnswerChoice,
    QuestionState,
    Workshop,
    WorkshopAnswer,
    WorkshopLine,
    WorkshopQuestion,
)

__all__ = [
    "CODE_LENGTH",
    "CODE_LETTERS",
    "CONCLUDED",
    "DEFAULT_CIRCLES",
    "DIAGNOSED",
    "LEVEL_CHOICES",
    "OPEN_FOR",
    "PRINTED_CIRCLES",
    "PUT_BACK_WITHIN",
    "QUESTION_TRANSITIONS",
    "REOPENED_WITHIN",
    "TOLD_CHOICES",
    "TRIAL_TRANSITIONS",
    "AccountRemark",
    "AddedModality",
    "AgendaFeed",
    "Agreement",
    "Amendment",
    "Answer",
    "AnswerChoice",
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
    "QuestionState",
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
    "TrialMove",
    "TrialState",
    "Verbatim",
    "VerbatimCircle",
    "Viewpoint",
    "Workshop",
    "WorkshopAnswer",
    "WorkshopLine",
    "WorkshopQuestion",
    "opened_by",
]
