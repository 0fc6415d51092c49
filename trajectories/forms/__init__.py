"""Forms of a trajectory."""

from trajectories.forms.agreements import (
    CONFIDENTIALITY,
    RIGHTS,
    AgreementForm,
    AmendmentForm,
    PaperSignatureForm,
    SignatureForm,
)
from trajectories.forms.closings import CloseForm, ClosingForm, NewsForm
from trajectories.forms.diagnoses import DiagnosisAnswerForm, DiagnosisForm
from trajectories.forms.trajectories import (
    AppointmentForm,
    DimensionChoices,
    InterventionEditForm,
    InterventionForm,
    JournalFields,
    JournalForm,
    NextStepForm,
    OpenTrajectoryForm,
    PositioningForm,
    ReadingForm,
    ReportForm,
    TextOpeningForm,
    TrialChangeForm,
    TrialForm,
    WordsForm,
)

__all__ = [
    "CONFIDENTIALITY",
    "RIGHTS",
    "AgreementForm",
    "AmendmentForm",
    "AppointmentForm",
    "CloseForm",
    "ClosingForm",
    "DiagnosisAnswerForm",
    "DiagnosisForm",
    "DimensionChoices",
    "InterventionEditForm",
    "InterventionForm",
    "JournalFields",
    "JournalForm",
    "NewsForm",
    "NextStepForm",
    "OpenTrajectoryForm",
    "PaperSignatureForm",
    "PositioningForm",
    "ReadingForm",
    "ReportForm",
    "SignatureForm",
    "TextOpeningForm",
    "TrialChangeForm",
    "TrialForm",
    "WordsForm",
]
