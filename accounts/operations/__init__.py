"""Every write about people that has a rule."""

from accounts.operations.addresses import (
    ask_for_new_address,
    change_address,
)
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
from accounts.operations.audit import purge_access_events
from accounts.operations.closing import (
    close_account,
    reopen_account,
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
from accounts.operations.notices import (
    choose_rhythms,
    open_notice,
    read_all_notices,
    stop_mails,
)
from accounts.operations.organisation import present_organisation
from accounts.operations.people import (
    end_role,
    grant_role,
    open_account,
    record_first_step,
)
from accounts.operations.recovery import (
    ask_for_lost_factor,
    refuse_lost_factor,
    vouch_for_lost_factor,
)
from accounts.operations.retention import (
    apply_retention,
)
from accounts.operations.seals import forget_in_history, seal_history, verify_history
from accounts.operations.sessions import (
    end_other_sessions,
    end_session,
)
from accounts.operations.support import ask_support, end_support, enter_support, grant_support

__all__ = [
    "NO_LONGER_VALID",
    "accept_invitation",
    "accept_terms",
    "apply_retention",
    "ask_for_archive",
    "ask_for_lost_factor",
    "ask_for_new_address",
    "ask_support",
    "ask_to_leave",
    "call_off_departure",
    "carry_out_departure",
    "change_address",
    "choose_rhythms",
    "close_account",
    "come_in",
    "correct_identity",
    "end_other_sessions",
    "end_role",
    "end_session",
    "end_support",
    "enter_support",
    "erase_archives",
    "forget_in_history",
    "forget_inactive",
    "give_consent",
    "grant_role",
    "grant_support",
    "invite_to_network",
    "keep_archive",
    "open_account",
    "open_notice",
    "present_organisation",
    "purge_access_events",
    "read_all_notices",
    "record_first_step",
    "refuse_lost_factor",
    "reopen_account",
    "revoke_invitation",
    "seal_history",
    "send_invitation_again",
    "stop_mails",
    "verify_history",
    "vouch_for_lost_factor",
    "withdraw_consent",
]
