"""What is kept of a closed exercise: counts, words without names, what they say of each wording, and its remark."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from community.agreement import Measure, measure
from community.calibration import in_words, parts_of, remark_words, to_debate
from community.models import Calibration, CalibrationLine, CalibrationPart, CalibrationTally, VignetteAnswer
from community.notifications import tell_calibration_counted
from efc_platform.backstage import operations as backstage
from efc_platform.backstage.models import Job
from efc_platform.shared.small_numbers import FEWEST
from trajectories.models import LEVEL_CHOICES, TOLD_CHOICES, Level
from trajectories.operations import remark_framework
from trajectories.permissions import can_remark_framework

_LEVELS = {choice.value for choice in LEVEL_CHOICES}
# By part, then by story: what somebody chose, and their words.
Given = Mapping[int, Mapping[int, Sequence[tuple[str, str]]]]


def count_calibration(*, job: Job) -> None:
    """Once for each exercise, however often the job is run. Under five people who finished, nothing of what they read
    is kept but that: neither counts nor words, and no remark is opened."""
    found = Calibration.objects.select_related("framework_version")
    calibration = found.get(public_id=job.payload["calibration"])
    finished = calibration.readings.filter(is_finished=True).count()
    parts = list(parts_of(calibration))
    # Worked out before anything is locked: it may take half a minute for two hundred readers.
    measures = _measured(calibration) if finished >= FEWEST else {}
    with transaction.atomic():
        if not backstage.still_holds(job=job):
            return
        current = Calibration.objects.select_for_update().get(pk=calibration.pk)
        if not current.is_counted:
            current.finished, current.counted_at = finished, timezone.now()
            current.save()
            if finished >= FEWEST:
                _keep(current, parts, measures)
            tell_calibration_counted(current)
        backstage.finish(job=job)


def _finished_answers(calibration: Calibration):
    return VignetteAnswer.objects.filter(
        vignette_reading__reading__calibration=calibration, vignette_reading__reading__is_finished=True
    )


def _measured(calibration: Calibration) -> dict[int, Measure]:
    """Of each part, from the levels alone: « sans objet » and « pas assez d’éléments » are no levels."""
    levels: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = _finished_answers(calibration).filter(choice__in=_LEVELS)
    for part, reading, vignette, choice in rows.values_list(
        "part", "vignette_reading__reading", "vignette_reading__vignette", "choice"
    ).order_by("pk"):
        levels[part][reading][vignette] = int(choice)
    return {part: measure(list(readings.values())) for part, readings in levels.items()}


def _keep(calibration: Calibration, parts: Sequence[CalibrationPart], measures: Mapping[int, Measure]) -> None:
    tallies = _count(calibration)
    levels = list(calibration.framework_version.levels.all())
    author = _author(calibration)
    for part in parts:
        one = measures.get(part.pk, measure([]))
        part.agreement, part.kappa, part.pairs = one.agreement, one.kappa, one.pairs
        if to_debate(part) and author:
            told = _told(tallies[part.pk], levels)
            words = remark_words(part, told, f"{calibration.finished} personnes")
            part.remark = remark_framework(by=author, on=part.on, text=words)
        part.save()


def _count(calibration: Calibration) -> dict[int, list[CalibrationTally]]:
    """By part; a story that fewer than five read for it is told nothing of."""
    given: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    for part, vignette, choice, words in (
        _finished_answers(calibration)
        .values_list("part", "vignette_reading__vignette", "choice", "words")
        .order_by("pk")
    ):
        given[part, vignette].append((choice, words))
    kept: dict[int, list[CalibrationTally]] = defaultdict(list)
    for vignette in calibration.vignettes.all():
        for part in calibration.parts.all():
            said = given[part.pk, vignette.pk]
            if len(said) >= FEWEST:
                kept[part.pk].append(_tally(CalibrationTally(part=part, vignette=vignette), said))
    return kept


def _tally(tally: CalibrationTally, said: Sequence[tuple[str, str]]) -> CalibrationTally:
    counts = Counter(choice for choice, _words in said)
    tally.tally = {one.value: counts[one.value] for one in TOLD_CHOICES}
    tally.save()
    # Their keys are drawn at random: they are read in an order that is nobody's.
    CalibrationLine.objects.bulk_create(
        CalibrationLine(id=uuid.uuid4(), tally=tally, text=words) for _choice, words in said if words
    )
    return tally


def _told(tallies: Sequence[CalibrationTally], levels: Sequence[Level]) -> list[str]:
    return [f"«\u00a0{one.vignette.title}\u00a0»\u00a0: {in_words(one, levels)}." for one in tallies]


def _author(calibration: Calibration) -> User | None:
    """Whoever closed it, or composed it when the clock did; nobody once that person is gone, and the word alone says
    what is to be debated."""
    person = calibration.closed_by_id or calibration.created_by_id
    user = User.objects.filter(person=person, is_active=True).select_related("person").first()
    return user if user and can_remark_framework(user, calibration.framework_version) else None
