"""Reads about people that are not one queryset."""

from dataclasses import dataclass

from django.conf import settings

from accounts.models import Role, RoleGrant, User


@dataclass(frozen=True)
class DemoSignIn:
    name: str
    email: str
    roles: str


def demo_sign_ins() -> list[DemoSignIn]:
    """The invented people whose place a visitor may take; none outside a demonstration."""
    if not settings.IS_DEMO:
        return []
    labels: dict[int, list[str]] = {}
    for user_id, role in RoleGrant.objects.current().order_by("role").values_list("user", "role"):
        labels.setdefault(user_id, []).append(Role(role).label)
    users = User.objects.filter(is_active=True).order_by("pk")[:20]
    return [
        DemoSignIn(str(user.person), user.email, ", ".join(labels.get(user.pk, ["Dans une structure"])))
        for user in users
    ]
