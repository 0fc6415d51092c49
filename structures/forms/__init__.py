"""Forms of a structure’s sheet, of its people, and of who asks."""

from structures.forms.joining import JoinForm, MemberInvitationForm, WelcomeRequestForm
from structures.forms.messages import ConversationForm, MessageForm
from structures.forms.structures import (
    SHEET_FIELDS,
    AnswerForm,
    AppointmentOfPractitionerForm,
    CloseRequestForm,
    MemberForm,
    PractitionerChoice,
    RequestForm,
    RestoreForm,
    SheetEditForm,
    SheetForm,
    SheetNewForm,
)

__all__ = [
    "SHEET_FIELDS",
    "AnswerForm",
    "AppointmentOfPractitionerForm",
    "CloseRequestForm",
    "ConversationForm",
    "JoinForm",
    "MemberForm",
    "MemberInvitationForm",
    "MessageForm",
    "PractitionerChoice",
    "RequestForm",
    "RestoreForm",
    "SheetEditForm",
    "SheetForm",
    "SheetNewForm",
    "WelcomeRequestForm",
]
