"""Reads about people that are not one queryset."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Case, When

from accounts.models import Invitation, Role, RoleGrant, User
from accounts.permissions import can_follow_invitation

# One for each kind of person, in the order in which the launcher names them.
_FIRST = ("coordination", "accompagnement", "dirigeance", "equipe", "formation", "communaute")
_MOST = 30


@dataclass(frozen=True)
class DemoSignIn:
    name: str
    email: str
    roles: str


def roles_of(users: Collection[User]) -> dict[int, frozenset[str]]:
    """The roles that each of them holds today, by the key of the account; those of many in one read."""
    held: dict[int, set[str]] = {user.pk: set() for user in users}
    for user_id, role in RoleGrant.objects.current().filter(user__in=held).values_list("user", "role"):
        held[user_id].add(role)
    return {pk: frozenset(roles) for pk, roles in held.items()}


def demo_sign_ins() -> list[DemoSignIn]:
    """The invented people whose place a visitor may take, one of each kind first; none outside a demonstration."""
    if not settings.IS_DEMO:
        return []
    labels: dict[int, list[str]] = {}
    for user_id, role in RoleGrant.objects.current().order_by("role").values_list("user", "role"):
        labels.setdefault(user_id, []).append(Role(role).label)
    first = [When(email__startswith=f"{name}@", then=rank) for rank, name in enumerate(_FIRST)]
    users = (
        User.objects.filter(is_active=True)
        .select_related("person")
        .order_by(Case(*first, default=len(_FIRST)), "pk")[:_MOST]
    )
    return [
        DemoSignIn(str(user.person), user.email, ", ".join(labels.get(user.pk, ["Dans une structure"])))
        for user in users
    ]


def find_invitation(token: str) -> Invitation | None:
    """The one that this token opens, as long as whoever made it could still make it: a right that ended leaves no
    door ajar."""
    found = Invitation.objects.opened_by(token).select_related("invited_by__person", "person").first()
    if found is None or not (found.invited_by.is_active and can_follow_invitation(found.invited_by, found)):
        return None
    return found
