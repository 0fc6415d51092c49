"""Documents of word processors and spreadsheets (ISO 29500, ISO 26300): archives whose every part is looked at."""

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from html import unescape

from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.uploads.kinds import FileKind

MOST_PARTS = 2_000
MOST_UNFOLDED = 100_000_000
# Below this, folding well is no sign of anything.
_SMALL = 10_000_000
_MOST_FOLDED = 40
_LARGEST_LINKS = 2_000_000
_HEAD = 65_536
_PIECE = 1_000_000
# A workbook behind a chart is itself such a document; nothing is inside that one.
_DEEPEST = 1

# The element that a part holds begins at once, comments aside: no room for a document type or its entities.
_BEGINS = re.compile(r"\ufeff?\s*(?:<\?[^>]*\?>\s*|<!--(?:[^-]|-(?!->))*-->\s*)*<[A-Za-z_]")
_ENCODING = re.compile(r"""<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)["']""")
_ENCODINGS = {"utf-8", "utf-16", "us-ascii", "iso-8859-1"}
_ELEMENT = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_ELSEWHERE = re.compile(r"""\bTargetMode\s*=\s*["']\s*External\s*["']""", re.IGNORECASE)
# Followed when somebody clicks or asks, not when the document opens.
_HARMLESS_LINK = re.compile(r"""\bType\s*=\s*["'][^"']*/(hyperlink|externalLinkPath)["']""")
_MACRO_PARTS = re.compile(r"vbaproject|vbadata|activex|macrosheets|(^|/)(basic|scripts)/", re.IGNORECASE)
_ACTING = re.compile(
    rb"macroEnabled|vnd\.ms-office\.vbaProject|vnd\.sun\.star\.(script|expand)|<ddeLink|dde-source|DDEAUTO"
)
_MAIN_TYPES = {
    "wordprocessingml.document.main+xml": FileKind.DOCX,
    "spreadsheetml.sheet.main+xml": FileKind.XLSX,
    "presentationml.presentation.main+xml": FileKind.PPTX,
}
_MIMETYPES = {kind.content_type: kind for kind in (FileKind.ODT, FileKind.ODS, FileKind.ODP)}


