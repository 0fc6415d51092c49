"""People, what they may do, and what is kept about them."""

from accounts.models.audit import (
    AccessAct,
    AccessEvent,
    HistoryCheck,
    HistoryRewrite,
    HistorySeal,
    SupportSignIn,
)
from accounts.models.invitations import (
    Invitation,
    InvitationQuerySet,
)
from accounts.models.notices import (
    Category,
    Notice,
    NoticeQuerySet,
    NoticeRhythm,
    Rhythm,
    rhythms_of,
    start_of_today,
)
from accounts.models.people import (
    Circle,
    Gender,
    Person,
    Role,
    RoleGrant,
    User,
    UserManager,
)
from accounts.models.personal_data import (
    Consent,
    ConsentSubject,
    DataArchive,
    Departure,
    DepartureReason,
    InactivityNotice,
    RetentionReport,
    TermsAcceptance,
)
from accounts.models.recovery import (
    LostFactor,
    LostFactorQuerySet,
    LostFactorState,
    Vouching,
)
from accounts.models.welcome import (
    FirstSteps,
)

__all__ = [
    "AccessAct",
    "AccessEvent",
    "Category",
    "Circle",
    "Consent",
    "ConsentSubject",
    "DataArchive",
    "Departure",
    "DepartureReason",
    "FirstSteps",
    "Gender",
    "HistoryCheck",
    "HistoryRewrite",
    "HistorySeal",
    "InactivityNotice",
    "Invitation",
    "InvitationQuerySet",
    "LostFactor",
    "LostFactorQuerySet",
    "LostFactorState",
    "Notice",
    "NoticeQuerySet",
    "NoticeRhythm",
    "Person",
    "RetentionReport",
    "Rhythm",
    "Role",
    "RoleGrant",
    "SupportSignIn",
    "TermsAcceptance",
    "User",
    "UserManager",
    "Vouching",
    "rhythms_of",
    "start_of_today",
]
