"""The verbs of a trajectory: every write that has a rule."""

from trajectories.operations.agreements import Hand, Terms, sign_agreement, write_agreement, write_amendment
from trajectories.operations.appointments import (
    answer_appointment,
    answer_by_link,
    appointment_held,
    cancel_appointment,
    edit_appointment,
    plan_appointment,
    remind_of_appointments,
    remind_of_steps,
    set_reminders,
)
from trajectories.operations.closings import (
    close_trajectory,
    edit_closing,
    remind_of_news,
    reopen_trajectory,
    write_news,
)
from trajectories.operations.diagnoses import answer_diagnosis, propose_diagnosis, write_diagnosis
from trajectories.operations.effects import (
    edit_effect,
    edit_resource_note,
    note_effect,
    note_resource,
    remove_effect,
    remove_resource_note,
)
from trajectories.operations.feeds import close_feed, open_feed
from trajectories.operations.interventions import (
    InterventionFacts,
    ShareFacts,
    edit_intervention,
    log_intervention,
)
from trajectories.operations.journal import (
    SEARCHED,
    JournalText,
    find_in_journal,
    read_journal_entry,
    write_journal_entry,
)
from trajectories.operations.journal_keys import (
    erase_journal,
    journal_of,
    rotate_journal_keys,
)
from trajectories.operations.modalities import add_modality, change_modality
from trajectories.operations.openings import open_text
from trajectories.operations.readings import PositioningFacts, position, seal_reading, start_reading
from trajectories.operations.reports import ask_again, request_progress_report
from trajectories.operations.restoring import restore_account, restore_learnt, restore_words
from trajectories.operations.steering import (
    edit_words,
    open_trajectory,
)
from trajectories.operations.steps import add_next_step, complete_next_step, edit_next_step, set_aside_next_step
from trajectories.operations.tags import drop_tag, make_tag, merge_tags, place_tags, rename_tag
from trajectories.operations.team import answer_remark, remark_account, write_team_note
from trajectories.operations.telling import edit_moment, remove_moment, remove_phase, tell_moment, write_phase
from trajectories.operations.trials import (
    TrialFacts,
    change_trial,
    edit_trial,
    start_trial,
    tie_evidence,
    tie_trial,
    untie_evidence,
    untie_trial,
)
from trajectories.operations.verbatims import agree_verbatim, edit_verbatim, note_verbatim, withdraw_verbatim

__all__ = [
    "SEARCHED",
    "Hand",
    "InterventionFacts",
    "JournalText",
    "PositioningFacts",
    "ShareFacts",
    "Terms",
    "TrialFacts",
    "add_modality",
    "add_next_step",
    "agree_verbatim",
    "answer_appointment",
    "answer_by_link",
    "answer_diagnosis",
    "answer_remark",
    "appointment_held",
    "ask_again",
    "cancel_appointment",
    "change_modality",
    "change_trial",
    "close_feed",
    "close_trajectory",
    "complete_next_step",
    "drop_tag",
    "edit_appointment",
    "edit_closing",
    "edit_effect",
    "edit_intervention",
    "edit_moment",
    "edit_next_step",
    "edit_resource_note",
    "edit_trial",
    "edit_verbatim",
    "edit_words",
    "erase_journal",
    "find_in_journal",
    "journal_of",
    "log_intervention",
    "make_tag",
    "merge_tags",
    "note_effect",
    "note_resource",
    "note_verbatim",
    "open_feed",
    "open_text",
    "open_trajectory",
    "place_tags",
    "plan_appointment",
    "position",
    "propose_diagnosis",
    "read_journal_entry",
    "remark_account",
    "remind_of_appointments",
    "remind_of_news",
    "remind_of_steps",
    "remove_effect",
    "remove_moment",
    "remove_phase",
    "remove_resource_note",
    "rename_tag",
    "reopen_trajectory",
    "request_progress_report",
    "restore_account",
    "restore_learnt",
    "restore_words",
    "rotate_journal_keys",
    "seal_reading",
    "set_aside_next_step",
    "set_reminders",
    "sign_agreement",
    "start_reading",
    "start_trial",
    "tell_moment",
    "tie_evidence",
    "tie_trial",
    "untie_evidence",
    "untie_trial",
    "withdraw_verbatim",
    "write_agreement",
    "write_amendment",
    "write_diagnosis",
    "write_journal_entry",
    "write_news",
    "write_phase",
    "write_team_note",
]