def kind_of_package(content: bytes, depth: int = 0) -> FileKind | None:
    """Which document it is, None for an archive of anything else. OperationRefused for what unfolds without measure,
    is broken or locked, or would run, open or fetch something."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _refuse_oddities(parts, len(content))
            kind = _kind(package)
            if kind:
                for part in parts:
                    _look_at(package, part, depth)
            return kind
    # All that reading an archive raises of one that is broken, locked, or packed in a way that it does not know.
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as wrong:
        raise OperationRefused("Ce document ne s’ouvre pas\u00a0: il est abîmé, incomplet ou protégé.") from wrong


def _refuse_oddities(parts: list[zipfile.ZipInfo], size: int) -> None:
    unfolded = sum(part.file_size for part in parts)
    is_bomb = unfolded > MOST_UNFOLDED or (unfolded > _SMALL and unfolded > _MOST_FOLDED * size)
    if len(parts) > MOST_PARTS or is_bomb:
        raise OperationRefused("Ce document se déplie en quelque chose de démesuré\u00a0: il n’a pas été ouvert.")
    names = [part.filename for part in parts]
    if len({name.lower() for name in names}) < len(names) or not all(_is_plain(part) for part in parts):
        raise OperationRefused("Ce document n’est pas fait comme les autres\u00a0: il n’a pas été ouvert.")


def _is_plain(part: zipfile.ZipInfo) -> bool:
    """A file or a folder of the document itself, readable by everybody."""
    name, mode = part.filename, part.external_attr >> 16
    is_inside = (
        not name.startswith(("/", "\\")) and "\\" not in name and ":" not in name and ".." not in name.split("/")
    )
    is_locked = bool(part.flag_bits & 0x1)
    is_known = part.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    return is_inside and is_known and not is_locked and stat.S_IFMT(mode) in {0, stat.S_IFREG, stat.S_IFDIR}


def _kind(package: zipfile.ZipFile) -> FileKind | None:
    names = package.namelist()
    if "[Content_Types].xml" in names:
        with package.open("[Content_Types].xml") as part:
            said = part.read(_LARGEST_LINKS).decode("utf-8", "replace")
        if "macroEnabled" in said or "vbaProject" in said:
            raise _macros()
        return next((kind for main, kind in _MAIN_TYPES.items() if main in said), None)
    if names[:1] == ["mimetype"]:
        with package.open("mimetype") as part:
            return _MIMETYPES.get(part.read(200).decode("ascii", "replace").strip())
    return None


def _look_at(package: zipfile.ZipFile, part: zipfile.ZipInfo, depth: int) -> None:
    if _MACRO_PARTS.search(part.filename):
        raise _macros()
    with package.open(part) as content:
        head = content.read(_HEAD)
    if head[:2] == b"PK":
        _look_inside(package, part, depth)
    elif head[:4] == b"\xd0\xcf\x11\xe0" or head[:2] == b"MZ" or head[:4] == b"\x7fELF":
        raise OperationRefused(
            "Ce document en contient un autre, que l’on ne peut pas vérifier (un objet inséré)\u00a0: remplacez-le "
            "par une image, ou enregistrez le tout en PDF."
        )
    elif _is_markup(part.filename, head):
        _refuse_acting(package, part, head)


def _is_markup(name: str, head: bytes) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml", ".rdf")) or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def _look_inside(package: zipfile.ZipFile, part: zipfile.ZipInfo, depth: int) -> None:
    inside = package.read(part) if depth < _DEEPEST else b""
    if kind_of_package(inside, depth + 1) is None:
        raise OperationRefused("Ce document contient une archive\u00a0: retirez-la, puis renvoyez-le.")


def _refuse_acting(package: zipfile.ZipFile, part: zipfile.ZipInfo, head: bytes) -> None:
    if head.strip():
        _refuse_document_type(head)
    for piece in _pieces(package, part):
        if _ACTING.search(piece):
            raise _macros()
    if part.filename.endswith(".rels"):
        _refuse_fetching(package, part)


def _refuse_document_type(head: bytes) -> None:
    is_wide = head[:2] in {b"\xff\xfe", b"\xfe\xff"}
    text = head[: len(head) // 2 * 2].decode("utf-16", "replace") if is_wide else head.decode("utf-8", "replace")
    encoding = _ENCODING.match(text.lstrip("\ufeff"))
    if not _BEGINS.match(text) or (encoding and encoding[1].lower() not in _ENCODINGS):
        raise OperationRefused(
            "Ce document cite des définitions venues d’ailleurs (DTD, entités)\u00a0: enregistrez-le à nouveau depuis "
            "votre logiciel, puis renvoyez-le."
        )


def _pieces(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The whole part, a piece after the other, each with the end of the one before; wide letters made narrow."""
    with package.open(part) as content:
        end = b""
        while piece := content.read(_PIECE):
            narrow = piece.replace(b"\x00", b"")
            yield end + narrow
            end = narrow[-64:]


def _refuse_fetching(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A link that is followed when the document opens: a template, a picture or an object kept elsewhere."""
    if part.file_size > _LARGEST_LINKS:
        raise OperationRefused("Ce document compte trop de liens pour être vérifié.")
    text = unescape(package.read(part).replace(b"\x00", b"").decode("utf-8", "replace"))
    for element in _ELEMENT.findall(text):
        if _ELSEWHERE.search(element) and not _HARMLESS_LINK.search(element):
            raise OperationRefused(
                "Ce document va chercher ailleurs un modèle, une image ou un objet\u00a0: insérez-les dans le "
                "document, ou enregistrez le tout en PDF."
            )


def _macros() -> OperationRefused:
    return OperationRefused(
        "Ce document contient des macros ou des commandes\u00a0: enregistrez-le sans elles, ou en PDF, puis "
        "renvoyez-le."
    )
