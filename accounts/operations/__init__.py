"""Every write about people that has a rule."""

from accounts.operations.invitations import (
    NO_LONGER_VALID,
    accept_invitation,
    come_in,
    invite_to_network,
    revoke_invitation,
    send_invitation_again,
)
from accounts.operations.people import end_role, grant_role, open_account, record_first_step

__all__ = [
    "NO_LONGER_VALID",
    "accept_invitation",
    "come_in",
    "end_role",
    "grant_role",
    "invite_to_network",
    "open_account",
    "record_first_step",
    "revoke_invitation",
    "send_invitation_again",
]
