"""The words of a version of the référentiel, as one value: read whole, written whole into a draft, compared."""

from dataclasses import dataclass

from trajectories.models import LEVELS, Axis, Criterion, Dimension, FrameworkVersion, Level, Marker


@dataclass(frozen=True)
class LevelWords:
    key: str
    name: str


@dataclass(frozen=True)
class CriterionWords:
    code: str
    key: str
    text: str


@dataclass(frozen=True)
class DimensionWords:
    """`markers` has one text for each level, in their order; an empty one is not written yet."""

    code: str
    key: str
    name: str
    short_name: str
    spoke_name: str
    question: str
    criteria: tuple[CriterionWords, ...] = ()
    markers: tuple[str, ...] = ("",) * LEVELS


@dataclass(frozen=True)
class AxisWords:
    code: str
    name: str
    dimensions: tuple[DimensionWords, ...] = ()


@dataclass(frozen=True)
class FrameworkWords:
    name: str
    levels: tuple[LevelWords, ...]
    axes: tuple[AxisWords, ...]
    introduction: str = ""

    @property
    def dimensions(self) -> tuple[DimensionWords, ...]:
        return tuple(one for axis in self.axes for one in axis.dimensions)


def words_of(version: FrameworkVersion) -> FrameworkWords:
    """All that a version says, in five queries."""
    criteria: dict[int, list[CriterionWords]] = {}
    for one in Criterion.objects.filter(dimension__framework_version=version).order_by("position", "pk"):
        criteria.setdefault(one.dimension_id, []).append(CriterionWords(one.code, one.key, one.text))
    markers: dict[int, dict[int, str]] = {}
    texts = Marker.objects.filter(dimension__framework_version=version)
    for dimension, rank, text in texts.values_list("dimension", "level__rank", "text"):
        markers.setdefault(dimension, {})[rank] = text
    dimensions: dict[int, list[DimensionWords]] = {}
    for row in version.dimensions.order_by("position", "pk"):
        told = _words_of_dimension(row, criteria.get(row.pk, []), markers.get(row.pk, {}))
        dimensions.setdefault(row.axis_id, []).append(told)
    return FrameworkWords(
        name=version.name,
        introduction=version.introduction,
        levels=tuple(LevelWords(one.key, one.name) for one in version.levels.all()),
        axes=tuple(AxisWords(one.code, one.name, tuple(dimensions.get(one.pk, []))) for one in version.axes.all()),
    )


def _words_of_dimension(row: Dimension, criteria: list[CriterionWords], markers: dict[int, str]) -> DimensionWords:
    names = {name: getattr(row, name) for name in ("code", "key", "name", "short_name", "spoke_name", "question")}
    texts = tuple(markers.get(rank, "") for rank in range(1, LEVELS + 1))
    return DimensionWords(**names, criteria=tuple(criteria), markers=texts)


def put_words(version: FrameworkVersion, words: FrameworkWords) -> None:
    """Writes them all into a draft that has none yet."""
    levels = Level.objects.bulk_create(
        Level(framework_version=version, rank=rank, key=one.key, name=one.name)
        for rank, one in enumerate(words.levels, start=1)
    )
    axes = Axis.objects.bulk_create(
        Axis(framework_version=version, code=one.code, name=one.name, position=place)
        for place, one in enumerate(words.axes)
    )
    told = [(axis, one) for axis, said in zip(axes, words.axes, strict=True) for one in said.dimensions]
    dimensions = Dimension.objects.bulk_create(_dimension(axis, one, place) for place, (axis, one) in enumerate(told))
    described = [(row, one) for row, (_axis, one) in zip(dimensions, told, strict=True)]
    Criterion.objects.bulk_create(
        Criterion(dimension=row, code=said.code, key=said.key, text=said.text, position=place)
        for row, one in described
        for place, said in enumerate(one.criteria)
    )
    Marker.objects.bulk_create(
        Marker(dimension=row, level=level, text=text)
        for row, one in described
        for level, text in zip(levels, one.markers, strict=True)
    )


def _dimension(axis: Axis, said: DimensionWords, place: int) -> Dimension:
    return Dimension(
        framework_version=axis.framework_version,
        axis=axis,
        code=said.code,
        key=said.key,
        name=said.name,
        short_name=said.short_name,
        spoke_name=said.spoke_name,
        question=said.question,
        position=place,
    )
