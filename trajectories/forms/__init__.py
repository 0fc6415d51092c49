"""Forms of a trajectory."""

from trajectories.forms.closings import CloseForm, ClosingForm, NewsForm
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
    "AppointmentForm",
    "CloseForm",
    "ClosingForm",
    "DimensionChoices",
    "InterventionEditForm",
    "InterventionForm",
    "JournalFields",
    "JournalForm",
    "NewsForm",
    "NextStepForm",
    "OpenTrajectoryForm",
    "PositioningForm",
    "ReadingForm",
    "ReportForm",
    "TextOpeningForm",
    "TrialChangeForm",
    "TrialForm",
    "WordsForm",
]
