"""Two versions of the référentiel side by side: what was added, taken away, moved, and each rewording word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from trajectories.framework_words import AxisWords, CriterionWords, DimensionWords, FrameworkWords
from trajectories.models import ChangeKind, FrameworkChange, FrameworkVersion, PartKind

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True)
class Run:
    """Some words in a row: kept, gone or new."""

    kind: str
    text: str


def word_by_word(before: str, after: str) -> tuple[Run, ...]:
    """Read without what is new it is the first text, without what is gone the second."""
    runs: list[Run] = []
    for kept, gone, new in _joined(_WORD.findall(before), _WORD.findall(after)):
        runs += [Run(kind, text) for kind, text in ((GONE, gone), (NEW, new), (SAME, kept)) if text]
    return tuple(runs)


def _joined(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    """What is kept after each change, and that change. A word alone that stays between two changes goes with them:
    crumbs of a sentence cannot be read."""
    gone, come, blocks = "", "", SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    place, spot = 0, 0
    for block in blocks:
        gone, come = gone + "".join(old[place : block.a]), come + "".join(new[spot : block.b])
        place, spot = block.a + block.size, block.b + block.size
        kept = old[block.a : place]
        is_between = bool(gone or come) and (place < len(old) or spot < len(new))
        if is_between and sum(one.isalnum() for one in kept) < 2:
            gone, come = gone + "".join(kept), come + "".join(kept)
        else:
            yield "".join(kept), gone, come
            gone, come = "", ""
    yield "", gone, come


@dataclass(frozen=True)
class PartDiff:
    """One text that differs, or one part that came, went or moved."""

    label: str
    kind: ChangeKind
    runs: tuple[Run, ...] = ()
    sentence: str = ""
    reasons: tuple[FrameworkChange, ...] = ()

    @property
    def in_words(self) -> str:
        return ChangeKind(self.kind).label


@dataclass(frozen=True)
class Section:
    """What differs in one dimension, or in what all of them share."""

    heading: str
    anchor: str
    parts: tuple[PartDiff, ...]
    kind: ChangeKind | None = None
    reasons: tuple[FrameworkChange, ...] = ()


@dataclass
class Reasons:
    """Those that were given between two versions, by the part they are about."""

    changes: dict[tuple[str, str], list[FrameworkChange]] = field(default_factory=dict)

    def of(self, part: PartKind, key: str = "") -> tuple[FrameworkChange, ...]:
        return tuple(self.changes.get((part, key), ()))


def reasons_between(old: FrameworkVersion, new: FrameworkVersion) -> Reasons:
    """Of the newer and of each version between, when it comes from the older; else its own."""
    based = dict(FrameworkVersion.objects.values_list("pk", "based_on"))
    chain, current = [new.pk], based.get(new.pk)
    while current is not None and current != old.pk:
        chain.append(current)
        current = based.get(current)
    found = Reasons()
    between = chain if current == old.pk else [new.pk]
    for one in FrameworkChange.objects.filter(framework_version__in=between).select_related("made_by"):
        found.changes.setdefault((one.part, one.key), []).append(one)
    return found


def compare(old: FrameworkWords, new: FrameworkWords, reasons: Reasons) -> list[Section]:
    """Only what differs, in the order of the newer version; what went comes last."""
    shared = Section(
        "La présentation", "presentation", tuple(_presentation(old, new)), None, reasons.of(PartKind.WORDS)
    )
    axes = Section("Les axes", "axes", tuple(_axes(old, new, reasons)), None, reasons.of(PartKind.AXIS))
    sections = [shared, axes, *_dimensions(old, new, reasons)]
    return [one for one in sections if one.parts or one.kind]


def _reworded(label: str, before: str, after: str, reasons: tuple[FrameworkChange, ...] = ()) -> Iterator[PartDiff]:
    if before != after:
        yield PartDiff(label, ChangeKind.REWORDED, word_by_word(before, after), reasons=reasons)


def _presentation(old: FrameworkWords, new: FrameworkWords) -> Iterator[PartDiff]:
    yield from _reworded("Nom", old.name, new.name)
    yield from _reworded("Introduction", old.introduction, new.introduction)
    for rank, (before, after) in enumerate(zip(old.levels, new.levels, strict=True), start=1):
        yield from _reworded(f"Repère {rank}", before.name, after.name)


def _axes(old: FrameworkWords, new: FrameworkWords, reasons: Reasons) -> Iterator[PartDiff]:
    before, after = ({one.code: one for one in words.axes} for words in (old, new))
    moved = _moved(list(before), list(after))
    for code, axis in after.items():
        label, given = f"Axe «\u00a0{axis.name}\u00a0»", reasons.of(PartKind.AXIS, code)
        if code not in before:
            yield PartDiff(label, ChangeKind.ADDED, reasons=given)
            continue
        yield from _reworded(label, before[code].name, axis.name, given)
        if code in moved:
            yield PartDiff(label, ChangeKind.MOVED, sentence=_place(list(before), list(after), code))
        yield from _order_of_dimensions(before[code], axis, given)
    for code in [code for code in before if code not in after]:
        label = f"Axe «\u00a0{before[code].name}\u00a0»"
        yield PartDiff(label, ChangeKind.REMOVED, reasons=reasons.of(PartKind.AXIS, code))


def _order_of_dimensions(
    before: AxisWords, after: AxisWords, reasons: tuple[FrameworkChange, ...]
) -> Iterator[PartDiff]:
    names = {one.key: one.name for one in after.dimensions}
    keys = [one.key for one in before.dimensions]
    for key in _moved(keys, list(names)):
        sentence = _place(keys, list(names), key)
        yield PartDiff(f"Dimension «\u00a0{names[key]}\u00a0»", ChangeKind.MOVED, sentence=sentence, reasons=reasons)


def _moved(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The fewest that, set down elsewhere, turn one order into the other; what came or went moves nothing."""
    old, new = [one for one in before if one in after], [one for one in after if one in before]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = {one for block in blocks for one in new[block.b : block.b + block.size]}
    return [one for one in new if one not in kept]


