"""Forms of a structure’s sheet, of its people, and of who asks."""

from structures.forms.accompaniments import (
    AppointmentOfPractitionerForm,
    DaysForm,
    HandOverForm,
    HandoverForm,
    PractitionerChoice,
    StandInForm,
)
from structures.forms.archiving import ArchiveForm
from structures.forms.cohorts import (
    COHORT_FIELDS,
    FUNDING_FIELDS,
    AttachForm,
    CohortEditForm,
    CohortMessageForm,
    CohortNewForm,
    FundingEditForm,
    FundingNewForm,
    JoinCohortForm,
    LastDayForm,
    of_cohort,
    of_funding,
)
from structures.forms.documents import DocumentForm
from structures.forms.ecosystem import (
    TOLD_FIELDS,
    MapDatesForm,
    RelationChangeForm,
    RelationEndForm,
    RelationForm,
    RelationLineForm,
)
from structures.forms.figures import FIGURE_FIELDS, FiguresForm
from structures.forms.imports import ColumnsForm, DecisionsForm, FileForm, ImportForm, StructureColumnsForm
from structures.forms.joining import (
    JoinForm,
    MemberInvitationForm,
    WelcomeRequestForm,
)
from structures.forms.merging import MergeForm
from structures.forms.messages import (
    ConversationForm,
    MessageForm,
)
from structures.forms.people import MemberForm
from structures.forms.requests import (
    AnswerForm,
    CloseRequestForm,
    RequestForm,
)
from structures.forms.silence import PauseForm
from structures.forms.structures import (
    SHEET_FIELDS,
    AlikeForm,
    RestoreForm,
    SheetEditForm,
    SheetForm,
    SheetNewForm,
    columns_of,
)

__all__ = [
    "COHORT_FIELDS",
    "FIGURE_FIELDS",
    "FUNDING_FIELDS",
    "SHEET_FIELDS",
    "TOLD_FIELDS",
    "AlikeForm",
    "AnswerForm",
    "AppointmentOfPractitionerForm",
    "ArchiveForm",
    "AttachForm",
    "CloseRequestForm",
    "CohortEditForm",
    "CohortMessageForm",
    "CohortNewForm",
    "ColumnsForm",
    "ConversationForm",
    "DaysForm",
    "DecisionsForm",
    "DocumentForm",
    "FiguresForm",
    "FileForm",
    "FundingEditForm",
    "FundingNewForm",
    "HandOverForm",
    "HandoverForm",
    "ImportForm",
    "JoinCohortForm",
    "JoinForm",
    "LastDayForm",
    "MapDatesForm",
    "MemberForm",
    "MemberInvitationForm",
    "MergeForm",
    "MessageForm",
    "PauseForm",
    "PractitionerChoice",
    "RelationChangeForm",
    "RelationEndForm",
    "RelationForm",
    "RelationLineForm",
    "RequestForm",
    "RestoreForm",
    "SheetEditForm",
    "SheetForm",
    "SheetNewForm",
    "StandInForm",
    "StructureColumnsForm",
    "WelcomeRequestForm",
    "columns_of",
    "of_cohort",
    "of_funding",
]
