"""Reading the same stories: an exercise is composed, opened, closed once for all."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Person, User
from community.calibration import MOST_PARTS, MOST_VIGNETTES, checked, missing_before_opening
from community.models import CALIBRATION_TRANSITIONS, Calibration, CalibrationState, Vignette
from community.notifications import tell_calibration_open
from community.permissions import can_compose_calibration
from efc_platform.backstage import operations as backstage
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import Criterion, Dimension, FrameworkVersion

COUNTING = "calibration_counting"
Read = Dimension | Criterion


@transaction.atomic
def compose_calibration(
    *, by: User, version: FrameworkVersion, title: str, read: Sequence[Read], closes_on: date | None = None
) -> Calibration:
    """Begins an exercise on a version that was published: what is read there is in the order of the référentiel.
    Coordination alone; OperationRefused without a part to read, with too many, or for a version in preparation."""
    _refuse_others(by)
    if version.is_draft:
        raise OperationRefused("Un accordage lit une version publiée\u00a0: celle-ci change encore.")
    made = Calibration(framework_version=version, created_by=by.person)
    _write(made, title, closes_on, read)
    return made


@transaction.atomic
def edit_calibration(
    *,
    by: User,
    calibration: Calibration,
    expected_version: int,
    title: str,
    read: Sequence[Read],
    closes_on: date | None = None,
) -> Calibration:
    """As long as it is in preparation: once open, everybody reads the same thing. StaleEdit when somebody else did."""
    current = _in_preparation(by, calibration, expected_version)
    current.version += 1
    _write(current, title, closes_on, read)
    return current


def _write(calibration: Calibration, title: str, closes_on: date | None, read: Sequence[Read]) -> None:
    if not read:
        raise OperationRefused("Choisissez au moins une dimension ou un critère à lire.", field="dimensions")
    if len(read) > MOST_PARTS:
        raise OperationRefused(
            f"{MOST_PARTS} dimensions et critères au plus\u00a0: chaque récit se lit sur une page.", field="dimensions"
        )
    _refuse_past(closes_on)
    calibration.title, calibration.closes_on = title.strip(), closes_on
    calibration.save()
    calibration.parts.all().delete()
    for place, one in enumerate(sorted(read, key=_place)):
        about = {"criterion": one} if isinstance(one, Criterion) else {"dimension": one}
        calibration.parts.create(place=place, **about)


def _place(one: Read) -> tuple[int, int]:
    """That of the référentiel: a dimension, then its criteria."""
    return (one.dimension.position, one.position) if isinstance(one, Criterion) else (one.position, -1)


def _refuse_past(closes_on: date | None) -> None:
    if closes_on and closes_on < timezone.localdate():
        raise OperationRefused("Ce jour est passé\u00a0: choisissez-en un à venir, ou aucun.", field="closes_on")


@transaction.atomic
def write_vignette(*, by: User, calibration: Calibration, title: str, text: str) -> Vignette:
    """Adds a story to an exercise in preparation, after the others. What would let somebody be recognised is said
    beside it, and keeps the exercise from opening."""
    current = _in_preparation(by, calibration)
    if current.vignettes.count() >= MOST_VIGNETTES:
        raise OperationRefused(f"{MOST_VIGNETTES} récits au plus\u00a0: au-delà, personne ne finit de lire.")
    last = current.vignettes.aggregate(last=Max("place"))["last"]
    place = 0 if last is None else last + 1
    _touch(current)
    return current.vignettes.create(place=place, title=title.strip(), text=text.strip())


@transaction.atomic
def edit_vignette(*, by: User, vignette: Vignette, expected_version: int, title: str, text: str) -> Vignette:
    """As long as the exercise is in preparation; StaleEdit when somebody else rewrote it meanwhile."""
    exercise = _in_preparation(by, vignette.calibration)
    current = Vignette.objects.select_for_update().get(pk=vignette.pk)
    if current.version != expected_version:
        raise StaleEdit("Ce récit a été modifié entre-temps.")
    current.title, current.text = title.strip(), text.strip()
    current.version += 1
    current.save()
    _touch(exercise)
    return current


@transaction.atomic
def remove_vignette(*, by: User, vignette: Vignette) -> None:
    """Takes a story away from an exercise in preparation."""
    exercise = _in_preparation(by, vignette.calibration)
    vignette.delete()
    _touch(exercise)


def _touch(exercise: Calibration) -> None:
    """Whoever was about to open it reads its stories again first."""
    exercise.version += 1
    exercise.save(update_fields=["version"])


@transaction.atomic
def open_calibration(
    *, by: User, calibration: Calibration, expected_version: int, on: datetime | None = None
) -> Calibration:
    """The community reads it from now on, and is told; nothing of it changes any more.

    OperationRefused with fewer than three stories, or while one of them names a structure or a person of the network;
    StaleEdit when it was rewritten since its preview was read.
    """
    current = _in_preparation(by, calibration, expected_version)
    _refuse_past(current.closes_on)
    if missing := missing_before_opening(current, checked(list(current.vignettes.select_for_update()))):
        raise OperationRefused(" ".join(missing))
    _move(current, CalibrationState.OPEN)
    current.opened_at = on or timezone.now()
    current.version += 1
    current.save()
    tell_calibration_open(current, by=by.person)
    return current


@transaction.atomic
def close_calibration(*, by: User, calibration: Calibration) -> Calibration:
    """Nobody reads it any more; what was read is counted a moment later, and the remarks it opens are in the name of
    whoever closes. Closing twice is closing once; asked again after a count that failed, it is counted again."""
    if not can_compose_calibration(by):
        raise OperationRefused("La coordination clôt les accordages.")
    current = _locked(calibration)
    if current.state == CalibrationState.CLOSED:
        if current.has_failed and current.job:
            backstage.requeue(job=current.job)
        return current
    return _close(current, by.person)


@transaction.atomic
def close_due_calibrations(*, today: date | None = None) -> int:
    """Those whose last day is past, by the clock: their remarks are in the name of whoever composed them."""
    due = list(Calibration.objects.over(today or timezone.localdate()).select_for_update().order_by("pk"))
    for one in due:
        _close(one, None)
    return len(due)


def _close(current: Calibration, by: Person | None) -> Calibration:
    _move(current, CalibrationState.CLOSED)
    current.closed_at, current.closed_by = timezone.now(), by
    current.job = backstage.enqueue(
        kind=COUNTING, key=f"{COUNTING}:{current.public_id}", payload={"calibration": str(current.public_id)}
    )
    current.version += 1
    current.save()
    return current


def _move(current: Calibration, state: CalibrationState) -> None:
    if state not in CALIBRATION_TRANSITIONS[CalibrationState(current.state)]:
        raise OperationRefused("Cet accordage n’est pas ouvert.")
    current.state = state


def _locked(calibration: Calibration) -> Calibration:
    return Calibration.objects.select_for_update(of=["self"]).select_related("job").get(pk=calibration.pk)


def _refuse_others(by: User) -> None:
    if not can_compose_calibration(by):
        raise OperationRefused("La coordination compose les accordages.")


def _in_preparation(by: User, calibration: Calibration, expected_version: int | None = None) -> Calibration:
    _refuse_others(by)
    current = _locked(calibration)
    if current.state != CalibrationState.DRAFT:
        raise OperationRefused(
            "Cet accordage est déjà ouvert\u00a0: il ne change plus, pour que chacun·e lise la même chose."
        )
    if expected_version not in (None, current.version):
        raise StaleEdit("Cet accordage a été modifié depuis que vous l’avez lu\u00a0: relisez-le d’abord.")
    return current