def _place(before: Sequence[str], after: Sequence[str], key: str) -> str:
    return f"de la place {before.index(key) + 1} à la place {after.index(key) + 1}"


def _dimensions(old: FrameworkWords, new: FrameworkWords, reasons: Reasons) -> Iterator[Section]:
    before = {one.key: one for one in old.dimensions}
    kept = {one.key for one in new.dimensions}
    homes = {one.key: dimension for dimension in old.dimensions for one in dimension.criteria}
    held = {one.key for dimension in new.dimensions for one in dimension.criteria}
    for one in new.dimensions:
        given = reasons.of(PartKind.DIMENSION, one.key) + reasons.of(PartKind.MARKERS, one.key)
        was = before.get(one.key)
        if was is None:
            yield Section(one.name, one.key, tuple(_whole(one, new, NEW)), ChangeKind.ADDED, given)
            continue
        parts = [*_names(was, one, old, new), *_criteria(was, one, homes, held, reasons), *_markers(was, one, new)]
        yield Section(one.name, one.key, tuple(parts), None, given)
    for one in old.dimensions:
        if one.key not in kept:
            given = reasons.of(PartKind.DIMENSION, one.key)
            yield Section(one.name, one.key, tuple(_whole(one, old, GONE)), ChangeKind.REMOVED, given)


def _names(was: DimensionWords, one: DimensionWords, old: FrameworkWords, new: FrameworkWords) -> Iterator[PartDiff]:
    homes = [next(axis for axis in words.axes if which in axis.dimensions) for words, which in ((old, was), (new, one))]
    if homes[0].code != homes[1].code:
        sentence = f"de l’axe «\u00a0{homes[0].name}\u00a0» à l’axe «\u00a0{homes[1].name}\u00a0»"
        yield PartDiff("Axe", ChangeKind.MOVED, sentence=sentence)
    for name, label in _NAMES.items():
        yield from _reworded(label, getattr(was, name), getattr(one, name))


_NAMES = {
    "name": "Nom",
    "short_name": "Nom court",
    "spoke_name": "Nom sur les dessins",
    "question": "Question",
    "code": "Code",
}


def _criteria(
    was: DimensionWords, one: DimensionWords, homes: dict[str, DimensionWords], held: set[str], reasons: Reasons
) -> Iterator[PartDiff]:
    before = {said.key: said for dimension in homes.values() for said in dimension.criteria}
    moved = _moved([said.key for said in was.criteria], [said.key for said in one.criteria])
    for said in one.criteria:
        label, given = f"Critère {said.code}", reasons.of(PartKind.CRITERION, said.key)
        if said.key not in before:
            yield PartDiff(label, ChangeKind.ADDED, (Run(NEW, said.text),), reasons=given)
            continue
        home = homes[said.key]
        if home.key != one.key:
            sentence = f"venu de «\u00a0{home.name}\u00a0»"
            yield PartDiff(label, ChangeKind.MOVED, sentence=sentence, reasons=given)
        elif said.key in moved:
            old, new = ([each.key for each in dimension.criteria] for dimension in (was, one))
            yield PartDiff(label, ChangeKind.MOVED, sentence=_place(old, new, said.key))
        yield from _reworded(label, before[said.key].text, said.text, given)
    for said in was.criteria:
        if said.key not in held:
            yield _removed(said, reasons)


def _removed(said: CriterionWords, reasons: Reasons) -> PartDiff:
    given = reasons.of(PartKind.CRITERION, said.key)
    return PartDiff(f"Critère {said.code}", ChangeKind.REMOVED, (Run(GONE, said.text),), reasons=given)


def _markers(was: DimensionWords, one: DimensionWords, new: FrameworkWords) -> Iterator[PartDiff]:
    for level, before, after in zip(new.levels, was.markers, one.markers, strict=True):
        yield from _reworded(level.name, before, after)


def _whole(one: DimensionWords, words: FrameworkWords, kind: str) -> Iterator[PartDiff]:
    """All that a dimension says, when it came or went."""
    change = ChangeKind.ADDED if kind == NEW else ChangeKind.REMOVED
    yield PartDiff("Question", change, (Run(kind, one.question),))
    for said in one.criteria:
        yield PartDiff(f"Critère {said.code}", change, (Run(kind, said.text),))
    for level, text in zip(words.levels, one.markers, strict=True):
        yield PartDiff(level.name, change, (Run(kind, text),))
