"""Every write about people that has a rule."""

from accounts.operations.people import grant_role, open_account

__all__ = ["grant_role", "open_account"]
