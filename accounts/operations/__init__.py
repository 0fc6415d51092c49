"""Every write about people that has a rule."""

from accounts.operations.audit import purge_access_events
from accounts.operations.invitations import (
    NO_LONGER_VALID,
    accept_invitation,
    come_in,
    invite_to_network,
    revoke_invitation,
    send_invitation_again,
)
from accounts.operations.people import end_role, grant_role, open_account, record_first_step
from accounts.operations.seals import lawful_rewrite, seal_history, verify_history
from accounts.operations.support import ask_support, end_support, enter_support, grant_support

__all__ = [
    "NO_LONGER_VALID",
    "accept_invitation",
    "ask_support",
    "come_in",
    "end_role",
    "end_support",
    "enter_support",
    "grant_role",
    "grant_support",
    "invite_to_network",
    "lawful_rewrite",
    "open_account",
    "purge_access_events",
    "record_first_step",
    "revoke_invitation",
    "seal_history",
    "send_invitation_again",
    "verify_history",
]
