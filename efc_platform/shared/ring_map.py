"""Things around a centre, on rings: near or far, each in its sector, and where they stood before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin
from typing import Any, ClassVar

from efc_platform.shared.charts import Chart, Point, _number, _two_lines

# Columns of a sector in the order they are given, so that the first few stand far apart.
_COLUMNS = (7, 11, 3, 0, 8, 4, 1, 9, 2, 6, 5, 10)
# The inner and outer radius of each ring, nearest first, and on how many rows its things stand: what three rings of
# nearly the same area hold without touching.
_RINGS = ((44, 112, 5), (119, 158, 3), (164, 192, 2))
_STEPS = (3, 1, 1)
# A wedge stays free at the top, where rings are named.
_WEDGE = 34.0
_MARGIN = 1.2
_INK = "#1c2a28"
# How wide a digit is in the widest of the usual fonts, for a size of one.
_DIGIT = 0.62


@dataclass(frozen=True)
class Sector:
    """Its colour never stands alone: its shape says the same."""

    name: str
    colour: str
    shape: str


@dataclass(frozen=True)
class Node:
    """One thing: its sector and its rank there make its direction, for good; its ring says how near it stands, None
    once it is gone. `came_from` is the ring where it stood before, `is_new` says that it stood nowhere."""

    number: int
    name: str
    sector: int
    rank: int
    ring: int | None
    url: str
    words: str
    came_from: int | None = None
    is_new: bool = False


@dataclass(frozen=True)
class RingMap(Chart):
    """The picture; with `with_names` the names stand at both sides, else numbers alone, whose table gives the names.
    Without `is_linked`, on paper, nothing can be pressed."""

    title: str
    centre: str
    rings: tuple[str, ...]
    sectors: tuple[Sector, ...]
    nodes: tuple[Node, ...]
    with_names: bool = False
    is_linked: bool = True

    template_name: ClassVar[str] = "charts/ring_map.svg"
    half: ClassVar[int] = 202
    few: ClassVar[int] = 24
    name_size: ClassVar[int] = 14

    @property
    def radius(self) -> float:
        """Of a shape; greater while there is room."""
        return 8.8 if len(self.nodes) <= self.few else 8

    @property
    def number_size(self) -> float:
        return 12 if len(self.nodes) <= self.few else 10.5

    def spot(self, sector: int, rank: int, ring: int) -> Point:
        """Where a thing of this rank stands on this ring: never elsewhere, whatever comes or goes."""
        lap, place = divmod(rank, len(_COLUMNS))
        column, (inner, outer, rows) = _COLUMNS[place], _RINGS[ring]
        width = (360 - _WEDGE) / len(self.sectors)
        # Those that would fall on earlier ones stand between them.
        share = (column + 0.5 + 0.5 * (lap % 2)) / len(_COLUMNS)
        angle = _WEDGE / 2 + sector * width + _MARGIN + share * (width - 2 * _MARGIN)
        row = (column * _STEPS[ring] + sector + lap) % rows
        away = inner + (outer - inner) * (row + 0.5) / rows
        return away * sin(angle * pi / 180), -away * cos(angle * pi / 180)

    def drawing(self) -> dict[str, Any]:
        names, lines = self._names() if self.with_names else [], _two_lines(self.centre)
        moved = [one for one in self.nodes if one.came_from is not None and one.ring is not None]
        return {
            "box": self._box(),
            "bounds": [outer + 4 for _inner, outer, _rows in _RINGS],
            "ring_names": [(name, 8 - outer) for name, (_i, outer, _r) in zip(self.rings, _RINGS, strict=True)],
            "centre": [(_number(3.5 + 12 * (rank - (len(lines) - 1) / 2)), line) for rank, line in enumerate(lines)],
            "arrows": "".join(self._arrow(one) for one in moved),
            "ghosts": "".join(_circle(*self._before(one), 3.5) for one in moved),
            "halos": "".join(_circle(*self._now(one), self.radius + 3) for one in self.nodes if one.is_new),
            "marks": [self._mark(one) for one in self.nodes],
            "numbers": self._numbers(),
            "number_size": self.number_size,
            "leaders": "".join(line for line, *_ in names),
            "names": [(x, y, anchor, text) for _line, x, y, anchor, text in names],
            "name_size": self.name_size,
            "is_linked": self.is_linked,
        }

    def _box(self) -> str:
        across = self.half + (190 if self.with_names else 0)
        return f"-{across} -{self.half} {2 * across} {2 * self.half}"

    def _now(self, node: Node) -> Point:
        return self.spot(node.sector, node.rank, node.came_from or 0 if node.ring is None else node.ring)

    def _before(self, node: Node) -> Point:
        return self.spot(node.sector, node.rank, node.came_from or 0)

    def _mark(self, node: Node) -> dict[str, Any]:
        sector = self.sectors[node.sector]
        x, y = self._now(node)
        is_solid = node.ring == 0
        return {
            "node": node,
            "path": shape(sector.shape, x, y, self.radius),
            "fill": sector.colour if is_solid else "#fff",
            "stroke": "#6b6a62" if node.ring is None else sector.colour,
            "dash": {None: "1.5 2.5", 2: "3.5 2"}.get(node.ring, ""),
        }

    def _numbers(self) -> list[dict[str, str]]:
        """All numbers of one ink are one text, whose digits each have their place: forty texts would weigh as forty
        elements."""
        digits: dict[str, list[tuple[str, float, float]]] = {}
        for node in self.nodes:
            (x, y), written = self._now(node), str(node.number)
            level = y + _SINK.get(self.sectors[node.sector].shape, 0) + self.number_size * 0.36
            for rank, digit in enumerate(written):
                place = x + (rank - (len(written) - 1) / 2) * self.number_size * _DIGIT
                digits.setdefault("#fff" if node.ring == 0 else _INK, []).append((digit, place, level))
        return [
            {
                "ink": ink,
                "digits": "".join(digit for digit, _x, _y in said),
                "xs": " ".join(_number(x) for _digit, x, _y in said),
                "ys": " ".join(_number(y) for _digit, _x, y in said),
            }
            for ink, said in digits.items()
        ]

    def _arrow(self, node: Node) -> str:
        """From where it stood to the edge of its shape."""
        (x, y), (to_x, to_y) = self._before(node), self._now(node)
        length = hypot(to_x - x, to_y - y) or 1
        across, down = (to_x - x) / length, (to_y - y) / length
        end_x, end_y = to_x - across * (self.radius + 2), to_y - down * (self.radius + 2)
        wings = [(end_x - 5 * across + side * 3.2 * down, end_y - 5 * down - side * 3.2 * across) for side in (1, -1)]
        points = "L".join(f"{_number(a)} {_number(b)}" for a, b in (wings[0], (end_x, end_y), wings[1]))
        return f"M{_number(x)} {_number(y)}L{_number(end_x)} {_number(end_y)}M{points}"

    def _names(self) -> list[tuple[str, str, str, str, str]]:
        """A name beside the picture for each, on the side where it stands, as level with it as the others allow."""
        found = []
        for side, anchor in ((-1, "end"), (1, "start")):
            here = sorted((y, x, one) for one in self.nodes for x, y in [self._now(one)] if (x >= 0) == (side > 0))
            heights = _apart([y for y, _x, _one in here], self.name_size * 1.5, self.half - 12)
            for (y, x, one), height in zip(here, heights, strict=True):
                edge = side * (self.half + 6)
                line = f"M{_number(x + side * self.radius)} {_number(y)}L{_number(edge)} {_number(height)}"
                text = one.name if len(one.name) <= 26 else one.name[:25].rstrip() + "…"
                found.append((line, _number(edge + side * 5), _number(height + 4.5), anchor, text))
        return found


def _apart(wanted: Sequence[float], gap: float, most: float) -> list[float]:
    """The nearest heights to those wanted, in their order, that far apart and inside the picture."""
    heights: list[float] = []
    for one in wanted:
        heights.append(max(one, heights[-1] + gap if heights else -most))
    if heights and heights[-1] > most:
        heights[-1] = most
        for place in range(len(heights) - 2, -1, -1):
            heights[place] = min(heights[place], heights[place + 1] - gap)
    return heights


def _circle(x: float, y: float, size: float) -> str:
    half, whole = _number(size), _number(2 * size)
    return f"M{_number(x - size)} {_number(y)}a{half} {half} 0 1 0 {whole} 0a{half} {half} 0 1 0-{whole} 0z"


def _polygon(x: float, y: float, size: float, corners: Iterable[Point]) -> str:
    return "M" + "L".join(f"{_number(x + a * size)} {_number(y + b * size)}" for a, b in corners) + "z"


# Corners around a middle, for a size of one: seven shapes that cannot be taken for one another, and room for a number.
_CORNERS: dict[str, tuple[Point, ...]] = {
    "square": ((-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)),
    "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    "triangle": ((0, -1.3), (1.3, 0.9), (-1.3, 0.9)),
    "wedge": ((-1.3, -0.9), (1.3, -0.9), (0, 1.3)),
    "house": ((0, -1.25), (1, -0.35), (1, 0.95), (-1, 0.95), (-1, -0.35)),
    "cross": (
        *((-0.5, -1.15), (0.5, -1.15), (0.5, -0.58), (1.15, -0.58), (1.15, 0.58), (0.5, 0.58)),
        *((0.5, 1.15), (-0.5, 1.15), (-0.5, 0.58), (-1.15, 0.58), (-1.15, -0.58), (-0.5, -0.58)),
    ),
}
# How much lower than its middle a shape is widest.
_SINK = {"triangle": 2.4, "wedge": -3.0, "house": 0.8}
SHAPES = ("circle", *_CORNERS)


def shape(name: str, x: float, y: float, size: float) -> str:
    return _circle(x, y, size) if name == "circle" else _polygon(x, y, size, _CORNERS[name])


@dataclass(frozen=True)
class SectorMark(Chart):
    """The shape of a sector beside its name; without a title it is decoration."""

    sector: Sector
    title: str = ""

    template_name: ClassVar[str] = "charts/sector_mark.svg"

    def drawing(self) -> dict[str, Any]:
        return {"path": shape(self.sector.shape, 8, 8, 5.5), "colour": self.sector.colour}
