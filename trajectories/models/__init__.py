"""What a trajectory is made of."""

from trajectories.models.agreements import Agreement, Amendment, BoardSays, Manner, Party, Signature
from trajectories.models.appointments import AgendaFeed, Answer, Appointment, AppointmentGuest
from trajectories.models.closings import REOPENED_WITHIN, Closing, ClosingReason, FollowUp
from trajectories.models.crosswalks import Correspondence, CorrespondenceSource, Passage, Relation, Weight
from trajectories.models.diagnoses import DIAGNOSED, DiagnosisAnswer, Opinion, SharedDiagnosis
from trajectories.models.effects import Confidence, Direction, Resource, ResourceNote, UsefulEffect, resource_in_words
from trajectories.models.evidence import Evidence, EvidenceKind
from trajectories.models.framework import (
    FRAMEWORK_TRANSITIONS,
    LEVELS,
    SHORT_LENGTH,
    SPOKE_LENGTH,
    Axis,
    Criterion,
    Dimension,
    FrameworkState,
    FrameworkVersion,
    Level,
    Marker,
)
from trajectories.models.framework_changes import ChangeKind, FrameworkChange, PartKind
from trajectories.models.framework_remarks import FrameworkRemark
from trajectories.models.imports import InterventionImport, InterventionLine, LineOutcome
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
    "FRAMEWORK_TRANSITIONS",
    "LEVELS",
    "LEVEL_CHOICES",
    "OPEN_FOR",
    "PRINTED_CIRCLES",
    "PUT_BACK_WITHIN",
    "QUESTION_TRANSITIONS",
    "REOPENED_WITHIN",
    "SHORT_LENGTH",
    "SPOKE_LENGTH",
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
    "ChangeKind",
    "Closing",
    "ClosingReason",
    "Confidence",
    "Correspondence",
    "CorrespondenceSource",
    "Criterion",
    "DiagnosisAnswer",
    "Dimension",
    "Direction",
    "Evidence",
    "EvidenceKind",
    "FollowUp",
    "FrameworkChange",
    "FrameworkRemark",
    "FrameworkState",
    "FrameworkVersion",
    "Intervention",
    "InterventionImport",
    "InterventionLine",
    "InterventionShare",
    "JournalEntry",
    "Level",
    "LineOutcome",
    "Manner",
    "Marker",
    "Modality",
    "NextStep",
    "Opinion",
    "OwnMoment",
    "PartKind",
    "ParticipantKind",
    "Participation",
    "Party",
    "Passage",
    "Phase",
    "PhaseKind",
    "Place",
    "Positioning",
    "PositioningState",
    "ProgressReport",
    "QuestionState",
    "Reading",
    "Relation",
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
    "Weight",
    "Workshop",
    "WorkshopAnswer",
    "WorkshopLine",
    "WorkshopQuestion",
    "opened_by",
    "resource_in_words",
]
