"""EcoIndex of a page, from the published algorithm: how much is drawn, asked for and carried."""

from bisect import bisect_right
from collections.abc import Sequence

# Each list cuts the measured web into twentieths: a page is placed where its value falls.
DOM = (0, 47, 75, 159, 233, 298, 358, 417, 476, 537, 603, 674, 753, 843, 949, 1076, 1237, 1459, 1801, 2479, 594601)
REQUESTS = (0, 2, 15, 25, 34, 42, 49, 56, 63, 70, 78, 86, 95, 105, 117, 130, 147, 170, 205, 281, 3920)
KILOBYTES = (
    *(0, 1.37, 144.7, 319.53, 479.46, 631.97, 783.38, 937.91, 1098.62, 1265.47, 1448.32),
    *(1648.27, 1876.08, 2142.06, 2465.37, 2866.31, 3401.59, 4155.73, 5400.08, 8037.54, 223212.26),
)
GRADES = ((80, "A"), (70, "B"), (55, "C"), (40, "D"), (25, "E"), (10, "F"))


def ecoindex(*, elements: int, requests: int, kilobytes: float) -> int:
    """From 0 to 100, the more the lighter; `elements` leaves out what is inside drawings."""
    weighed = 3 * _quantile(DOM, elements) + 2 * _quantile(REQUESTS, requests) + _quantile(KILOBYTES, kilobytes)
    return round(100 - 5 * weighed / 6)


def grade(score: int) -> str:
    return next((letter for bound, letter in GRADES if score > bound), "G")


def _quantile(bounds: Sequence[float], value: float) -> float:
    place = bisect_right(bounds, value) - 1
    if place >= len(bounds) - 1:
        return len(bounds) - 1
    below, above = bounds[place], bounds[place + 1]
    return place + (value - below) / (above - below)
