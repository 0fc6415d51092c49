"""A signature drawn by hand: lists of points, checked, and drawn again by the server."""

import json
from typing import Any

# The sheet one draws on, in its own units; the page scales it.
WIDTH, HEIGHT = 600, 200
_MOST_STROKES, _MOST_POINTS = 80, 4000
# A dot by mistake is not a signature.
_LEAST_POINTS = 8

Strokes = list[list[list[int]]]


def read_strokes(typed: str) -> Strokes:
    """What the page sent, or nothing when nothing was drawn; ValueError for anything else than points on the sheet."""
    if not typed.strip():
        return []
    if len(typed) > 16 * _MOST_POINTS:
        raise ValueError("too long")
    strokes = json.loads(typed)
    if not isinstance(strokes, list) or len(strokes) > _MOST_STROKES:
        raise ValueError("not a list of strokes")
    points = [point for stroke in strokes for point in _points(stroke)]
    if strokes and not _LEAST_POINTS <= len(points) <= _MOST_POINTS:
        raise ValueError("too few points, or too many")
    return strokes


def _points(stroke: Any) -> list[Any]:
    if not isinstance(stroke, list) or not all(_is_on_the_sheet(point) for point in stroke):
        raise ValueError("not points of the sheet")
    return stroke


def _is_on_the_sheet(point: Any) -> bool:
    is_pair = isinstance(point, list) and len(point) == 2 and all(type(one) is int for one in point)
    return is_pair and 0 <= point[0] <= WIDTH and 0 <= point[1] <= HEIGHT


def path_of(strokes: Strokes) -> str:
    """As the `d` of an SVG path: numbers and letters only, whatever was stored."""
    return "".join(_line(stroke) for stroke in strokes if stroke)


def _line(stroke: list[list[int]]) -> str:
    first, *rest = [f"{int(x)} {int(y)}" for x, y in stroke]
    return f"M{first}" + "".join(f"L{point}" for point in rest or [first])
