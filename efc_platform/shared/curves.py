"""Small curves of yearly values, and how a whole is shared out: no axis, their table stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from efc_platform.shared.charts import Chart, Point, _number, _path

Value = int | Decimal | None


@dataclass(frozen=True)
class Curve(Chart):
    """Values of successive years; None is a gap, over which no line is drawn."""

    title: str
    values: tuple[Value, ...]

    template_name: ClassVar[str] = "charts/curve.svg"
    width: ClassVar[int] = 120
    height: ClassVar[int] = 30

    def drawing(self) -> dict[str, Any]:
        runs = _runs(self._spots())
        # A year alone is a dot: a line of no length has round ends too.
        return {"path": "".join(_path(run if len(run) > 1 else run * 2) for run in runs)}

    def _spots(self) -> list[Point | None]:
        """Zero is the bottom of the picture unless something is below it: a small change must not look like a fall."""
        known = [float(one) for one in self.values if one is not None]
        low, high = min([0.0, *known]), max([0.0, *known])
        step = (self.width - 10) / max(len(self.values) - 1, 1)
        tall = self.height - 8

        def height(value: Value) -> float:
            return 4 + tall * (1 - (float(value or 0) - low) / ((high - low) or 1))

        return [None if one is None else (5 + place * step, height(one)) for place, one in enumerate(self.values)]


def _runs(spots: Sequence[Point | None]) -> list[list[Point]]:
    """The spots that follow each other, each run unbroken."""
    runs: list[list[Point]] = [[]]
    for spot in spots:
        if spot is None:
            runs.append([])
        else:
            runs[-1].append(spot)
    return [run for run in runs if run]


@dataclass(frozen=True)
class SharedBar(Chart):
    """A whole cut in two: the first part plain, the other striped by its border alone, so that no colour is needed."""

    title: str
    share: int

    template_name: ClassVar[str] = "charts/shared_bar.svg"
    width: ClassVar[int] = 240

    def drawing(self) -> dict[str, Any]:
        return {"cut": _number(self.share * self.width / 100), "width": self.width}
