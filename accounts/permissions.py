"""What each role on the platform may do; rules that depend on an object stand beside the object's app."""

from accounts.models import Role, User

ROLE_PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.COORDINATOR: frozenset(
        {
            "see_every_structure",
            "open_structure",
            "appoint_practitioner",
            "keep_every_sheet",
            "see_network_figures",
            "plan_training",
            "lead_session",
            "keep_every_session",
            "answer_request",
        }
    ),
    Role.PRACTITIONER: frozenset(
        {"accompany_structure", "log_intervention", "keep_journal", "lead_session", "take_part_in_community"}
    ),
    Role.TRAINER: frozenset({"plan_training", "lead_session", "take_part_in_community"}),
    Role.MEMBER: frozenset({"take_part_in_community"}),
    Role.FUNDER: frozenset(),
}
PERMISSIONS = frozenset().union(*ROLE_PERMISSIONS.values())


def is_permitted(user: User, permission: str) -> bool:
    """Whether one of the roles held today gives this permission; a misspelt one raises rather than refuses."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission} is in no role of ROLE_PERMISSIONS")
    return any(permission in ROLE_PERMISSIONS[Role(role)] for role in user.roles)
