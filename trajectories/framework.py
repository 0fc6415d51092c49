"""Loads a version of the référentiel from its YAML file, and reads the current one in few queries."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from trajectories.models import Axis, Criterion, Dimension, FrameworkVersion, Level, Marker

DATA = Path(__file__).parent / "framework_data"


@cache
def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text())


@transaction.atomic
def load_framework(path: Path = DATA / "referentiel-efc.yaml") -> FrameworkVersion:
    """Loads the file's version, once: a version already there is returned untouched, since readings
    rest on its wording."""
    content = _read(path)
    version, created = FrameworkVersion.objects.get_or_create(
        number=content["version"], defaults={"name": content["name"]}
    )
    if created:
        levels = _load_levels(version, content["levels"])
        _load_axes(version, content["axes"], levels)
    return version


def _load_levels(version: FrameworkVersion, rows: list[dict[str, Any]]) -> dict[str, Level]:
    made = [
        Level(framework_version=version, rank=rank, key=row["key"], name=row["name"])
        for rank, row in enumerate(rows, start=1)
    ]
    Level.objects.bulk_create(made)
    return dict(zip((row["code"] for row in rows), made, strict=True))


def _load_axes(version: FrameworkVersion, rows: list[dict[str, Any]], levels: dict[str, Level]) -> None:
    axes = [
        Axis(framework_version=version, code=row["code"], name=row["name"], position=position)
        for position, row in enumerate(rows)
    ]
    Axis.objects.bulk_create(axes)
    told = [(axis, row) for axis, axis_row in zip(axes, rows, strict=True) for row in axis_row["dimensions"]]
    dimensions = [_dimension(axis, row, position) for position, (axis, row) in enumerate(told)]
    Dimension.objects.bulk_create(dimensions)
    described = [(dimension, row) for dimension, (_axis, row) in zip(dimensions, told, strict=True)]
    Criterion.objects.bulk_create(
        Criterion(dimension=dimension, code=criterion["code"], text=criterion["text"], position=place)
        for dimension, row in described
        for place, criterion in enumerate(row["criteria"])
    )
    Marker.objects.bulk_create(
        Marker(dimension=dimension, level=levels[code], text=text)
        for dimension, row in described
        for code, text in row["markers"].items()
    )


def _dimension(axis: Axis, row: dict[str, Any], position: int) -> Dimension:
    names = _read(DATA / "short-names.yaml")[row["key"]]
    return Dimension(
        framework_version=axis.framework_version,
        axis=axis,
        code=row["code"],
        key=row["key"],
        name=row["name"],
        short_name=names["short"],
        spoke_name=names["spoke"],
        question=row["question"],
        position=position,
    )


@dataclass(frozen=True)
class Framework:
    """A version of the référentiel with what every page needs of it, in two queries: the markers, twenty
    times longer, are read by the page that shows those of one dimension."""

    version: FrameworkVersion
    levels: tuple[Level, ...]
    dimensions: tuple[Dimension, ...]

    @classmethod
    def of(cls, version: FrameworkVersion) -> "Framework":
        return cls(version, tuple(version.levels.all()), tuple(version.dimensions.select_related("axis")))

    def level_name(self, rank: int) -> str:
        return self.levels[rank - 1].name
