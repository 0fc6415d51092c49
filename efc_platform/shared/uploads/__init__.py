"""Files that people bring: what they are is read from what they hold, and they come out harmless or not at all."""

from efc_platform.shared.uploads.checking import CheckedFile, checked
from efc_platform.shared.uploads.kinds import DOCUMENTS, PICTURES, SCANS, FileKind, accept, kinds_in_words

__all__ = [
    "DOCUMENTS",
    "PICTURES",
    "SCANS",
    "CheckedFile",
    "FileKind",
    "accept",
    "checked",
    "kinds_in_words",
]
