"""What a version of the référentiel still lacks before it can be published, said next to its place."""

from collections.abc import Iterator
from dataclasses import dataclass

from trajectories.framework_words import DimensionWords, FrameworkWords
from trajectories.models import PartKind


@dataclass(frozen=True)
class Missing:
    """A sentence, and the part where it is to be written."""

    part: PartKind
    key: str
    sentence: str


def what_is_missing(words: FrameworkWords) -> list[Missing]:
    """Nothing, when it can be published."""
    return list(_missing(words))


def _missing(words: FrameworkWords) -> Iterator[Missing]:
    if not words.name.strip() or not all(one.name.strip() for one in words.levels):
        yield Missing(PartKind.WORDS, "", "Le nom de la version, ou celui d’un repère, est vide.")
    if not words.dimensions:
        yield Missing(PartKind.WORDS, "", "Il faut au moins un axe et une dimension.")
    for axis in words.axes:
        if not axis.dimensions:
            yield Missing(PartKind.AXIS, axis.code, f"L’axe «\u00a0{axis.name}\u00a0» n’a aucune dimension.")
    for one in words.dimensions:
        yield from _missing_of(one, words)


def _missing_of(one: DimensionWords, words: FrameworkWords) -> Iterator[Missing]:
    if not one.question.strip():
        yield Missing(PartKind.DIMENSION, one.key, "La question de cette dimension n’est pas écrite.")
    if not one.criteria:
        yield Missing(PartKind.DIMENSION, one.key, "Il faut au moins un critère à regarder.")
    empty = [level.name for level, text in zip(words.levels, one.markers, strict=True) if not text.strip()]
    if empty:
        yield Missing(PartKind.MARKERS, one.key, f"À décrire encore\u00a0: {', '.join(empty)}.")
    for name, label in (("short_name", "court"), ("spoke_name", "sur les dessins")):
        alike = [other.code for other in words.dimensions if getattr(other, name) == getattr(one, name)]
        if len(alike) > 1:
            sentence = f"Son nom {label} est aussi celui d’une autre\u00a0: {', '.join(alike)}."
            yield Missing(PartKind.DIMENSION, one.key, sentence)
