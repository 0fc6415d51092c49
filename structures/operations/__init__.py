"""Every write about structures that has a rule."""

from structures.operations.structures import (
    NO_WAY_TO_ANSWER,
    add_member,
    answer_request,
    appoint_practitioner,
    close_request,
    edit_structure,
    end_accompaniment,
    end_membership,
    erase_old_requests,
    join_cohort,
    open_cohort,
    open_structure,
    receive_request,
    record_yearly_figures,
)

__all__ = [
    "NO_WAY_TO_ANSWER",
    "add_member",
    "answer_request",
    "appoint_practitioner",
    "close_request",
    "edit_structure",
    "end_accompaniment",
    "end_membership",
    "erase_old_requests",
    "join_cohort",
    "open_cohort",
    "open_structure",
    "receive_request",
    "record_yearly_figures",
]
