"""Forms of a structure’s sheet, of its people, and of who asks."""

from structures.forms.archiving import ArchiveForm
from structures.forms.ecosystem import (
    TOLD_FIELDS,
    MapDatesForm,
    RelationChangeForm,
    RelationEndForm,
    RelationForm,
    RelationLineForm,
)
from structures.forms.figures import FIGURE_FIELDS, FiguresForm
from structures.forms.imports import ColumnsForm, DecisionsForm, ImportForm
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
from structures.forms.people import (
    AppointmentOfPractitionerForm,
    MemberForm,
    PractitionerChoice,
)
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
    "FIGURE_FIELDS",
    "SHEET_FIELDS",
    "TOLD_FIELDS",
    "AlikeForm",
    "AnswerForm",
    "AppointmentOfPractitionerForm",
    "ArchiveForm",
    "CloseRequestForm",
    "ColumnsForm",
    "ConversationForm",
    "DecisionsForm",
    "FiguresForm",
    "ImportForm",
    "JoinForm",
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
    "WelcomeRequestForm",
    "columns_of",
]
