"""Drawings as frozen dataclasses: each gives an SVG picture and the table that holds the same values."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import cos, pi, sin
from typing import Any, ClassVar
from zlib import crc32

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

NO_VALUE = "–"
Point = tuple[float, float]


@dataclass(frozen=True)
class SeriesStyle:
    """A colour never stands alone: a shape, and often a dash, says the same."""

    colour: str
    shape: str
    dash: str = ""
    width: str = "2"
    is_ground: bool = False

    @property
    def shape_name(self) -> str:
        return _SHAPE_NAMES[self.shape]


# Widths shrink in drawing order, so that a line hidden under another still shows on both its sides.
GREY_RING = SeriesStyle("#8b8677", "ring", dash="2 3", width="1.5", is_ground=True)
CLAY_CIRCLE = SeriesStyle("#a8480f", "circle", width="2.8")
LEAF_SQUARE = SeriesStyle("#0f5c4d", "square", width="2")
LAKE_TRIANGLE = SeriesStyle("#34568b", "triangle", dash="7 3", width="1.8")
PLUM_DIAMOND = SeriesStyle("#6b4a8a", "diamond", dash="1.5 2.5", width="1.6")

_SHAPE_NAMES = {
    "ring": "Anneau en pointillé",
    "circle": "Cercle",
    "square": "Carré",
    "triangle": "Triangle",
    "diamond": "Losange",
}


@dataclass(frozen=True)
class Series:
    """Values in the order of what they describe; None is a gap, and its remark says why. On one line, a mark may be
    hollow or faded; its note says it in words, for whoever does not see."""

    name: str
    values: tuple[int | None, ...]
    style: SeriesStyle
    remarks: tuple[str, ...] = ()
    note: str = ""
    is_hollow: bool = False
    is_faded: bool = False

    def words(self, place: int) -> str:
        value = self.values[place]
        if value is not None:
            return f"{value} ({self.note})" if self.note else str(value)
        return (self.remarks[place] if self.remarks else "") or NO_VALUE


@dataclass(frozen=True)
class Table:
    """What a drawing shows, to be read instead of seen; the first cell of a row is its header."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Chart(ABC):
    """A picture that names itself; `svg` is what a page or a PDF prints."""

    template_name: ClassVar[str]
    title: str

    @abstractmethod
    def drawing(self) -> dict[str, Any]:
        """What the template draws."""

    def svg(self) -> SafeString:
        # Dataclasses print all their values: the same picture keeps its id, two different ones never share it.
        key = f"c{crc32(repr(self).encode()):08x}"
        return render_to_string(self.template_name, {"id": key, "title": self.title, **self.drawing()})


