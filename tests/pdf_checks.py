"""What an accessible PDF must have: two independent checkers, then assertions of our own on its structure."""

import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import outloud
import pdfua
import pikepdf
import pymupdf

HEADINGS = ["/H1", "/H2", "/H3", "/H4", "/H5", "/H6"]


def assert_accessible(content: bytes, folder: Path) -> None:
    path = folder / "checked.pdf"
    path.write_bytes(content)
    assert checker_errors(path) == []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert structure_errors(pdf) == []


def checker_errors(path: Path) -> list[str]:
    heard = outloud.check(str(path))
    assert heard.error in (None, ""), heard.error
    errors = [f"outloud {one.rule} {one.message}" for one in heard.findings if one.severity == "error"]
    report = pdfua.validate(str(path))
    return errors + [f"pdfua {one.rule_id} {one.message}" for one in report.findings if one.severity.name == "ERROR"]


def structure_errors(pdf: pikepdf.Pdf) -> list[str]:
    elements = list(_elements(pdf.Root.StructTreeRoot))
    annotations = [note for page in pdf.pages for note in page.get("/Annots", [])]
    rules = {
        "language": str(pdf.Root.get("/Lang", "")) == "fr",
        "title": bool(str(pdf.docinfo.get("/Title", ""))),
        "title shown": bool(pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle")),
        "marked": bool(pdf.Root.get("/MarkInfo", {}).get("/Marked")),
        "declares PDF/UA-1": pdf.open_metadata().get("pdfuaid:part") == "1",
        "outline": "/Outlines" in pdf.Root,
        "one H1 and no level jump": _headings_in_order([str(one.S) for one in elements if str(one.S) in HEADINGS]),
        "figures described": all(str(one.get("/Alt", "")) for one in elements if one.S == "/Figure"),
        "headers linked to cells": all(_has_headers(one) for one in elements if one.S == "/TD" and _text_of(one)),
        "links described": all(str(note.get("/Contents", "")) for note in annotations),
    }
    return [rule for rule, holds in rules.items() if not holds]


def text_of(content: bytes) -> str:
    with pymupdf.open(stream=content) as document:
        return "\n".join(page.get_text() for page in document)


def _elements(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _headings_in_order(found: list[str]) -> bool:
    ranks = [HEADINGS.index(name) for name in found]
    return ranks.count(0) == 1 and ranks[0] == 0 and all(after <= before + 1 for before, after in pairwise(ranks))


def _has_headers(cell: pikepdf.Object) -> bool:
    return len(cell.get("/A", {}).get("/Headers", [])) > 0


def _text_of(cell: pikepdf.Object) -> bool:
    return len(cell.get("/K", [])) > 0


def words_off_the_page(content: bytes) -> list[str]:
    """Words whose box passes the edges of their page, or its right margin on the inner pages."""
    with pymupdf.open(stream=content) as document:
        return [
            word[4]
            for page in document
            for word in page.get_text("words")
            if word[0] < 0 or word[1] < 0 or word[3] > page.rect.height or word[2] > page.rect.width - 55
        ]
