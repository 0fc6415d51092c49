"""The verbs of the community: every write that has a rule."""

from community.operations.calibration import (
    close_calibration,
    close_due_calibrations,
    compose_calibration,
    edit_calibration,
    edit_vignette,
    open_calibration,
    remove_vignette,
    write_vignette,
)
from community.operations.calibration_counting import count_calibration
from community.operations.calibration_readings import Answer, Saved, finish_calibration, read_vignette
from community.operations.debate import answer, contribute, edit_contribution, withdraw_contribution
from community.operations.level_steps import look_at_the_quarter
from community.operations.profiles import edit_profile
from community.operations.reports import ReportContent, edit_report, share_report, withdraw_report, write_report
from community.operations.resources import SheetContent, edit_resource, write_resource

__all__ = [
    "Answer",
    "ReportContent",
    "Saved",
    "SheetContent",
    "answer",
    "close_calibration",
    "close_due_calibrations",
    "compose_calibration",
    "contribute",
    "count_calibration",
    "edit_calibration",
    "edit_contribution",
    "edit_profile",
    "edit_report",
    "edit_resource",
    "edit_vignette",
    "finish_calibration",
    "look_at_the_quarter",
    "open_calibration",
    "read_vignette",
    "remove_vignette",
    "share_report",
    "withdraw_contribution",
    "withdraw_report",
    "write_report",
    "write_resource",
    "write_vignette",
]
