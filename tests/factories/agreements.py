"""What frames an accompaniment: an earlier one that ended, an agreement signed by one and its amendment."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Person
from efc_platform.backstage.operations import store_file
from structures.models import Structure
from tests.factories.trajectories import NextStepFactory, TrajectoryFactory
from trajectories.models import (
    DIAGNOSED,
    Agreement,
    Amendment,
    BoardSays,
    Closing,
    ClosingReason,
    DiagnosisAnswer,
    FollowUp,
    Manner,
    Opinion,
    Party,
    SharedDiagnosis,
    Signature,
    Trajectory,
)

Words = Callable[[str], str]
AGREED = [
    *("aim", "working_question", "modalities", "confidentiality", "rights", "funding", "board_agreed_by"),
    "board_not_asked",
]

# Who reads them stands in the leak tests: a contract is read by those who direct the structure or accompany it, and by
# coordination; an end and a validated diagnosis, by whoever reads the trajectory; one proposed, by those who direct
# it, and a draft by its leaders and practitioners.
CONTRACT = {
    *(f"agreement.{name}" for name in AGREED),
    *("amendment.what_changes", "signature.kept_where", "signature.name"),
}
PROPOSED = {f"proposed.{column}" for column in DIAGNOSED} | {"opinion.words"}
DRAFTED = {f"drafted.{column}" for column in DIAGNOSED}
SHARED = {"closing.review", "closing.what_continues", "news.words"} | {f"validated.{column}" for column in DIAGNOSED}


def furnish_agreements(trajectory: Trajectory, practitioner: Person, leader: Person, words: Words) -> dict[str, Any]:
    earlier, agreed = _earlier(trajectory.structure, practitioner, words), _agreed(trajectory, practitioner, words)
    return earlier | agreed | _diagnosed(trajectory, practitioner, leader, words)


def _earlier(structure: Structure, practitioner: Person, words: Words) -> dict[str, Any]:
    """What the structure went through before it came back: an end, the news heard after it, those to come."""
    past = TrajectoryFactory(structure=structure, started_on=date(2021, 1, 4), closed_on=date(2022, 6, 30))
    closing = Closing.objects.create(
        trajectory=past,
        reason=ClosingReason.PAUSE,
        review=words("closing.review"),
        what_continues=words("closing.what_continues"),
        created_by=practitioner,
    )
    steps = [NextStepFactory(trajectory=past, text="Prendre des nouvelles") for _months in (6, 12)]
    told = {"heard_on": date(2023, 1, 10), "words": words("news.words"), "written_by": practitioner}
    news = FollowUp.objects.create(closing=closing, months=6, step=steps[0], **told)
    FollowUp.objects.create(closing=closing, months=12, step=steps[1])
    return {"past": past, "closing": closing, "news": news}


def _agreed(trajectory: Trajectory, practitioner: Person, words: Words) -> dict[str, Any]:
    """Signed on paper by the leader; the board and the coordination are waited for, and so is the practitioner."""
    agreement = Agreement.objects.create(
        trajectory=trajectory,
        starts_on=date(2024, 2, 1),
        ends_on=date(2025, 2, 1),
        days_agreed=Decimal(4),
        board_says=BoardSays.NOT_ASKED,
        board_signs=True,
        coordination_signs=True,
        created_by=practitioner,
        **{name: words(f"agreement.{name}") for name in AGREED if name != "board_agreed_by"},
    )
    # Read in the history only: here the board was not asked.
    Agreement.objects.filter(pk=agreement.pk).update(board_agreed_by=words("agreement.board_agreed_by"))
    signed = Signature.objects.create(
        agreement=agreement,
        party=Party.LEADER,
        manner=Manner.PAPER,
        name=words("signature.name"),
        signed_on=timezone.localdate(),
        kept_where=words("signature.kept_where"),
        scan=store_file(name="page.pdf", content_type="application/pdf", content=b"%PDF-1.7"),
        recorded_by=practitioner,
    )
    amendment = Amendment.objects.create(
        agreement=agreement, number=1, what_changes=words("amendment.what_changes"), created_by=practitioner
    )
    return {"agreement": agreement, "amendment": amendment, "signed": signed}


def _diagnosed(trajectory: Trajectory, practitioner: Person, leader: Person, words: Words) -> dict[str, Any]:
    """A version that was validated, one proposed of which a change is asked, and the draft that takes it up."""
    now = timezone.now()
    days = {"validated": {"proposed_at": now, "validated_at": now}, "proposed": {"proposed_at": now}, "drafted": {}}
    made = {
        name: SharedDiagnosis.objects.create(
            trajectory=trajectory,
            number=number,
            created_by=practitioner,
            **{column: words(f"{name}.{column}") for column in DIAGNOSED},
            **dated,
        )
        for number, (name, dated) in enumerate(days.items(), start=1)
    }
    DiagnosisAnswer.objects.create(
        diagnosis=made["proposed"], person=leader, opinion=Opinion.ASKS, words=words("opinion.words")
    )
    return {"diagnosis": made["drafted"], "proposed": made["proposed"]}
