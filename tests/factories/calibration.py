"""Exercises in which the same stories are read: composed by coordination, read by the community."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import Person, Role, User
from community import operations
from community.models import (
    Calibration,
    CalibrationLine,
    CalibrationPart,
    CalibrationReading,
    CalibrationState,
    CalibrationTally,
    Vignette,
)
from community.operations import Answer
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from tests.factories.cast import Cast
from tests.factories.people import UserFactory
from trajectories.models import AnswerChoice, Criterion, Dimension, FrameworkVersion

Words = Callable[[str], str]
STORY = "Le camion est revenu à moitié vide, et personne n’a rien dit pendant le repas."


def compose(
    cast: Cast, codes: Sequence[str] = ("D1", "D4"), stories: int = 3, closes_on: date | None = None
) -> Calibration:
    """In preparation, with so many stories."""
    version = cast.trajectory_a.framework_version
    read: list[Dimension | Criterion] = list(version.dimensions.filter(code__in=codes))
    read += Criterion.objects.filter(dimension__framework_version=version, code__in=codes)
    made = operations.compose_calibration(
        by=cast.coordinator, version=version, title="Dit-on la même chose ?", read=read, closes_on=closes_on
    )
    for rank in range(stories):
        operations.write_vignette(by=cast.coordinator, calibration=made, title=f"Récit {rank + 1}", text=STORY)
    made.refresh_from_db()
    return made


def open_one(cast: Cast, codes: Sequence[str] = ("D1", "D4"), stories: int = 3, **more: Any) -> Calibration:
    made = compose(cast, codes, stories, **more)
    return operations.open_calibration(by=cast.coordinator, calibration=made, expected_version=made.version)


def readers(number: int) -> list[User]:
    return [UserFactory(roles=[Role.MEMBER]) for _ in range(number)]


def read(by: User, calibration: Calibration, levels: Mapping[str, Sequence[int | str | None]]) -> None:
    """For each code, what is found in the stories, in their order: a level, another state, or nothing."""
    parts = {one.code: one for one in calibration.parts.all()}
    for rank, vignette in enumerate(calibration.vignettes.all()):
        found = {parts[code]: given[rank] for code, given in levels.items() if given[rank] is not None}
        answers = {
            part: Answer(AnswerChoice(str(one)), f"mots de {by.pk}" if isinstance(one, int) else "")
            for part, one in found.items()
        }
        saved = calibration.readings.filter(reader=by.person, vignettes__vignette=vignette)
        version = saved.values_list("vignettes__version", flat=True).first() or 0
        operations.read_vignette(by=by, vignette=vignette, answers=answers, expected_version=version)


def finish(by: User, calibration: Calibration, levels: Mapping[str, Sequence[int | str | None]]) -> User:
    read(by, calibration, levels)
    operations.finish_calibration(by=by, calibration=calibration)
    return by


def close(cast: Cast, calibration: Calibration, by: User | None = None) -> Calibration:
    """Closed, and counted as a worker does."""
    operations.close_calibration(by=by or cast.coordinator, calibration=calibration)
    return count(calibration)


def count(calibration: Calibration) -> Calibration:
    run_job(Job.objects.get(key=f"calibration_counting:{calibration.public_id}").pk)
    calibration.refresh_from_db()
    return calibration


def furnish_calibrations(practitioner: Person, words: Words) -> dict[str, Any]:
    """One in preparation, one that the practitioner is reading, one that is closed and told, with what they read."""
    return {
        "draft": _make(practitioner, words, CalibrationState.DRAFT),
        "open": _open(practitioner, words),
        "told": _told(practitioner, words),
    }


def _make(by: Person, words: Words, state: CalibrationState, **more: Any) -> Calibration:
    if state != CalibrationState.DRAFT:
        more |= {"opened_at": timezone.now()}
    version = FrameworkVersion.objects.current()
    made = Calibration.objects.create(
        title=words(f"calibration.title.{state}"), framework_version=version, created_by=by, state=state, **more
    )
    made.parts.create(dimension=version.dimensions.get(code="D1"), place=0)
    texts = {name: words(f"vignette.{name}.{state}") for name in ("title", "text")}
    made.vignettes.create(place=0, **texts)
    return made


def _open(by: Person, words: Words) -> Calibration:
    made = _make(by, words, CalibrationState.OPEN)
    reading = CalibrationReading.objects.create(calibration=made, reader=by)
    _answer(reading, words("vignette_answer.words"))
    return made


def _told(by: Person, words: Words) -> Calibration:
    now = timezone.now()
    made = _make(by, words, CalibrationState.CLOSED, closed_at=now, counted_at=now, finished=6)
    _answer(CalibrationReading.objects.create(calibration=made, reader=by, is_finished=True), "Des mots du récit.")
    tally(made.parts.get(), made.vignettes.get(), words("calibration_line.text"))
    made.parts.update(agreement="different", kappa=0.2, pairs=15)
    return made


def _answer(reading: CalibrationReading, words: str) -> None:
    story = reading.vignettes.create(vignette=reading.calibration.vignettes.earliest("pk"))
    story.answers.create(part=reading.calibration.parts.earliest("pk"), choice="2", words=words)


def tally(part: CalibrationPart, vignette: Vignette, line: str) -> None:
    made = CalibrationTally.objects.create(part=part, vignette=vignette, tally={"2": 4, "4": 2})
    CalibrationLine.objects.create(id=uuid.uuid4(), tally=made, text=line)


def fill_calibrations(calibrations: Mapping[str, Calibration], by: Person, rank: int) -> None:
    """One more of each thing that an exercise holds, and one more exercise of each kind."""
    code = ["D2", "D3", "D4"][rank]
    for one in calibrations.values():
        part = one.parts.create(dimension=one.framework_version.dimensions.get(code=code), place=rank + 1)
        story = one.vignettes.create(place=rank + 1, title=f"Un récit de plus {rank}", text=STORY)
        if one.is_told:
            for vignette in one.vignettes.all():
                tally(part, vignette, "Des mots de plus.")
            for other in one.parts.exclude(pk=part.pk):
                tally(other, story, "Des mots de plus.")
        if mine := one.readings.filter(reader=by).first():
            read_too = mine.vignettes.create(vignette=story)
            read_too.answers.create(part=part, choice="3", words="Des mots.")
    for state in CalibrationState:
        closed = {"closed_at": timezone.now(), "counted_at": timezone.now(), "finished": 2}
        _make(by, lambda name: "De plus", state, **(closed if state == CalibrationState.CLOSED else {}))
