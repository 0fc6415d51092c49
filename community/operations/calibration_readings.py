"""Reading blind: a story at a time, then « j’ai fini »."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.models import User
from community.calibration import findings_in
from community.models import (
    Calibration,
    CalibrationPart,
    CalibrationReading,
    Vignette,
    VignetteAnswer,
    VignetteReading,
)
from community.permissions import can_read_vignettes, can_still_keep_reading
from efc_platform.shared.errors import OperationRefused, StaleEdit
from trajectories.models import LEVEL_CHOICES, AnswerChoice


@dataclass(frozen=True)
class Answer:
    """A level with the words of the story that call for it, or why there is none."""

    choice: AnswerChoice
    words: str = ""


@dataclass(frozen=True)
class Saved:
    """A story as it was read; not counted when the exercise was closed while it was written."""

    vignette_reading: VignetteReading
    is_counted: bool


@transaction.atomic
def read_vignette(
    *, by: User, vignette: Vignette, answers: Mapping[CalibrationPart, Answer], expected_version: int
) -> Saved:
    """What this person reads in one story; a part that is left out is not read yet. Seen by nobody else, ever.

    Once the exercise is closed it is still kept for them, and says that it does not count: nothing that was typed is
    lost. OperationRefused once they have finished, without the words that call for a level, and when those name
    somebody; StaleEdit when they saved the same story from elsewhere.
    """
    calibration = Calibration.objects.get(pk=vignette.calibration_id)
    if not can_read_vignettes(by, calibration) and not can_still_keep_reading(by, calibration):
        raise OperationRefused("Les récits d’un accordage ouvert se lisent dans la communauté, en son propre nom.")
    _refuse_bare(answers)
    _refuse_names(answers)
    read = _story_of(by, calibration, vignette)
    if read.version != expected_version:
        raise StaleEdit("Vous avez enregistré ce récit depuis un autre appareil ou un autre onglet.")
    read.version += 1
    read.save()
    read.answers.all().delete()
    VignetteAnswer.objects.bulk_create(
        VignetteAnswer(vignette_reading=read, part=part, choice=one.choice, words=one.words.strip())
        for part, one in answers.items()
    )
    return Saved(read, is_counted=calibration.is_open)


def _field(part: CalibrationPart) -> str:
    return f"words-{part.pk}"


def _refuse_bare(answers: Mapping[CalibrationPart, Answer]) -> None:
    for part, one in answers.items():
        if one.choice in LEVEL_CHOICES and not one.words.strip():
            raise OperationRefused(
                "Un repère s’appuie sur des mots du récit\u00a0: recopiez ceux qui vous y font penser.",
                field=_field(part),
            )


def _refuse_names(answers: Mapping[CalibrationPart, Answer]) -> None:
    for found in findings_in({_field(part): one.words for part, one in answers.items()}):
        raise OperationRefused(
            f"On pourrait reconnaître quelqu’un\u00a0: «\u00a0{found.words}\u00a0», {found.what}.", field=found.part
        )


def _story_of(by: User, calibration: Calibration, vignette: Vignette) -> VignetteReading:
    """Locked with its reading: two devices save one after the other."""
    try:
        with transaction.atomic():
            reading, _made = CalibrationReading.objects.get_or_create(calibration=calibration, reader=by.person)
    except IntegrityError:
        reading = CalibrationReading.objects.get(calibration=calibration, reader=by.person)
    reading = CalibrationReading.objects.select_for_update().get(pk=reading.pk)
    if reading.is_finished:
        raise OperationRefused("Vous avez dit avoir fini\u00a0: votre lecture ne change plus.")
    read, _made = VignetteReading.objects.get_or_create(reading=reading, vignette=vignette, defaults={"version": 0})
    return read


@transaction.atomic
def finish_calibration(*, by: User, calibration: Calibration) -> CalibrationReading:
    """« J’ai fini »: the reading changes no more, and is counted when the exercise is closed. What was not read stays
    unread. Twice is once; OperationRefused before anything was read, and once the exercise is closed."""
    # Locked against closing: whoever has finished before it is counted, whoever comes after is told.
    current = Calibration.objects.select_for_update().get(pk=calibration.pk)
    if not can_read_vignettes(by, current):
        raise OperationRefused(
            "Cet accordage n’est pas ouvert\u00a0: ce que vous avez lu vous reste, sans être compté."
        )
    reading = CalibrationReading.objects.select_for_update().filter(calibration=current, reader=by.person).first()
    if reading is None or not VignetteAnswer.objects.filter(vignette_reading__reading=reading).exists():
        raise OperationRefused("Lisez au moins un récit avant de dire que vous avez fini.")
    reading.is_finished = True
    reading.save()
    return reading
