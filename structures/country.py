"""How many structures there are in each département, drawn and in a table: how many, never who."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from accounts.models import User
from accounts.permissions import is_permitted
from efc_platform.shared.small_numbers import FEWEST, told
from structures.contours import HEIGHT, WIDTH, contours
from structures.models import Department, Structure, place_key

# From how many, its colour, and that of the number written on it.
SHADES = [
    (0, "#efece4", "#1c2a28"),
    (1, "#d3e5dc", "#1c2a28"),
    (FEWEST, "#9ec9b5", "#1c2a28"),
    (15, "#3f8a73", "#ffffff"),
    (40, "#0a463a", "#ffffff"),
]
# Too far for the drawing, or too small in it: squares with their names, those of the capital in the sea of the north.
_NEAR_PARIS = ["92", "93", "94", "75"]
_OVERSEAS = ["971", "972", "973", "974", "976"]
_TILE = 20, 13
_FIGURE = 6.6


@dataclass(frozen=True)
class Place:
    """One département in the table: how many, as it may be told, and where one reads which."""

    name: str
    told: str
    url: str = ""


@dataclass(frozen=True)
class Shape:
    """Outlines of one colour, drawn at once: a page holds few elements."""

    path: str
    fill: str


@dataclass(frozen=True)
class Writing:
    """Figures of one colour, each at its own place, in one element."""

    xs: str
    ys: str
    figures: str
    fill: str


@dataclass(frozen=True)
class Tile:
    x: int
    y: int
    name: str


@dataclass(frozen=True)
class Country:
    regions: list[tuple[str, list[Place]]]
    elsewhere: Place | None
    shapes: list[Shape]
    writings: list[Writing]
    tiles: list[Tile]
    legend: list[tuple[str, str]]
    is_exact: bool
    width: int = WIDTH
    height: int = HEIGHT


def country_for(user: User) -> Country:
    """Whoever sees every sheet has the counts as they are. Others have small ones veiled, and no total."""
    is_exact = is_permitted(user, "see_sheet")
    departments = list(Department.objects.select_related("region").order_by("region__name", "name"))
    numbers, elsewhere = _counted(departments)
    seen = _seen_by(user)
    lines = [
        (
            one.region.name,
            Place(one.name, _told(numbers[one.code], is_exact), seen.get(one.name, "")),
        )
        for one in departments
        if numbers.get(one.code)
    ]
    return Country(
        regions=[(name, [place for _name, place in places]) for name, places in groupby(lines, lambda line: line[0])],
        elsewhere=Place("Ailleurs, ou lieu à préciser", _told(elsewhere, is_exact)) if elsewhere else None,
        shapes=_shapes(numbers),
        writings=_writings(numbers, is_exact),
        tiles=[Tile(x + _TILE[0] + 4, y + 10, name) for x, y, name in _tiles(departments)],
        legend=_legend(),
        is_exact=is_exact,
    )


def _counted(departments: Iterable[Department]) -> tuple[dict[str, int], int]:
    """By code, and how many are in none of them. What was typed by hand is not shown: a text could name somebody."""
    codes = {place_key(one.name): one.code for one in departments}
    numbers: dict[str, int] = {}
    elsewhere = 0
    rows = Structure.objects.met_today().order_by().values_list("department").annotate(number=Count("pk"))
    for written, number in rows:
        code = codes.get(place_key(written))
        if code:
            numbers[code] = numbers.get(code, 0) + number
        else:
            elsewhere += number
    return numbers, elsewhere


def _seen_by(user: User) -> dict[str, str]:
    """The départements of which the person sees a sheet, and where the directory lists them."""
    visible = Structure.objects.visible_to(user).met_today().exclude(department="").order_by()
    names = visible.values_list("department", flat=True).distinct()
    return {name: f"{reverse('structures')}?{urlencode({'departement': name})}" for name in names}


def _told(number: int, is_exact: bool) -> str:
    return str(number) if is_exact else told(number)


def _shade(number: int) -> int:
    return max(rank for rank, (least, _fill, _ink) in enumerate(SHADES) if number >= least)


def _places() -> list[tuple[str, int, int, str]]:
    """Of each département of the drawing: where its number is written, and its outline; tiles have both."""
    width, height = _TILE
    tiles = [(code, x, y) for x, y, code in _corners()]
    squares = [(code, x + width // 2, y + height // 2, f"M{x} {y}h{width}v{height}h-{width}z") for code, x, y in tiles]
    return [(one.code, one.x, one.y, one.path) for one in contours()] + squares


def _corners() -> list[tuple[int, int, str]]:
    near = [(3, 2 + 16 * rank, code) for rank, code in enumerate(_NEAR_PARIS)]
    return near + [(3, 216 + 17 * rank, code) for rank, code in enumerate(_OVERSEAS)]


def _tiles(departments: Iterable[Department]) -> list[tuple[int, int, str]]:
    names = {one.code: one.name for one in departments}
    return [(x, y, names[code]) for x, y, code in _corners() if code in names]


def _shapes(numbers: Mapping[str, int]) -> list[Shape]:
    paths = ["" for _shade_of in SHADES]
    for code, _x, _y, path in _places():
        paths[_shade(numbers.get(code, 0))] += path
    return [Shape(path, fill) for path, (_least, fill, _ink) in zip(paths, SHADES, strict=True) if path]


def _writings(numbers: Mapping[str, int], is_exact: bool) -> list[Writing]:
    inks: dict[str, list[tuple[float, int, str]]] = {}
    outlines = len(contours())
    for rank, (code, x, y, _path) in enumerate(_places()):
        number = numbers.get(code, 0)
        if not number or (code in _NEAR_PARIS and rank < outlines):
            continue
        figures = f"<\u00a0{FEWEST}" if number < FEWEST and not is_exact else str(number)
        first = x - _FIGURE * (len(figures) - 1) / 2
        ink = SHADES[_shade(number)][2]
        inks.setdefault(ink, []).extend((first + _FIGURE * place, y + 4, one) for place, one in enumerate(figures))
    return [
        Writing(" ".join(f"{x:.1f}" for x, _y, _one in of), " ".join(str(y) for _x, y, _one in of), _joined(of), ink)
        for ink, of in inks.items()
    ]


def _joined(figures: Iterable[tuple[float, int, str]]) -> str:
    return "".join(one for _x, _y, one in figures)


def _legend() -> list[tuple[str, str]]:
    """Each colour, and what it stands for."""
    least = [one[0] for one in SHADES]
    words = ["aucune", *(f"de {low} à {high - 1}" for low, high in pairwise(least[1:]))]
    return [(fill, said) for (_least, fill, _ink), said in zip(SHADES, [*words, f"{least[-1]} et plus"], strict=True)]
