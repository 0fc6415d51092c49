"""Every write about people that has a rule."""

from accounts.operations.agreements import accept_terms, give_consent, withdraw_consent
from accounts.operations.archives import ask_for_archive, erase_archives, keep_archive
from accounts.operations.departures import ask_to_leave, call_off_departure, carry_out_departure, forget_inactive
from accounts.operations.identity import correct_identity
from accounts.operations.people import grant_role, open_account
from accounts.operations.retention import apply_retention

__all__ = [
    "accept_terms",
    "apply_retention",
    "ask_for_archive",
    "ask_to_leave",
    "call_off_departure",
    "carry_out_departure",
    "correct_identity",
    "erase_archives",
    "forget_inactive",
    "give_consent",
    "grant_role",
    "keep_archive",
    "open_account",
    "withdraw_consent",
]
