"""Every write about people that has a rule."""

from accounts.operations.addresses import ask_for_new_address, change_address
from accounts.operations.closing import close_account, reopen_account
from accounts.operations.people import grant_role, open_account
from accounts.operations.recovery import ask_for_lost_factor, refuse_lost_factor, vouch_for_lost_factor
from accounts.operations.sessions import end_other_sessions, end_session

__all__ = [
    "ask_for_lost_factor",
    "ask_for_new_address",
    "change_address",
    "close_account",
    "end_other_sessions",
    "end_session",
    "grant_role",
    "open_account",
    "refuse_lost_factor",
    "reopen_account",
    "vouch_for_lost_factor",
]
