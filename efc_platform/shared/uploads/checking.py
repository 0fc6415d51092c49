"""The one way in for a file: weighed, recognised by what it holds, made harmless, looked at by the antivirus."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.core.files.base import File

from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.uploads.antivirus import refuse_infected
from efc_platform.shared.uploads.kinds import DOCUMENTS, PICTURES, FileKind, kinds_in_words
from efc_platform.shared.uploads.names import clean_name, split_name
from efc_platform.shared.uploads.packages import kind_of_package
from efc_platform.shared.uploads.pdfs import refuse_acting_pdf
from efc_platform.shared.uploads.pictures import picture_to_keep
from efc_platform.shared.uploads.texts import text_to_keep


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept: its clean name, what it is, and the bytes to store."""

    name: str
    kind: FileKind
    content: bytes

    @property
    def content_type(self) -> str:
        return self.kind.content_type


def checked(upload: File, *, kinds: Collection[FileKind] = DOCUMENTS, field: str = "file") -> CheckedFile:
    """What may be kept of a file that somebody brings. OperationRefused, with the sentence to read beside `field`,
    for one that is too heavy, is not of these kinds, is not what its name says, or does more than being read."""
    try:
        return _checked(upload, kinds)
    except OperationRefused as refusal:
        raise OperationRefused(refusal.message, field=field) from refusal


def _checked(upload: File, kinds: Collection[FileKind]) -> CheckedFile:
    # Before it is read: its size is known, and nobody needs it in memory.
    if upload.size > settings.UPLOAD_BYTES:
        raise OperationRefused(
            f"Ce fichier est trop lourd\u00a0: {settings.UPLOAD_BYTES // 1_000_000}\u00a0Mo au plus."
        )
    content, (stem, extension) = upload.read(), split_name(upload.name or "")
    if not content:
        raise OperationRefused("Ce fichier est vide.")
    kind = _kind_of(content, extension)
    if kind is None or kind not in kinds:
        raise OperationRefused(
            f"Ce genre de fichier n’est pas accepté. Ceux qui le sont\u00a0: {kinds_in_words(kinds)}."
        )
    if extension not in kind.extensions:
        raise OperationRefused(
            f"Le nom de ce fichier finit par «\u00a0.{extension[:10]}\u00a0», mais c’est un fichier "
            f"«\u00a0.{kind.value}\u00a0» ({kind.label})\u00a0: renommez-le, ou enregistrez-le à nouveau, puis "
            "renvoyez-le."
        )
    kept = _made_harmless(content, kind)
    refuse_infected(content)
    return CheckedFile(clean_name(stem, extension), kind, kept)


_SIGNATURES = (
    (b"%PDF-", FileKind.PDF),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
)
# Written with letters, and no text that one reads.
_OTHERS = (b"GIF8", b"{\\rtf", b"#!", b"%!PS")


def _kind_of(content: bytes, extension: str) -> FileKind | None:
    """By what it holds; the name only tells a table from a text, which nothing else does."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return FileKind.WEBP
    if content.startswith(b"PK"):
        return kind_of_package(content)
    if content.startswith(_OTHERS):
        return None
    return FileKind(extension) if extension in {"txt", "csv"} else None


def _made_harmless(content: bytes, kind: FileKind) -> bytes:
    if kind in PICTURES:
        return picture_to_keep(content, kind.value)
    if kind in {FileKind.TEXT, FileKind.CSV}:
        return text_to_keep(content)
    if kind == FileKind.PDF:
        refuse_acting_pdf(content)
    return content
