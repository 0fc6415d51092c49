"""Who may change a structure's sheet, its people and its accompaniments."""

from accounts.models import User
from accounts.permissions import is_permitted
from structures.models import Structure, ties_of


def can_create_structure(user: User) -> bool:
    """Coordination opens a structure's sheet."""
    return is_permitted(user, "open_structure")


def can_edit_structure(user: User, structure: Structure) -> bool:
    """Coordination, the practitioners who accompany it and its leaders keep the sheet."""
    if is_permitted(user, "keep_every_sheet"):
        return True
    return structure.pk in ties_of(user).followed


def can_appoint_practitioner(user: User) -> bool:
    """Coordination says who accompanies whom."""
    return is_permitted(user, "appoint_practitioner")


def can_begin_trajectory(user: User, structure: Structure) -> bool:
    """Coordination, and the practitioners who accompany the structure."""
    return can_create_structure(user) or structure.pk in ties_of(user).accompanied


def can_answer_request(user: User) -> bool:
    """Coordination reads the requests for an accompaniment and answers them."""
    return is_permitted(user, "answer_request")