@dataclass(frozen=True)
class RadarChart(Chart):
    """Levels on spokes. The first level is a ring, not the centre: there is no zero."""

    title: str
    spokes: tuple[str, ...]
    series: tuple[Series, ...]
    rings: int = 5
    font_size: int = 16

    template_name: ClassVar[str] = "charts/radar.svg"
    radius: ClassVar[int] = 112
    first_ring: ClassVar[int] = 34

    @property
    def table(self) -> Table:
        rows = ((spoke, *(one.words(place) for one in self.series)) for place, spoke in enumerate(self.spokes))
        return Table(("", *(one.name for one in self.series)), tuple(rows))

    def position(self, place: int, value: float) -> Point:
        step = (self.radius - self.first_ring) / max(self.rings - 1, 1)
        return self._at(place, self.first_ring + (value - 1) * step)

    def drawing(self) -> dict[str, Any]:
        labels = [self._label(place, spoke) for place, spoke in enumerate(self.spokes)]
        ordered = sorted(self.series, key=lambda one: (not one.style.is_ground, -float(one.style.width)))
        return {
            "box": self._box(labels),
            "font_size": self.font_size,
            "grid": self._grid(),
            "labels": labels,
            "lines": [line for one in ordered if (line := self._line(one))["path"]],
            "marks": self._marks(),
        }

    def _at(self, place: int, radius: float) -> Point:
        angle = 2 * pi * place / len(self.spokes)
        return radius * sin(angle), -radius * cos(angle)

    def _grid(self) -> str:
        places = range(len(self.spokes))
        ranks = range(1, self.rings + 1)
        rings = (_path((self.position(place, rank) for place in places), closed=True) for rank in ranks)
        spokes = (_path((self.position(place, 1), self.position(place, self.rings))) for place in places)
        return "".join((*rings, *spokes))

    def _line(self, series: Series) -> dict[str, Any]:
        """A closed line when nothing is missing; otherwise the runs of neighbours, never a shortcut over a gap."""
        runs = _runs(series.values)
        is_whole = None not in series.values
        path = "".join(_path((self._spot(series, place) for place in run), closed=is_whole) for run in runs)
        fill = series.style.colour if is_whole and series.style.is_ground else ""
        return {"path": path, "style": series.style, "fill": fill}

    def _spot(self, series: Series, place: int) -> Point:
        return self.position(place, series.values[place] or 0)

    def _marks(self) -> list[dict[str, Any]]:
        """The ground's rings first, then shapes; those that would fall on one another stand side by side."""
        grounds = [{"path": self._rings(one), "style": one.style} for one in self.series if one.style.is_ground]
        shapes = [one for one in self.series if not one.style.is_ground]
        paths: dict[int, list[str]] = defaultdict(list)
        for place in range(len(self.spokes)):
            for value, ranks in _ties([one.values[place] for one in shapes]).items():
                for rank, spot in zip(ranks, self._side_by_side(place, value, len(ranks)), strict=True):
                    paths[rank].append(_mark(shapes[rank].style.shape, *spot, 4))
        return grounds + [{"path": "".join(paths[rank]), "style": shapes[rank].style} for rank in sorted(paths)]

    def _rings(self, series: Series) -> str:
        given = (place for place, value in enumerate(series.values) if value is not None)
        return "".join(_mark("ring", *self._spot(series, place), 5) for place in given)

    def _side_by_side(self, place: int, value: int, count: int) -> Iterable[Point]:
        x, y = self.position(place, value)
        across_x, across_y = self._at(place, 8)
        for rank in range(count):
            shift = rank - (count - 1) / 2
            yield x - across_y * shift, y + across_x * shift

    def _label(self, place: int, spoke: str) -> dict[str, Any]:
        lines = _two_lines(spoke)
        across, down = self._at(place, 1)
        x, y = self._at(place, self.radius + 13)
        line_height = self.font_size * 1.15
        top = y + (down - 1) * line_height * len(lines) / 2
        anchor = "middle" if abs(across) < 0.2 else "start" if across > 0 else "end"
        rows = [{"y": _number(top + line_height * (rank + 0.82)), "text": line} for rank, line in enumerate(lines)]
        # 0.6 em is the width of a letter in the widest of the usual fonts: the picture makes room for it.
        width = max(map(len, lines)) * self.font_size * 0.6
        left = x - {"middle": width / 2, "start": 0, "end": width}[anchor]
        extent = {"left": left, "right": left + width, "top": top, "bottom": top + line_height * len(lines)}
        return {"x": _number(x), "anchor": anchor, "rows": rows, **extent}

    def _box(self, labels: Sequence[dict[str, Any]]) -> str:
        half = max(self.radius, *(max(-label["left"], label["right"]) for label in labels)) + 3
        top = min(-self.radius, *(label["top"] for label in labels)) - 3
        bottom = max(self.position(len(self.spokes) // 2, self.rings)[1], *(label["bottom"] for label in labels)) + 4
        return " ".join(map(_number, (-half, top, 2 * half, bottom - top)))


@dataclass(frozen=True)
class DotRow(Chart):
    """One line of levels: where it began, and a shape per series, each at its own height."""

    name: str
    series: tuple[Series, ...]
    rings: int = 5

    template_name: ClassVar[str] = "charts/dot_row.svg"
    middle: ClassVar[int] = 18

    @property
    def title(self) -> str:  # type: ignore[override]
        said = ", ".join(f"{one.name} {one.words(0)}" for one in self.series)
        return f"{self.name}\u00a0: {said}"

    @property
    def table(self) -> Table:
        return Table(("", *(one.name for one in self.series)), ((self.name, *(one.words(0) for one in self.series)),))

    @property
    def has_marks(self) -> bool:
        """Some of its marks are drawn otherwise, and a word must say why."""
        return any(one.is_hollow or one.is_faded for one in self.series)

    def x(self, value: int) -> int:
        return 14 + (value - 1) * 180 // max(self.rings - 1, 1)

    def drawing(self) -> dict[str, Any]:
        ground = [one for one in self.series if one.style.is_ground]
        shapes = [one for one in self.series if not one.style.is_ground]
        values = [one.values[0] for one in shapes if one.values[0] is not None]
        ticks = "".join(f"M{self.x(value)} {self.middle - 4}v8" for value in range(1, self.rings + 1))
        return {
            "axis": f"M14 {self.middle}h{self.x(self.rings) - 14}{ticks}",
            "band": f"M{self.x(min(values))} {self.middle}H{self.x(max(values))}" if len(set(values)) > 1 else "",
            "rings": [(self.x(one.values[0]), one.style) for one in ground if one.values[0] is not None],
            "marks": self._marks(shapes),
            "middle": self.middle,
        }

    def _marks(self, shapes: Sequence[Series]) -> list[dict[str, Any]]:
        gap = 10 if len(shapes) < 4 else 9
        heights = (self.middle + gap * (rank - (len(shapes) - 1) / 2) for rank in range(len(shapes)))
        return [
            {"path": _mark(one.style.shape, self.x(value), height, 4), "series": one, "style": one.style}
            for one, height in zip(shapes, heights, strict=True)
            if (value := one.values[0]) is not None
        ]


@dataclass(frozen=True)
class Trend:
    """Dated levels of one thing; strands of one lane run together until their levels differ."""

    name: str
    lane: int
    strand: int
    points: tuple[tuple[date, int], ...]
    style: SeriesStyle


@dataclass(frozen=True)
class TrendLines(Chart):
    """Lines through dated levels, without axis nor number: a picture of a way, to be read in its table."""

    title: str
    trends: tuple[Trend, ...]
    start: date
    end: date

    template_name: ClassVar[str] = "charts/trend_lines.svg"
    width: ClassVar[int] = 560
    lane_height: ClassVar[int] = 25
    level_height: ClassVar[int] = 19
    strand_gap: ClassVar[float] = 2.2

    @property
    def table(self) -> Table:
        days = sorted({day for trend in self.trends for day, _ in trend.points})
        rows = ((trend.name, *(str(dict(trend.points).get(day, NO_VALUE)) for day in days)) for trend in self.trends)
        return Table(("", *(f"{day:%d/%m/%Y}" for day in days)), tuple(rows))

    @property
    def height(self) -> int:
        return 5 * self.level_height + max((trend.lane for trend in self.trends), default=0) * self.lane_height

    def spot(self, trend: Trend, day: date, level: int) -> Point:
        share = (day - self.start).days / max((self.end - self.start).days, 1)
        height = trend.lane * self.lane_height + (5 - level) * self.level_height + trend.strand * self.strand_gap
        return self.width * share, height + 4

    def drawing(self) -> dict[str, Any]:
        lines: dict[SeriesStyle, list[str]] = defaultdict(list)
        dots: dict[SeriesStyle, list[str]] = defaultdict(list)
        for trend in self.trends:
            spots = [self.spot(trend, day, level) for day, level in trend.points]
            lines[trend.style].append(_smooth(spots, self.width))
            dots[trend.style] += [_mark("circle", *spot, 2) for spot in spots if spot[0] > 0]
        return {
            "box": f"0 0 {self.width} {self.height}",
            "lines": [{"style": style, "path": "".join(lines[style]), "dots": "".join(dots[style])} for style in lines],
        }


@dataclass(frozen=True)
class Swatch(Chart):
    """The line and shape of a series, for a legend; without a title it is decoration."""

    style: SeriesStyle
    title: str = ""

    template_name: ClassVar[str] = "charts/swatch.svg"

    def drawing(self) -> dict[str, Any]:
        return {"style": self.style, "path": _mark(self.style.shape, 14, 7, 4)}


def _number(value: float) -> str:
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _path(points: Iterable[Point], *, closed: bool = False) -> str:
    drawn = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
    return f"M{drawn}{'z' if closed else ''}"


def _smooth(points: Sequence[Point], right: float) -> str:
    """Level at each point and carried on to the right edge: between two points the curve never goes beyond either."""
    path = _path(points[:1])
    for (x, y), (next_x, next_y) in pairwise(points):
        half = _number((x + next_x) / 2)
        path += f"C{half} {_number(y)} {half} {_number(next_y)} {_number(next_x)} {_number(next_y)}"
    return f"{path}H{_number(right)}"


def _runs(values: Sequence[int | None]) -> list[list[int]]:
    """Places of neighbouring values around a circle, each run unbroken; a lone value is a mark, not a run."""
    count = len(values)
    if None not in values:
        return [list(range(count))]
    first = values.index(None)
    runs: list[list[int]] = [[]]
    for place in (place % count for place in range(first, first + count)):
        runs[-1].append(place) if values[place] is not None else runs.append([])
    return [run for run in runs if len(run) > 1]


def _ties(values: Sequence[int | None]) -> dict[int, list[int]]:
    """The ranks that hold each value."""
    ties: dict[int, list[int]] = defaultdict(list)
    for rank, value in enumerate(values):
        if value is not None:
            ties[value].append(rank)
    return ties


def _mark(shape: str, x: float, y: float, size: float) -> str:
    half, whole = _number(size), _number(2 * size)
    if shape in ("ring", "circle"):
        return f"M{_number(x - size)} {_number(y)}a{half} {half} 0 1 0 {whole} 0a{half} {half} 0 1 0-{whole} 0z"
    if shape == "square":
        side = _number(size * 1.8)
        return f"M{_number(x - size * 0.9)} {_number(y - size * 0.9)}h{side}v{side}h-{side}z"
    if shape == "triangle":
        return f"M{_number(x)} {_number(y - size * 1.1)}l{half} {_number(size * 1.9)}h-{whole}z"
    rise = _number(size * 1.2)
    return f"M{_number(x)} {_number(y - size * 1.2)}l{half} {rise}l-{half} {rise}l-{half}-{rise}z"


def _two_lines(label: str) -> list[str]:
    """A long label is cut once, where both parts are nearest in length; what a table says in full may end in « … »."""
    words = label.split()
    if len(label) <= 14 or len(words) == 1:
        return [_short(label)]
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
    return [_short(part) for part in min(cuts, key=lambda parts: max(map(len, parts)))]


def _short(text: str) -> str:
    return text if len(text) <= 22 else text[:21].rstrip() + "…"
