"""A text as a square that a phone reads, drawn in the page: no picture is fetched."""

from dataclasses import dataclass
from io import StringIO

import qrcode


@dataclass(frozen=True)
class QrCode:
    """`path` draws the dark squares on a grid of `side` by `side`, its margin included."""

    path: str
    side: int

    @classmethod
    def of(cls, text: str) -> "QrCode":
        code = qrcode.QRCode()
        code.add_data(text)
        squares = code.get_matrix()
        return cls(_path(squares), len(squares))


def _path(squares: list[list[bool]]) -> str:
    drawn = StringIO()
    for y, row in enumerate(squares):
        drawn.writelines(f"M{x} {y}h1v1h-1z" for x, is_dark in enumerate(row) if is_dark)
    return drawn.getvalue()
