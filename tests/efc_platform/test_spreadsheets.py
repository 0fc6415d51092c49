"""Tables as people make them are read whole; what is written opens anywhere and runs nothing."""

import io
import zipfile
from datetime import date

import pytest
import xlsxwriter

from efc_platform.shared.spreadsheets import (
    FORMATS,
    LARGEST_FILE,
    MOST_ROWS,
    Column,
    UnreadableTable,
    neutral,
    read_table,
    table_of,
    written,
)

COLUMNS = [Column[dict]("Nom", lambda row: row["name"]), Column[dict]("Année", lambda row: row["year"])]
ROWS = [{"name": "L’Épicerie ; du « coin »", "year": 2012}, {"name": "=1+1", "year": None}]


def made(kind: str) -> bytes:
    return b"".join(written(kind, table_of(COLUMNS, ROWS)))


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_written_is_read_back_the_same(kind):
    assert read_table(made(kind)) == [["Nom", "Année"], ["L’Épicerie ; du « coin »", "2012"], ["'=1+1", ""]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_a_spreadsheet_would_run_is_shown_instead(start):
    assert neutral(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_number_and_day_stay_what_they_are():
    assert [neutral(value) for value in (-3, 1.5, date(2024, 3, 31), None, "a")] == [
        -3,
        1.5,
        date(2024, 3, 31),
        "",
        "a",
    ]


def test_workbook_holds_no_formula_and_no_link():
    book = zipfile.ZipFile(io.BytesIO(b"".join(written("xlsx", [["=1+1", "https://exemple.example"]]))))
    sheet = book.read("xl/worksheets/sheet1.xml")
    assert (b"<f>" in sheet, b"hyperlink" in sheet) == (False, False)


@pytest.mark.parametrize(
    "content",
    [
        "Nom;Créée en\nL’Épicerie;2012\n".encode(),
        "\ufeffNom;Créée en\r\nL’Épicerie;2012\r\n".encode(),
        "Nom;Créée en\nL’Épicerie;2012\n".encode("cp1252"),
        'Nom,Créée en\n"L’Épicerie",2012\n'.encode(),
        "Nom\tCréée en\nL’Épicerie\t2012\n".encode("utf-16"),
        "Nom;Créée en\nL’Épicerie;2012".encode(),
    ],
)
def test_text_is_read_whatever_its_encoding_and_its_separator(content):
    assert read_table(content) == [["Nom", "Créée en"], ["L’Épicerie", "2012"]]


def test_cell_of_several_lines_and_blank_rows_stay():
    assert read_table(b'a;b\n\n"un\ndeux";c\n') == [["a", "b"], [], ["un\ndeux", "c"]]


def test_days_numbers_and_booleans_of_a_workbook_become_text():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [73282932000074, 3.5, True, "  x\u00a0y  "])
    sheet.write_datetime(0, 4, date(2024, 3, 31), book.add_format({"num_format": "dd/mm/yyyy"}))
    book.close()
    assert read_table(out.getvalue()) == [["73282932000074", "3.5", "oui", "x y", "2024-03-31"]]


def test_first_sheet_that_holds_something_is_read():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("Vide")
    book.add_worksheet("Structures").write(0, 0, "Nom")
    book.close()
    assert read_table(out.getvalue()) == [["Nom"]]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 130_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n;;\n",
        b"%PDF-1.7 rien",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"\xd0\xcf\x11\xe0" + b"x" * 40,
        b"PK\x03\x04 coupe en route",
        b"PK",
        b"a" * (LARGEST_FILE + 1),
        b"a\n" * (MOST_ROWS + 1),
        b"a;\x00\x00",
    ],
)
def test_anything_else_is_refused_in_a_sentence(content):
    with pytest.raises(UnreadableTable, match="fichier"):
        read_table(content)


def test_file_that_unfolds_beyond_measure_is_not_opened():
    with pytest.raises(UnreadableTable, match="démesuré"):
        read_table(bomb())


def test_workbook_without_a_sheet_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("word/document.xml", "<x/>")
    with pytest.raises(UnreadableTable, match="ne se lit pas"):
        read_table(out.getvalue())
