"""Every write about people that has a rule."""

from accounts.operations.agreements import (
    accept_terms,
    give_consent,
    withdraw_consent,
)
from accounts.operations.archives import (
    ask_for_archive,
    erase_archives,
    keep_archive,
)
from accounts.operations.departures import (
    ask_to_leave,
    call_off_departure,
    carry_out_departure,
    forget_inactive,
)
from accounts.operations.identity import (
    correct_identity,
)
from accounts.operations.invitations import (
    NO_LONGER_VALID,
    accept_invitation,
    come_in,
    invite_to_network,
    revoke_invitation,
    send_invitation_again,
)
from accounts.operations.people import (
    end_role,
    grant_role,
    open_account,
    record_first_step,
)
from accounts.operations.retention import (
    apply_retention,
)

__all__ = [
    "NO_LONGER_VALID",
    "accept_invitation",
    "accept_terms",
    "apply_retention",
    "ask_for_archive",
    "ask_to_leave",
    "call_off_departure",
    "carry_out_departure",
    "come_in",
    "correct_identity",
    "end_role",
    "erase_archives",
    "forget_inactive",
    "give_consent",
    "grant_role",
    "invite_to_network",
    "keep_archive",
    "open_account",
    "record_first_step",
    "revoke_invitation",
    "send_invitation_again",
    "withdraw_consent",
]
