"""Writing in a draft of the référentiel: reword, add, take away, put in another order, each time with a reason."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import models, transaction

from accounts.models import User
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.framework_drafts import held_draft, note_change, parts_under, version_of_markers
from trajectories.models import Axis, ChangeKind, Criterion, Dimension, FrameworkVersion, Level, Marker, PartKind

P = TypeVar("P", Axis, Dimension, Criterion)
_OVERTAKEN = "Ces mots ont été modifiés entre-temps par une autre personne."
_SAME = "Rien n’a changé dans ces mots."
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _told(words: Iterable[tuple[str, str, str]]) -> tuple[str, str]:
    """What was and what is, of each text that changes."""
    changed = [(label, before, after) for label, before, after in words if before != after]
    if not changed:
        raise OperationRefused(_SAME)
    alone = len(changed) == 1
    before, after = ("\n".join(_line(one[0], one[place], alone) for one in changed) for place in (1, 2))
    return before, after


def _line(label: str, text: str, alone: bool) -> str:
    return text if alone else f"{label}\u00a0: {text}"


def _refuse_overtaken(now: int, expected: int) -> None:
    if now != expected:
        raise StaleEdit(_OVERTAKEN)


def _found(rows: models.QuerySet[P], part: P) -> P:
    """As it is now; gone, somebody took it away while this form was open."""
    found = rows.filter(pk=part.pk).first()
    if found is None:
        raise OperationRefused("Cette partie a été retirée entre-temps par une autre personne.")
    return found


@transaction.atomic
def edit_framework_words(
    *,
    by: User,
    framework: FrameworkVersion,
    expected_version: int,
    name: str,
    introduction: str,
    levels: Sequence[str],
    why: str,
) -> FrameworkVersion:
    """Its name, its introduction, and the names of the five levels."""
    draft = held_draft(by, framework)
    _refuse_overtaken(draft.version, expected_version)
    rows = list(draft.levels.all())
    words = [("Nom", draft.name, name), ("Introduction", draft.introduction, introduction)]
    words += [(f"Repère {one.rank}", one.name, told) for one, told in zip(rows, levels, strict=True)]
    before, after = _told(words)
    for one, told in zip(rows, levels, strict=True):
        Level.objects.filter(pk=one.pk).update(name=told)
    draft.name, draft.introduction, draft.version = name, introduction, draft.version + 1
    draft.save(update_fields=["name", "introduction", "version"])
    note_change(
        draft,
        by,
        part=PartKind.WORDS,
        kind=ChangeKind.REWORDED,
        label="La présentation",
        before=before,
        after=after,
        why=why,
    )
    return draft


@transaction.atomic
def edit_axis(*, by: User, axis: Axis, expected_version: int, name: str, why: str) -> Axis:
    """Another name, under the same code."""
    draft = held_draft(by, axis.framework_version)
    current = _found(draft.axes.all(), axis)
    _refuse_overtaken(current.version, expected_version)
    before, after = _told([("Nom", current.name, name)])
    current.name, current.version = name, current.version + 1
    current.save()
    told = {"key": current.code, "label": f"Axe «\u00a0{name}\u00a0»", "before": before, "after": after}
    note_change(draft, by, part=PartKind.AXIS, kind=ChangeKind.REWORDED, why=why, **told)
    return current


@transaction.atomic
def edit_dimension(
    *,
    by: User,
    dimension: Dimension,
    expected_version: int,
    axis: Axis,
    name: str,
    short_name: str,
    spoke_name: str,
    question: str,
    why: str,
) -> Dimension:
    """Its names, its question, and the axis it belongs to."""
    draft = held_draft(by, dimension.framework_version)
    current = _found(draft.dimensions.select_related("axis"), dimension)
    _refuse_overtaken(current.version, expected_version)
    words = [
        ("Axe", current.axis.name, _found(draft.axes.all(), axis).name),
        ("Nom", current.name, name),
        ("Nom court", current.short_name, short_name),
        ("Nom sur les dessins", current.spoke_name, spoke_name),
        ("Question", current.question, question),
    ]
    before, after = _told(words)
    goes_elsewhere = current.axis_id != axis.pk
    if goes_elsewhere:
        # Last of its new axis.
        current.axis, current.position = axis, _after_all(draft.dimensions.all())
    current.name, current.short_name, current.spoke_name, current.question = name, short_name, spoke_name, question
    current.version += 1
    current.save()
    _renumber(draft)
    only_moves = goes_elsewhere and all(was == now for _label, was, now in words[1:])
    kind = ChangeKind.MOVED if only_moves else ChangeKind.REWORDED
    told = {"key": current.key, "label": f"Dimension «\u00a0{name}\u00a0»", "before": before, "after": after}
    note_change(draft, by, part=PartKind.DIMENSION, kind=kind, why=why, **told)
    return current


@transaction.atomic
def edit_criterion(*, by: User, criterion: Criterion, expected_version: int, text: str, why: str) -> Criterion:
    """Other words, under the same key."""
    draft = held_draft(by, criterion.dimension.framework_version)
    current = _found(Criterion.objects.filter(dimension__framework_version=draft), criterion)
    _refuse_overtaken(current.version, expected_version)
    before, after = _told([("Critère", current.text, text)])
    current.text, current.version = text, current.version + 1
    current.save()
    told = {"key": current.key, "label": f"Critère {current.code}", "before": before, "after": after}
    note_change(draft, by, part=PartKind.CRITERION, kind=ChangeKind.REWORDED, why=why, **told)
    return current


@transaction.atomic
def edit_markers(*, by: User, dimension: Dimension, expected_version: int, texts: Sequence[str], why: str) -> Dimension:
    """What each of the five levels looks like in a dimension."""
    draft = held_draft(by, dimension.framework_version)
    current = _found(draft.dimensions.all(), dimension)
    rows = list(current.markers.select_related("level"))
    _refuse_overtaken(version_of_markers(rows), expected_version)
    pairs = list(zip(rows, texts, strict=True))
    before, after = _told((one.level.name, one.text, text) for one, text in pairs)
    for one, text in pairs:
        if one.text != text:
            one.text, one.version = text, one.version + 1
            one.save()
    told = {"key": current.key, "label": f"Repères de «\u00a0{current.name}\u00a0»", "before": before, "after": after}
    note_change(draft, by, part=PartKind.MARKERS, kind=ChangeKind.REWORDED, why=why, **told)
    return current


@transaction.atomic
def add_axis(*, by: User, framework: FrameworkVersion, name: str, why: str) -> Axis:
    """Last, under a letter that no version has used."""
    draft = held_draft(by, framework)
    used = set(Axis.objects.values_list("code", flat=True))
    code = next((letter for letter in _LETTERS if letter not in used), "")
    if not code:
        raise OperationRefused("Il ne reste pas de lettre pour un axe de plus.")
    made = draft.axes.create(code=code, name=name, position=_after_all(draft.axes.all()))
    _note_added(draft, by, PartKind.AXIS, code, f"Axe «\u00a0{name}\u00a0»", name, why)
    return made


@transaction.atomic
def add_dimension(
    *, by: User, axis: Axis, name: str, short_name: str, spoke_name: str, question: str, why: str
) -> Dimension:
    """Last of its axis, under a number that no version has used, with five levels to describe."""
    draft = held_draft(by, axis.framework_version)
    known = _found(draft.axes.all(), axis)
    number = _next_number("D", Dimension.objects.values_list("code", flat=True))
    names = {"name": name, "short_name": short_name, "spoke_name": spoke_name, "question": question}
    made = draft.dimensions.create(
        axis=known,
        code=f"D{number}",
        key=f"dimension_{number}",
        position=_after_all(draft.dimensions.all()),
        **names,
    )
    Marker.objects.bulk_create(Marker(dimension=made, level=level, text="") for level in draft.levels.all())
    _renumber(draft)
    _note_added(draft, by, PartKind.DIMENSION, made.key, f"Dimension «\u00a0{name}\u00a0»", question, why)
    return made


@transaction.atomic
def add_criterion(*, by: User, dimension: Dimension, text: str, why: str) -> Criterion:
    """Last of its dimension, under a number that no version has used."""
    draft = held_draft(by, dimension.framework_version)
    current = _found(draft.dimensions.all(), dimension)
    used = Criterion.objects.filter(dimension__key=current.key)
    taken = [*used.values_list("code", flat=True), *used.values_list("key", flat=True)]
    code = f"{current.code}.{_next_number(f'{current.code}.', taken)}"
    made = current.criteria.create(code=code, key=code, text=text, position=_after_all(current.criteria.all()))
    _note_added(draft, by, PartKind.CRITERION, code, f"Critère {code}", text, why)
    return made


def _next_number(before: str, codes: Iterable[str]) -> int:
    """One more than the greatest number that follows these letters in a code."""
    ends = (code.removeprefix(before) for code in codes if code.startswith(before))
    return 1 + max((int(end) for end in ends if end.isdecimal()), default=0)


def _after_all(rows: models.QuerySet) -> int:
    last = rows.aggregate(last=models.Max("position"))["last"]
    return 0 if last is None else last + 1


def _note_added(draft: FrameworkVersion, by: User, part: PartKind, key: str, label: str, text: str, why: str) -> None:
    note_change(draft, by, part=part, kind=ChangeKind.ADDED, key=key, label=label, after=text, why=why)


@transaction.atomic
def remove_part(*, by: User, part: Axis | Dimension | Criterion, why: str) -> FrameworkVersion:
    """Takes away a criterion, a dimension with all it says, or an axis that holds no dimension any more. Earlier
    versions keep it, and so do the readings made with them."""
    if isinstance(part, Criterion):
        return _remove_criterion(by, part, why)
    if isinstance(part, Dimension):
        return _remove_dimension(by, part, why)
    return _remove_axis(by, part, why)


def _remove_criterion(by: User, criterion: Criterion, why: str) -> FrameworkVersion:
    draft = held_draft(by, criterion.dimension.framework_version)
    current = _found(Criterion.objects.filter(dimension__framework_version=draft), criterion)
    label = f"Critère {current.code}"
    _note_removed(draft, by, PartKind.CRITERION, current.key, label, current.text, why)
    current.delete()
    return draft


def _remove_dimension(by: User, dimension: Dimension, why: str) -> FrameworkVersion:
    draft = held_draft(by, dimension.framework_version)
    current = _found(draft.dimensions.all(), dimension)
    said = [current.question, *(f"{one.code} {one.text}" for one in current.criteria.all())]
    label = f"Dimension «\u00a0{current.name}\u00a0»"
    _note_removed(draft, by, PartKind.DIMENSION, current.key, label, "\n".join(said), why)
    current.delete()
    _renumber(draft)
    return draft


def _remove_axis(by: User, axis: Axis, why: str) -> FrameworkVersion:
    draft = held_draft(by, axis.framework_version)
    current = _found(draft.axes.all(), axis)
    if current.dimensions.exists():
        raise OperationRefused("Cet axe a encore des dimensions\u00a0: changez-les d’axe, ou retirez-les d’abord.")
    _note_removed(draft, by, PartKind.AXIS, current.code, f"Axe «\u00a0{current.name}\u00a0»", current.name, why)
    current.delete()
    return draft


def _note_removed(draft: FrameworkVersion, by: User, part: PartKind, key: str, label: str, text: str, why: str) -> None:
    note_change(draft, by, part=part, kind=ChangeKind.REMOVED, key=key, label=label, before=text, why=why)


@transaction.atomic
def order_parts(
    *, by: User, framework: FrameworkVersion, under: Axis | Dimension | None, keys: Sequence[int], why: str
) -> FrameworkVersion:
    """The axes, or the dimensions of an axis, or the criteria of a dimension, in the order of these primary keys.
    StaleEdit when one came or went since the page was opened."""
    draft = held_draft(by, framework)
    rows = list(parts_under(draft, under))
    if sorted(keys) != sorted(one.pk for one in rows):
        raise StaleEdit("Une partie a été ajoutée ou retirée entre-temps\u00a0: voici la liste d’aujourd’hui.")
    ordered = sorted(rows, key=lambda one: list(keys).index(one.pk))
    if ordered == rows:
        raise OperationRefused("L’ordre est celui d’avant\u00a0: montez ou descendez une ligne.")
    for one, place in zip(ordered, sorted(one.position for one in rows), strict=True):
        type(one)._default_manager.filter(pk=one.pk).update(position=place)
    _renumber(draft)
    part, key, label = _named(under)
    before, after = (" · ".join(_short(one) for one in listed) for listed in (rows, ordered))
    note_change(draft, by, part=part, kind=ChangeKind.MOVED, key=key, label=label, before=before, after=after, why=why)
    return draft


def _named(under: Axis | Dimension | None) -> tuple[PartKind, str, str]:
    if under is None:
        return PartKind.AXIS, "", "L’ordre des axes"
    if isinstance(under, Axis):
        return PartKind.AXIS, under.code, f"L’ordre des dimensions de l’axe «\u00a0{under.name}\u00a0»"
    return PartKind.DIMENSION, under.key, f"L’ordre des critères de «\u00a0{under.name}\u00a0»"


def _short(part: Axis | Dimension | Criterion) -> str:
    return part.code if isinstance(part, Criterion) else part.name


def _renumber(draft: FrameworkVersion) -> None:
    """Dimensions follow one another in the order of their axes."""
    rows = draft.dimensions.order_by("axis__position", "position", "pk")
    for place, one in enumerate(rows):
        if one.position != place:
            Dimension.objects.filter(pk=one.pk).update(position=place)
