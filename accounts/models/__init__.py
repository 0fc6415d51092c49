"""People, what they may do, and what is kept about them."""

from accounts.models.people import Circle, Gender, Person, Role, RoleGrant, User, UserManager
from accounts.models.recovery import LostFactor, LostFactorQuerySet, LostFactorState, Vouching

__all__ = [
    "Circle",
    "Gender",
    "LostFactor",
    "LostFactorQuerySet",
    "LostFactorState",
    "Person",
    "Role",
    "RoleGrant",
    "User",
    "UserManager",
    "Vouching",
]
