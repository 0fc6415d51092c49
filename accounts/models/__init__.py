"""People, what they may do, and what is kept about them."""

from accounts.models.people import Circle, Gender, Person, Role, RoleGrant, User, UserManager

__all__ = ["Circle", "Gender", "Person", "Role", "RoleGrant", "User", "UserManager"]
