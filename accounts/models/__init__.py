"""People, what they may do, and what is kept about them."""

from accounts.models.audit import (
    AccessAct,
    AccessEvent,
    HistoryCheck,
    HistoryRewrite,
    HistorySeal,
    SupportSignIn,
)
from accounts.models.invitations import Invitation, InvitationQuerySet
from accounts.models.people import Circle, Gender, Person, Role, RoleGrant, User, UserManager
from accounts.models.welcome import FirstSteps

__all__ = [
    "AccessAct",
    "AccessEvent",
    "Circle",
    "FirstSteps",
    "Gender",
    "HistoryCheck",
    "HistoryRewrite",
    "HistorySeal",
    "Invitation",
    "InvitationQuerySet",
    "Person",
    "Role",
    "RoleGrant",
    "SupportSignIn",
    "User",
    "UserManager",
]
