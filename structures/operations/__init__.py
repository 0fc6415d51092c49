"""Every write about structures that has a rule."""

from structures.operations.accompaniments import (
    appoint_practitioner,
    end_accompaniment,
    hand_over,
    put_in_charge,
    set_days,
    stand_in,
    tell_who_begins,
    write_handover,
)
from structures.operations.archiving import archive_structure, restore_structure
from structures.operations.cohorts import (
    edit_cohort,
    erase_old_cohort_messages,
    join_cohort,
    leave_cohort,
    open_cohort,
    write_to_cohort,
)
from structures.operations.documents import add_document, remove_document
from structures.operations.ecosystem import (
    add_relation,
    change_relation,
    edit_relation,
    end_relation,
)
from structures.operations.figures import record_yearly_figures
from structures.operations.funding import (
    attach_to_funding,
    detach_from_funding,
    edit_funding,
    open_funding,
)
from structures.operations.imports import (
    decide_lines,
    erase_old_imports,
    read_import,
    receive_import,
    retry_import,
    set_import_columns,
    take_back,
    undo_import,
    write_import,
    write_lines,
)
from structures.operations.joining import (
    accept_join_request,
    ask_to_join,
    close_join_link,
    decline_join_request,
    invite_to_structure,
    leave_structure,
    renew_join_link,
    take_offered_place,
)
from structures.operations.merging import (
    keep_apart,
    merge_structures,
    undo_merge,
)
from structures.operations.messages import (
    answer_conversation,
    erase_old_messages,
    write_to_practitioner,
)
from structures.operations.people import add_member, end_membership, set_presidency, set_usual_contact
from structures.operations.requests import (
    NO_WAY_TO_ANSWER,
    answer_request,
    close_request,
    erase_old_requests,
    receive_request,
    welcome_request,
)
from structures.operations.silence import (
    end_pause,
    pause_silence,
)
from structures.operations.structures import (
    edit_structure,
    open_structure,
)

__all__ = [
    "NO_WAY_TO_ANSWER",
    "accept_join_request",
    "add_document",
    "add_member",
    "add_relation",
    "answer_conversation",
    "answer_request",
    "appoint_practitioner",
    "archive_structure",
    "ask_to_join",
    "attach_to_funding",
    "change_relation",
    "close_join_link",
    "close_request",
    "decide_lines",
    "decline_join_request",
    "detach_from_funding",
    "edit_cohort",
    "edit_funding",
    "edit_relation",
    "edit_structure",
    "end_accompaniment",
    "end_membership",
    "end_pause",
    "end_relation",
    "erase_old_cohort_messages",
    "erase_old_imports",
    "erase_old_messages",
    "erase_old_requests",
    "hand_over",
    "invite_to_structure",
    "join_cohort",
    "keep_apart",
    "leave_cohort",
    "leave_structure",
    "merge_structures",
    "open_cohort",
    "open_funding",
    "open_structure",
    "pause_silence",
    "put_in_charge",
    "read_import",
    "receive_import",
    "receive_request",
    "record_yearly_figures",
    "remove_document",
    "renew_join_link",
    "restore_structure",
    "retry_import",
    "set_days",
    "set_import_columns",
    "set_presidency",
    "set_usual_contact",
    "stand_in",
    "take_back",
    "take_offered_place",
    "tell_who_begins",
    "undo_import",
    "undo_merge",
    "welcome_request",
    "write_handover",
    "write_import",
    "write_lines",
    "write_to_cohort",
    "write_to_practitioner",
]
