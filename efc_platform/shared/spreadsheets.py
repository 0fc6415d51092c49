"""Tables as people make them (XLSX, ODS, CSV), read into plain text; and written, so that nothing in them runs."""

import csv
import io
import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from html import escape
from typing import Any, Generic, TypeVar

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

T = TypeVar("T")
LARGEST_FILE = 5_000_000
MOST_ROWS = 20_000
MOST_COLUMNS = 100
LONGEST_CELL = 5_000
# What a compressed file may unfold to: a sheet of 20,000 rows takes some 40 MB.
UNFOLDED = 120_000_000
MOST_PARTS = 2_000


class UnreadableTable(Exception):
    """Not a table that can be read; the message is the sentence that the person reads."""


def read_table(content: bytes, *, longest: int = LONGEST_CELL) -> list[list[str]]:
    """The cells of the first sheet that holds any, as text, whatever the name of the file says it is. Whole numbers
    are without a decimal point, days as 2024-03-31; rows that are all empty stay, so that their numbers are those of
    the file; a cell goes no further than `longest`. UnreadableTable for anything else, too large, or too long."""
    if len(content) > LARGEST_FILE:
        raise UnreadableTable("Ce fichier est trop lourd\u00a0: cinq mégaoctets au plus.")
    rows = _from_workbook(content, longest) if content[:2] == b"PK" else _from_text(content, longest)
    if len(rows) > MOST_ROWS:
        raise UnreadableTable(f"Ce fichier est trop long\u00a0: {MOST_ROWS} lignes au plus. Coupez-le en plusieurs.")
    if not any(any(row) for row in rows):
        raise UnreadableTable("Ce fichier ne contient rien.")
    return rows


def _from_workbook(content: bytes, longest: int) -> list[list[str]]:
    _refuse_bombs(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height > MOST_ROWS:
                raise UnreadableTable(f"Ce fichier est trop long\u00a0: {MOST_ROWS} lignes au plus.")
            if rows := [[_as_text(cell, longest) for cell in row[:MOST_COLUMNS]] for row in sheet.to_python(False)]:
                return rows
    except (CalamineError, OSError, ValueError, OverflowError) as wrong:
        raise _unreadable() from wrong
    return []


def _refuse_bombs(content: bytes) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as wrong:
        raise _unreadable() from wrong
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNFOLDED:
        raise UnreadableTable("Ce fichier se déplie en quelque chose de démesuré\u00a0: il n’a pas été ouvert.")


def _as_text(cell: Any, longest: int) -> str:
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time_of_day() else cell).isoformat()
    if isinstance(cell, date | time_of_day):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, timedelta):
        return str(cell)
    return _clean(str(cell), longest)


def _clean(text: str, longest: int) -> str:
    return text.replace("\x00", "").replace("\u00a0", " ").replace("\u202f", " ").strip()[:longest]


def _from_text(content: bytes, longest: int) -> list[list[str]]:
    text = _decoded(content)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        return [[_clean(cell, longest) for cell in row[:MOST_COLUMNS]] for row in reader]
    except csv.Error as wrong:
        raise _unreadable() from wrong


def _decoded(content: bytes) -> str:
    """UTF-8, with or without its mark, UTF-16 with it, else what French Windows writes."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _strictly(content, "utf-16")
    # Neither a picture nor a PDF is a table, though Latin-1 would read anything.
    if b"\x00" in content[:4096] or content[:5] in {b"%PDF-", b"\x89PNG\r"} or content[:4] == b"\xd0\xcf\x11\xe0":
        raise _unreadable()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _strictly(content, "cp1252")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise _unreadable() from wrong


def _delimiter(text: str) -> str:
    """The one that stands most often, and as often, in the first lines."""
    lines = [line for line in text.splitlines()[:30] if line.strip()]
    return max(";,\t|", key=lambda mark: (sum(min(line.count(mark), 60) for line in lines), mark == ";"))


def _unreadable() -> UnreadableTable:
    return UnreadableTable(
        "Ce fichier ne se lit pas comme un tableau. Enregistrez-le au format XLSX, ODS ou CSV, puis renvoyez-le."
    )


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column of what is taken away: its heading, and what it says of a row."""

    heading: str
    value: Callable[[T], Any]


FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


def table_of(columns: Sequence[Column[T]], rows: Iterable[T]) -> Iterator[list[Any]]:
    yield [column.heading for column in columns]
    for row in rows:
        yield [column.value(row) for column in columns]


def written(kind: str, table: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The table in one of FORMATS, piece by piece. What a spreadsheet would take for a formula begins with an
    apostrophe, by which it shows it as text (OWASP, CSV injection)."""
    return {"csv": _csv, "xlsx": _xlsx, "ods": _ods}[kind](table)


def neutral(value: Any) -> Any:
    """A number or a day as it is; a text such that nothing in it is run."""
    if value is None or isinstance(value, int | float | date):
        return "" if value is None else value
    text = str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _csv(table: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """With the mark and the semicolons that a French spreadsheet expects."""
    yield b"\xef\xbb\xbf"
    for row in table:
        line = io.StringIO(newline="")
        csv.writer(line, delimiter=";").writerow([_french(neutral(value)) for value in row])
        yield line.getvalue().encode()


def _french(value: Any) -> str:
    if isinstance(value, float):
        return str(value).replace(".", ",")
    return value.isoformat() if isinstance(value, date) else str(value)


def _xlsx(table: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    out = io.BytesIO()
    # Rows leave memory as they are written; no text is made a formula or a link.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options | {"default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Structures")
    bold = book.add_format({"bold": True})
    for place, row in enumerate(table):
        for column, value in enumerate(row):
            _write_cell(sheet, place, column, neutral(value), bold if place == 0 else None)
    sheet.freeze_panes(1, 1)
    book.close()
    yield from _pieces(out)


def _write_cell(sheet: Any, place: int, column: int, value: Any, look: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(place, column, datetime(value.year, value.month, value.day))
    elif isinstance(value, int | float):
        sheet.write_number(place, column, value)
    else:
        sheet.write_string(place, column, str(value)[:32_000], look)


_ODS_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
_ODS_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2"><office:body><office:spreadsheet><table:table table:name="Structures">"""
_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def _ods(table: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """OpenDocument 1.2, part 1, written row by row: the libraries that write it hold the whole sheet in memory."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        # First and stored as it is, for the type to be told from the first bytes.
        book.writestr(zipfile.ZipInfo("mimetype"), FORMATS["ods"])
        book.writestr("META-INF/manifest.xml", _ODS_MANIFEST)
        with book.open("content.xml", "w") as content:
            content.write(_ODS_HEAD.encode())
            for row in table:
                cells = "".join(_ods_cell(neutral(value)) for value in row)
                content.write(f"<table:table-row>{cells}</table:table-row>".encode())
            content.write(_ODS_TAIL.encode())
    yield from _pieces(out)


def _ods_cell(value: Any) -> str:
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    lines = "".join(f"<text:p>{escape(_printable(line), quote=False)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


def _printable(text: str) -> str:
    """XML has no control characters."""
    return "".join(letter for letter in text if letter >= " " or letter == "\t")


def _pieces(out: io.BytesIO) -> Iterator[bytes]:
    out.seek(0)
    while piece := out.read(65_536):
        yield piece
