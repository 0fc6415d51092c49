"""The verbs of the community: every write that has a rule."""

from community.operations.debate import answer, contribute, edit_contribution, withdraw_contribution
from community.operations.level_steps import look_at_the_quarter
from community.operations.profiles import edit_profile
from community.operations.reports import ReportContent, edit_report, share_report, withdraw_report, write_report
from community.operations.resources import SheetContent, edit_resource, write_resource

__all__ = [
    "ReportContent",
    "SheetContent",
    "answer",
    "contribute",
    "edit_contribution",
    "edit_profile",
    "edit_report",
    "edit_resource",
    "look_at_the_quarter",
    "share_report",
    "withdraw_contribution",
    "withdraw_report",
    "write_report",
    "write_resource",
]
