"""Loads a version of the référentiel from its YAML file, and reads the current one in few queries."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from trajectories.models import Axis, Criterion, Dimension, FrameworkVersion, Level, Marker

DATA = Path(__file__).parent / "framework_data"


@transaction.atomic
def load_framework(path: Path = DATA / "referentiel-efc.yaml") -> FrameworkVersion:
    """Loads the file's version, once: a version already there is returned untouched, since readings
    rest on its wording."""
    content = yaml.safe_load(path.read_text())
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
    names = yaml.safe_load((DATA / "short-names.yaml").read_text())
    position = 0
    for axis_position, row in enumerate(rows):
        axis = Axis.objects.create(
            framework_version=version, code=row["code"], name=row["name"], position=axis_position
        )
        for dimension_row in row["dimensions"]:
            _load_dimension(axis, dimension_row, names[dimension_row["key"]], position, levels)
            position += 1


def _load_dimension(
    axis: Axis, row: dict[str, Any], names: dict[str, str], position: int, levels: dict[str, Level]
) -> None:
    dimension = Dimension.objects.create(
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
    Criterion.objects.bulk_create(
        Criterion(dimension=dimension, code=criterion["code"], text=criterion["text"], position=place)
        for place, criterion in enumerate(row["criteria"])
    )
    Marker.objects.bulk_create(
        Marker(dimension=dimension, level=levels[code], text=text) for code, text in row["markers"].items()
    )


@dataclass(frozen=True)
class Framework:
    """A version of the référentiel with what a page needs of it, in three queries."""

    version: FrameworkVersion
    levels: tuple[Level, ...]
    dimensions: tuple[Dimension, ...]

    @classmethod
    def of(cls, version: FrameworkVersion) -> "Framework":
        dimensions = version.dimensions.select_related("axis").prefetch_related("markers__level")
        return cls(version, tuple(version.levels.all()), tuple(dimensions))

    def level_name(self, rank: int) -> str:
        return self.levels[rank - 1].name
