"""The kinds of files that may be brought, how they are named and served."""

from collections.abc import Collection

from django.db import models


class FileKind(models.TextChoices):
    """Each by the extension under which it is kept."""

    PDF = "pdf", "PDF"
    DOCX = "docx", "texte Word"
    XLSX = "xlsx", "tableur Excel"
    PPTX = "pptx", "présentation PowerPoint"
    ODT = "odt", "texte LibreOffice"
    ODS = "ods", "tableur LibreOffice"
    ODP = "odp", "présentation LibreOffice"
    JPEG = "jpg", "image JPEG"
    PNG = "png", "image PNG"
    WEBP = "webp", "image WebP"
    TEXT = "txt", "texte brut"
    CSV = "csv", "tableau CSV"

    @property
    def extensions(self) -> tuple[str, ...]:
        return ("jpg", "jpeg") if self is FileKind.JPEG else (self.value,)

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
_CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: f"{_OPEN_XML}.wordprocessingml.document",
    FileKind.XLSX: f"{_OPEN_XML}.spreadsheetml.sheet",
    FileKind.PPTX: f"{_OPEN_XML}.presentationml.presentation",
    FileKind.ODT: f"{_OPEN_DOCUMENT}.text",
    FileKind.ODS: f"{_OPEN_DOCUMENT}.spreadsheet",
    FileKind.ODP: f"{_OPEN_DOCUMENT}.presentation",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WEBP: "image/webp",
    FileKind.TEXT: "text/plain; charset=utf-8",
    FileKind.CSV: "text/csv; charset=utf-8",
}
PICTURES = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})
# A page that was signed, then photographed or scanned.
SCANS = PICTURES | {FileKind.PDF}
DOCUMENTS = frozenset(FileKind)

_FAMILIES = (
    (frozenset({FileKind.PDF}), "PDF"),
    (
        frozenset(
            {FileKind.DOCX, FileKind.XLSX, FileKind.PPTX, FileKind.ODT, FileKind.ODS, FileKind.ODP},
        ),
        "document Word, Excel, PowerPoint ou LibreOffice",
    ),
    (PICTURES, "image JPEG, PNG ou WebP"),
    (frozenset({FileKind.TEXT, FileKind.CSV}), "texte brut ou tableau CSV"),
)


def kinds_in_words(kinds: Collection[FileKind]) -> str:
    """« PDF, image JPEG, PNG ou WebP »."""
    return ", ".join(words for family, words in _FAMILIES if not family.isdisjoint(kinds))


def accept(kinds: Collection[FileKind]) -> str:
    """For a browser to show these only when it asks for a file."""
    return ",".join(f".{extension}" for kind in FileKind if kind in kinds for extension in kind.extensions)
