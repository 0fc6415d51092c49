"""What the pages of an exercise read: what is still between it and its opening, one's own readings, what it gave."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from community.agreement import FEWEST_VIGNETTES
from community.anonymity import Clue, Finding, person_clues, recognisable
from community.models import (
    Agreement,
    Calibration,
    CalibrationPart,
    CalibrationReading,
    CalibrationTally,
    Vignette,
    VignetteAnswer,
    people_with_profiles,
)
from community.queries import clues_for
from trajectories.models import LEVEL_CHOICES, TOLD_CHOICES, AnswerChoice, Dimension, Level, Marker

# Each story is read on one page, which stays light for a telephone.
MOST_PARTS = 7
MOST_VIGNETTES = 12
_HEADINGS = {"title": "Le titre", "text": "Le récit"}


def parts_of(calibration: Calibration) -> QuerySet[CalibrationPart]:
    """In the order of the référentiel, whatever they gave: none comes before another for being read better."""
    return calibration.parts.select_related("dimension", "criterion__dimension", "remark").order_by("place")


def findings_in(texts: Mapping[str, str]) -> list[Finding]:
    """What names a structure or a person of the network in these texts, those who accompany included."""
    return recognisable(texts, _clues()) if any(texts.values()) else []


def _clues() -> list[Clue]:
    names = people_with_profiles().order_by("pk").values_list("first_name", "last_name")
    return clues_for(None) + [clue for first, last in names for clue in person_clues(first, last)]


def names_found(texts: Mapping[str, str]) -> list[str]:
    """The same, as it is told: the exact words, what they name, and where."""
    return [_told(one) for one in findings_in(texts)]


def _told(finding: Finding) -> str:
    return f"«\u00a0{finding.words}\u00a0», {finding.what}, dans «\u00a0{_HEADINGS[finding.part]}\u00a0»"


@dataclass(frozen=True)
class Checked:
    """A story of an exercise in preparation, and what would let somebody be recognised in it."""

    vignette: Vignette
    findings: Sequence[str]


def checked(vignettes: Collection[Vignette]) -> list[Checked]:
    """All of them against the names of the network, asked for once."""
    clues = _clues()
    return [
        Checked(one, [_told(found) for found in recognisable({"title": one.title, "text": one.text}, clues)])
        for one in vignettes
    ]


def missing_before_opening(calibration: Calibration, stories: Sequence[Checked]) -> list[str]:
    """Why an exercise cannot open yet, a sentence each; nothing when it can."""
    told = []
    if len(stories) < FEWEST_VIGNETTES:
        told.append(
            "Il faut trois récits au moins\u00a0: sur un ou deux, on ne saurait pas si l’on lit la même chose, ou si "
            "l’on est tombé d’accord par hasard."
        )
    for one in stories:
        if one.findings:
            names = "\u00a0; ".join(one.findings)
            told.append(f"On pourrait reconnaître quelqu’un dans «\u00a0{one.vignette.title}\u00a0»\u00a0: {names}.")
    return told


def own_reading(user: User, calibration: Calibration) -> CalibrationReading | None:
    """What this person read there; in a place that is lent, nothing: it is theirs alone."""
    if user.lent_to is not None:
        return None
    return calibration.readings.filter(reader=user.person_id).first()


def own_answers(reading: CalibrationReading | None) -> dict[int, dict[int, VignetteAnswer]]:
    """By story, then by part."""
    found: dict[int, dict[int, VignetteAnswer]] = {}
    if reading is None:
        return found
    for one in VignetteAnswer.objects.filter(vignette_reading__reading=reading).select_related("vignette_reading"):
        found.setdefault(one.vignette_reading.vignette_id, {})[one.part_id] = one
    return found


def has_read_everything(
    answers: Mapping[int, Mapping[int, VignetteAnswer]], vignettes: Collection[Vignette], parts: Collection[object]
) -> bool:
    return all(len(answers.get(one.pk, ())) == len(parts) for one in vignettes)


def names_of_choices(levels: Sequence[Level]) -> dict[AnswerChoice, str]:
    """What each answer is called with the levels of this version."""
    names = {choice: level.name for choice, level in zip(LEVEL_CHOICES, levels, strict=True)}
    return {one: names.get(one, one.label) for one in TOLD_CHOICES}


def in_words(tally: CalibrationTally, levels: Sequence[Level]) -> str:
    """« 3 Expérimentation, 1 sans objet »: what somebody chose, in the order of the levels."""
    names = names_of_choices(levels)
    return ", ".join(f"{number} {names[choice]}" for choice, number in tally.counts.items() if number)


def markers_of(dimensions: Collection[Dimension]) -> dict[int, list[Marker]]:
    """How the five levels are described in each, by its key."""
    found: dict[int, list[Marker]] = {}
    for one in (
        Marker.objects.filter(dimension__in=dimensions).select_related("level").order_by("dimension", "level__rank")
    ):
        found.setdefault(one.dimension_id, []).append(one)
    return found


def remark_words(part: CalibrationPart, told: Sequence[str], finished: str) -> str:
    """The remark that takes a wording to the debate. `told` is what each story gave; before it is closed nobody knows,
    and the preview has an ellipsis."""
    what = "ce critère" if part.criterion_id else "les repères de cette dimension"
    return (
        f"Dans l’accordage «\u00a0{part.calibration.title}\u00a0», {finished} ont lu les mêmes récits chacune de son "
        f"côté, et n’ont pas lu {what} de la même façon. Ce ne sont pas les personnes qu’il faut accorder, ce sont "
        "peut-être les mots.\n\n" + "\n".join(told)
    )


def to_debate(part: CalibrationPart) -> bool:
    return part.agreement == Agreement.DIFFERENT
