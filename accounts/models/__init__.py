"""People, what they may do, and what is kept about them."""

from accounts.models.invitations import Invitation, InvitationQuerySet
from accounts.models.people import Circle, Gender, Person, Role, RoleGrant, User, UserManager
from accounts.models.welcome import FirstSteps

__all__ = [
    "Circle",
    "FirstSteps",
    "Gender",
    "Invitation",
    "InvitationQuerySet",
    "Person",
    "Role",
    "RoleGrant",
    "User",
    "UserManager",
]
