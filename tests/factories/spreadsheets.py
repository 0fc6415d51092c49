"""Spreadsheets of structures as people make them."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter
from stdnum import luhn

from efc_platform.shared.spreadsheets import written


def siret_of(rank: int) -> str:
    """A SIRET that nobody has, with the right keys."""
    siren = f"{10_000_000 + rank:08d}"
    siren += luhn.calc_check_digit(siren)
    return siren + "0001" + luhn.calc_check_digit(f"{siren}0001")


def csv_of(*rows: Sequence[Any], encoding: str = "utf-8", separator: str = ";") -> bytes:
    return "\r\n".join(separator.join(str(cell) for cell in row) for row in rows).encode(encoding)


def file_of(kind: str, *rows: Sequence[Any]) -> bytes:
    return b"".join(written(kind, rows))


def messy_workbook(lines: int, *, more: Sequence[Sequence[str]] = ()) -> bytes:
    """A title over merged cells, headings on the third row, columns in any order, days as days and as text, SIRET as
    numbers without their zeros, blank rows, and one line in fifty with a fault; then the lines of `more`."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Suivi 2026")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.merge_range(0, 0, 0, 6, "Structures accompagnées (extraction du 3 mars)")
    sheet.write_row(
        2, 0, ["CP", "Ville", "Raison sociale *", "N° SIRET", "Statut juridique", "Date de création", "Remarques"]
    )
    row = 3
    for rank in range(lines):
        if rank % 40 == 39:
            row += 1
        siret = int(siret_of(rank)) if rank % 50 != 7 else 12345678901234
        sheet.write_row(row, 0, [1000 + rank % 900, f"Ville-{rank % 300}", f"Structure {rank:05d}"])
        sheet.write(row, 3, siret)
        sheet.write(row, 4, ["Association loi 1901", "SCOP", "asso", "S.A.R.L."][rank % 4])
        if rank % 2:
            sheet.write_datetime(row, 5, date(2001, 1, 1 + rank % 28), day)  # type: ignore[arg-type]
        else:
            sheet.write(row, 5, f"{1 + rank % 28} mars 2001")
        sheet.write(row, 6, "à rappeler")
        row += 1
    for place, cells in enumerate(more):
        sheet.write_row(row + place, 0, cells)
    book.close()
    return out.getvalue()
