"""Loads a version of the référentiel from its YAML file, and reads the current one in few queries."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from trajectories.framework_file import read_file
from trajectories.framework_words import FrameworkWords, put_words
from trajectories.models import Dimension, FrameworkState, FrameworkVersion, Level

DATA = Path(__file__).parent / "framework_data"


@cache
def _read(path: Path) -> tuple[int, FrameworkWords]:
    return read_file(path.read_text(encoding="utf-8"))


@transaction.atomic
def load_framework(path: Path = DATA / "referentiel-efc.yaml") -> FrameworkVersion:
    """Loads the file's version and publishes it, once: a version already there is returned untouched, since readings
    rest on its wording."""
    number, words = _read(path)
    said = {"name": words.name, "introduction": words.introduction}
    version, created = FrameworkVersion.objects.get_or_create(number=number, defaults=said)
    if created:
        put_words(version, words)
        version.state, version.published_on = FrameworkState.PUBLISHED, timezone.localdate()
        version.save()
    return version


@cache
def published_level(version: int, rank: int) -> str:
    """The name of a level in a version that was published: kept for the life of the process, for it never changes."""
    return Level.objects.get(framework_version=version, rank=rank).name


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
