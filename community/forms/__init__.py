"""Forms of the community."""

from community.forms.debates import (
    FOLDED,
    KIND_MEANINGS,
    LONGEST,
    REPORT_FIELDS,
    SHEET_FIELDS,
    STATUS_MEANINGS,
    AnswerEditForm,
    AnswerForm,
    ContributionEditForm,
    ContributionForm,
    ProfileForm,
    ReportEditForm,
    ReportNewForm,
    ShareForm,
    SheetEditForm,
    SheetNewForm,
)

__all__ = [
    "FOLDED",
    "KIND_MEANINGS",
    "LONGEST",
    "REPORT_FIELDS",
    "SHEET_FIELDS",
    "STATUS_MEANINGS",
    "AnswerEditForm",
    "AnswerForm",
    "ContributionEditForm",
    "ContributionForm",
    "ProfileForm",
    "ReportEditForm",
    "ReportNewForm",
    "ShareForm",
    "SheetEditForm",
    "SheetNewForm",
]
