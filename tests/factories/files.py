"""Files as people have them: each kind that may be kept, made here."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from efc_platform.shared.spreadsheets import written

Parts = Mapping[str, bytes | str]
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
POINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """As Django hands over what a form brings; the announced type is not believed."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def pdf_of(add: Callable[[pikepdf.Pdf], Any] = lambda pdf: None, **saving: Any) -> bytes:
    """A page, and what `add` does to the document."""
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page(page_size=(200, 200))
    add(pdf)
    pdf.save(out, **({"deterministic_id": True} | saving))
    return out.getvalue()


def picture_of(
    kind: str, *, size: tuple[int, int] = (60, 40), mode: str = "RGB", noise: float = 80, **saving: Any
) -> bytes:
    """Of noise, which folds badly: as heavy as a photograph for its size."""
    out = io.BytesIO()
    Image.effect_noise(size, noise).convert(mode).save(out, kind, **saving)
    return out.getvalue()


def archive_of(parts: Parts, *, stored: frozenset[str] = frozenset()) -> bytes:
    """A zip; those of `stored` are not folded."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            folding = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, folding)
    return out.getvalue()


def _open_xml(main: str) -> Parts:
    types = f'{_XML}<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    link = f'<Relationship Id="rId1" Type="{_LINK}/officeDocument" Target="word/document.xml"/>'
    return {
        "[Content_Types].xml": types,
        "_rels/.rels": f"{_XML}<Relationships>{link}</Relationships>",
        "word/document.xml": f"{_XML}<w:document>Bonjour</w:document>",
    }


def linked(kind: str, target: str) -> str:
    """The links of a document, one of which leads elsewhere."""
    link = f'<Relationship Id="rId9" Type="{_LINK}/{kind}" Target="{target}" TargetMode="External"/>'
    return f"{_XML}<Relationships>{link}</Relationships>"


def docx(parts: Parts | None = None, *, main: str = WORD, stored: frozenset[str] = frozenset()) -> bytes:
    """A small one, and other parts."""
    return archive_of({**_open_xml(main), **(parts or {})}, stored=stored)


def xlsx(*rows: list[str]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Budget")
        for place, row in enumerate(rows or [["Poste", "Montant"], ["Loyer", "600"]]):
            sheet.write_row(place, 0, row)
        sheet.write_url(4, 0, "https://exemple.example/")
    return out.getvalue()


def open_document(kind: str, parts: Parts | None = None) -> bytes:
    own = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "META-INF/manifest.xml": f"{_XML}<manifest:manifest/>",
        "content.xml": f"{_XML}<office:document-content>Bonjour</office:document-content>",
    }
    return archive_of({**own, **(parts or {})}, stored=frozenset({"mimetype"}))


def parts_of(content: bytes) -> dict[str, bytes | str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def ods() -> bytes:
    return b"".join(written("ods", [["Poste", "Montant"], ["Loyer", 600]]))


LEGITIMATE: dict[str, Callable[[], bytes]] = {
    "Rapport d’activité 2025.pdf": pdf_of,
    "Projet associatif.docx": lambda: docx(
        {"word/_rels/document.xml.rels": linked("hyperlink", "https://exemple.example/")}
    ),
    "Budget.xlsx": xlsx,
    "Assemblée.pptx": lambda: docx({"ppt/embeddings/Classeur1.xlsx": xlsx()}, main=POINT),
    "Statuts.odt": lambda: open_document("text"),
    "Comptes.ods": ods,
    "Présentation.odp": lambda: open_document("presentation"),
    "Le lieu.jpg": lambda: picture_of("JPEG"),
    "Le lieu.JPEG": lambda: picture_of("JPEG", mode="L"),
    "Logo.png": lambda: picture_of("PNG", mode="RGBA"),
    "Affiche.webp": lambda: picture_of("WEBP"),
    "Notes.txt": lambda: "Trois idées, notées à la volée.\r\n- a < b\n".encode(),
    "Adhésions.csv": lambda: "Nom;Ville\r\nÉloïse;Béthune\r\nSolde;-12\r\n".encode("cp1252"),
}
