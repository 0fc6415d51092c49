"""Steps through dated levels: what several voices said of one thing, and when; their table stands beside them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, ClassVar

from efc_platform.shared.charts import Chart, Point, SeriesStyle, _mark, _number, _path, _two_lines

# Narrower than this share of the plot, two labels of dates would touch.
_ROOM = 0.2
_LETTER = 0.62


@dataclass(frozen=True)
class Stage:
    """What is said from a day on, until something else is: a level, the two levels between which it lies (`band`), or
    the lane that says why there is none."""

    on: date
    level: int | None
    lane: int = 0
    band: tuple[int, int] | None = None

    @property
    def is_apart(self) -> bool:
        return self.level is None and self.band is None


@dataclass(frozen=True)
class Voice:
    """Stages in the order of their days; before the first nothing was said, and nothing is drawn."""

    name: str
    style: SeriesStyle
    stages: tuple[Stage, ...]


@dataclass(frozen=True)
class Shade:
    """From a day to another, two voices stood this far apart."""

    since: date
    until: date
    low: int
    high: int


@dataclass(frozen=True)
class Lane:
    """A way of giving no level. It lies apart, under the dates, since it is neither low nor zero; its marks are hollow,
    and struck through when there was nothing to say."""

    name: str
    is_struck: bool = False


@dataclass(frozen=True)
class StepCurve(Chart):
    """A line per voice, level until its next word, then straight to it, up or down alike; no line joins two levels over
    a stage that had none. In a grid (`is_small`) the ends of the scale alone are named, on the same axes."""

    title: str
    voices: tuple[Voice, ...]
    shades: tuple[Shade, ...]
    level_names: tuple[str, ...]
    lanes: tuple[Lane, ...]
    start: date
    end: date
    # Of the first and the last day, in words.
    ends: tuple[str, str]
    is_small: bool = False

    template_name: ClassVar[str] = "charts/step_curve.svg"
    lane_height: ClassVar[int] = 30

    @property
    def letter(self) -> int:
        return 12 if self.is_small else 14

    @property
    def left(self) -> int:
        """Room for the longest of the names beside the plot; 0.62 em is the width of a letter in the widest fonts."""
        names = [*self.level_names, *(one.name for one in self.lanes)]
        shown = [self.level_names[0], self.level_names[-1], *names[len(self.level_names) :]] if self.is_small else names
        return round(max(len(line) for name in shown for line in _two_lines(name)) * self.letter * _LETTER) + 10

    @property
    def plot(self) -> int:
        return 236 if self.is_small else 270

    @property
    def row(self) -> int:
        return 20 if self.is_small else 36

    @property
    def top(self) -> int:
        return 16

    @property
    def bottom(self) -> int:
        return self.top + (len(self.level_names) - 1) * self.row

    def x(self, day: date) -> float:
        return self.left + self.plot * (day - self.start).days / max((self.end - self.start).days, 1)

    def y(self, level: int) -> float:
        return self.top + (len(self.level_names) - level) * self.row

    def strand(self, rank: int) -> float:
        """How far a voice's line is moved aside and down: those at one level, or that change on one day, run side by
        side, and none hides another."""
        return (rank - (len(self.voices) - 1) / 2) * (2.8 if self.is_small else 3.6)

    def spot(self, rank: int, stage: Stage) -> Point:
        level = max(stage.band) if stage.band else stage.level
        height = self._lane_y(stage.lane) if level is None else self.y(level)
        return self.x(stage.on) + self.strand(rank), height + self.strand(rank)

    def drawing(self) -> dict[str, Any]:
        height = self._lane_y(self._used[-1]) + 20 if self._used else self.bottom + 28
        return {
            "box": f"0 0 {self.left + self.plot + 10} {_number(height)}",
            "width": round((self.left + self.plot + 10) * 1.2),
            "letter": self.letter,
            "grid": self._grid(),
            "years": self._years(),
            "shade": "".join(self._shaded(one) for one in self.shades),
            "hatch": "".join(self._hatched(one) for one in self.shades),
            "texts": [*self._level_labels(), *self._day_labels(), *self._lane_labels()],
            "bands": [band for rank, one in enumerate(self.voices) if (band := self._bands(rank))],
            "lines": [self._line(rank) for rank, one in enumerate(self.voices) if one.stages],
            "marks": self._marks(),
        }

    @property
    def _used(self) -> list[int]:
        return sorted({one.lane for voice in self.voices for one in voice.stages if one.is_apart})

    def _lane_y(self, lane: int) -> float:
        return self.bottom + 46 + self._used.index(lane) * self.lane_height

    def _grid(self) -> str:
        levels = "".join(f"M{self.left} {self.y(rank + 1)}h{self.plot}" for rank in range(len(self.level_names)))
        return levels + "".join(f"M{self.left} {_number(self._lane_y(lane))}h{self.plot}" for lane in self._used)

    def _years(self) -> str:
        height = self.bottom - self.top + 10
        return "".join(f"M{_number(self.x(day))} {self.top - 5}v{height}" for day in self._first_days())

    def _first_days(self) -> Iterator[date]:
        return (date(year, 1, 1) for year in range(self.start.year + 1, self.end.year + 1))

    def _shaded(self, one: Shade) -> str:
        left, right = _number(self.x(one.since)), _number(self.x(one.until))
        return f"M{left} {self.y(one.high)}H{right}V{self.y(one.low)}H{left}z"

    def _hatched(self, one: Shade) -> str:
        """Upright strokes: without any colour the gap still shows."""
        left, right, tall = self.x(one.since), self.x(one.until), self.y(one.low) - self.y(one.high)
        count = int((right - left) / 4)
        return "".join(f"M{_number(left + 4 * (rank + 0.5))} {self.y(one.high)}v{tall}" for rank in range(count))

    def _level_labels(self) -> Iterator[dict[str, Any]]:
        ends = {1, len(self.level_names)}
        for level, name in enumerate(self.level_names, start=1):
            if not self.is_small or level in ends:
                yield from self._beside(name, self.y(level))

    def _lane_labels(self) -> Iterator[dict[str, Any]]:
        for lane in self._used:
            yield from self._beside(self.lanes[lane].name, self._lane_y(lane))

    def _beside(self, name: str, middle: float) -> Iterator[dict[str, Any]]:
        lines = _two_lines(name)
        for rank, line in enumerate(lines):
            down = (rank - (len(lines) - 1) / 2) * (self.letter + 1) + self.letter * 0.35
            yield {"x": self.left - 10, "y": _number(middle + down), "anchor": "end", "text": line}

    def _day_labels(self) -> Iterator[dict[str, Any]]:
        """The two ends in words, and the years between them where there is room."""
        y, right = self.bottom + 22, self.left + self.plot
        first, last = self.ends
        yield {"x": self.left, "y": y, "anchor": "start", "text": first}
        if last != first:
            yield {"x": right, "y": y, "anchor": "end", "text": last}
        width = _LETTER * self.letter
        free_from, free_to = self.left + width * (len(first) + 3), right - width * (len(last) + 3)
        for day in self._first_days():
            if free_from <= self.x(day) <= free_to:
                free_from = self.x(day) + max(_ROOM * self.plot, 7 * width)
                yield {"x": _number(self.x(day)), "y": y, "anchor": "middle", "text": str(day.year)}

    def _spans(self, rank: int) -> Iterator[tuple[Stage, Point, float, bool]]:
        """Where each stage begins and ends, and whether it follows the one before without a cut."""
        stages = self.voices[rank].stages
        right = max(self.x(self.end), self.spot(rank, stages[-1])[0])
        ends = [*(self.spot(rank, one)[0] for one in stages[1:]), right]
        for before, stage, end in zip([None, *stages], stages, ends, strict=False):
            follows = before is not None and before.level is not None and stage.level is not None
            yield stage, self.spot(rank, stage), end, follows

    def _line(self, rank: int) -> dict[str, Any]:
        runs: list[list[Point]] = []
        for stage, (x, y), end, follows in self._spans(rank):
            if stage.band:
                continue
            if not follows:
                runs.append([])
            runs[-1] += [(x, y), (end, y)]
        return {"style": self.voices[rank].style, "path": "".join(_path(run) for run in runs)}

    def _bands(self, rank: int) -> dict[str, Any] | None:
        """A box over all the levels that it may be, in the colour of the voice; its edge is seen without colour."""
        if not self.voices[rank].stages:
            return None
        boxes = [
            f"M{_number(x)} {_number(y)}H{_number(end)}v{(max(stage.band) - min(stage.band)) * self.row}H{_number(x)}z"
            for stage, (x, y), end, _follows in self._spans(rank)
            if stage.band
        ]
        return {"style": self.voices[rank].style, "path": "".join(boxes)} if boxes else None

    def _marks(self) -> list[dict[str, Any]]:
        """A shape where each voice spoke; those that would fall on one another stand side by side."""
        size = self._mark_size()
        full: dict[int, list[str]] = defaultdict(list)
        hollow: dict[int, list[str]] = defaultdict(list)
        for ranks in self._ties():
            for place, (rank, stage) in enumerate(ranks):
                x, y = self.spot(rank, stage)
                if len(ranks) > 1:
                    x = self.x(stage.on) + (place - (len(ranks) - 1) / 2) * 2.1 * size
                shape = _mark(self.voices[rank].style.shape, x, y, size)
                if stage.level is not None:
                    full[rank].append(shape)
                else:
                    hollow[rank].append(shape + (_stroke(x, y, size) if self.lanes[stage.lane].is_struck else ""))
        drawn = ((rank, is_hollow, found[rank]) for is_hollow, found in enumerate((full, hollow)) for rank in found)
        return [
            {"style": self.voices[rank].style, "is_hollow": is_hollow, "path": "".join(paths)}
            for rank, is_hollow, paths in sorted(drawn)
        ]

    def _mark_size(self) -> float:
        """Smaller where one voice spoke so often that its own marks would touch."""
        usual = 3.4 if self.is_small else 4.2
        spaces = [self.x(b.on) - self.x(a.on) for voice in self.voices for a, b in pairwise(voice.stages)]
        return max(1.6, min(usual, min(spaces, default=usual * 3) / 2.6))

    def _ties(self) -> Iterable[Sequence[tuple[int, Stage]]]:
        """What was said on one day of one level, or of none."""
        ties: dict[tuple[date, int | None, int], list[tuple[int, Stage]]] = defaultdict(list)
        for rank, voice in enumerate(self.voices):
            for stage in (one for one in voice.stages if not one.band):
                ties[stage.on, stage.level, stage.lane].append((rank, stage))
        return ties.values()


def _stroke(x: float, y: float, size: float) -> str:
    reach = size * 1.5
    return f"M{_number(x - reach)} {_number(y + reach)}l{_number(2 * reach)} {_number(-2 * reach)}"
