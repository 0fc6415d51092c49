"""The pages of one structure, side by side, as far as the person may open them."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from structures.models import Structure
from structures.permissions import can_invite, can_read_documents, can_see_looks, can_see_messages


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    url: str


_TABS = (
    ("structure", "Fiche"),
    ("ecosystem", "Écosystème"),
    ("figures", "Chiffres"),
    ("documents", "Documents"),
    ("welcome", "Accueillir"),
    ("messages", "Messages"),
    ("portrait", "Portrait"),
    ("structure_history", "Historique"),
    ("looks", "Regards"),
)


def tabs_of(user: User, structure: Structure) -> list[Tab]:
    """A tab that would answer with a refusal is not shown."""
    shut = set()
    if not can_read_documents(user, structure):
        shut.add("documents")
    if not can_invite(user, structure):
        shut.add("welcome")
    if not can_see_messages(user, structure):
        shut.add("messages")
    if not can_see_looks(user, structure):
        shut.add("looks")
    return [Tab(name, label, reverse(name, args=[structure.public_id])) for name, label in _TABS if name not in shut]
