"""What the facts of a reading are held on, as those who read it find it, and a criterion that was read."""

from collections.abc import Callable

from accounts.models import Circle
from trajectories.models import EvidenceKind, InterventionShare, PositioningState, Reading


def furnish_evidence(reading: Reading, kind: str, words: Callable[[str], str]) -> None:
    """It leads to an account that practitioners keep among themselves: the others are not told its name. A criterion
    is read beside the dimension in what was sealed."""
    apart = InterventionShare.objects.filter(trajectory=reading.trajectory_id, circle=Circle.TEAM).first()
    told = {"kind": EvidenceKind.OBSERVED, "noted_on": reading.read_on}
    whole = reading.positionings.get()
    whole.evidence.create(words=words(f"{kind}.evidence"), share=apart, **told)
    if kind == "sealed":
        read = reading.positionings.create(
            criterion=whole.dimension.criteria.first(),
            state=PositioningState.LEVEL,
            level=3,
            observed_fact=words("criterion.observed_fact"),
            next_question=words("criterion.next_question"),
        )
        read.evidence.create(words=words("criterion.evidence"), **told)


def hold_facts(reading: Reading) -> None:
    """One more piece of evidence for each of its facts, and one more criterion read."""
    for one in reading.positionings.filter(dimension__isnull=False):
        one.evidence.create(kind=EvidenceKind.SAID, noted_on=reading.read_on)
        for sign in one.dimension.criteria.all()[:2]:
            reading.positionings.create(criterion=sign, state=PositioningState.NOT_APPLICABLE)
