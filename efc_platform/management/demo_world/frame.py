"""What frames some accompaniments: an earlier one that ended, a validated diagnosis, a signed agreement."""

from decimal import Decimal
from typing import Any

from accounts.models import User
from efc_platform.management.demo_world.world import World, months_ago
from structures.models import Structure
from trajectories import operations
from trajectories.models import DIAGNOSED, Agreement, BoardSays, ClosingReason, Opinion, Party, Trajectory
from trajectories.operations import Hand, Terms

_RULES = ("aim", "working_question", "modalities", "confidentiality", "rights", "funding")


def make_earlier(world: World, structure: Structure, row: dict[str, Any], by: User) -> None:
    """Before the trajectory of today: one that ended, with the news heard since."""
    trajectory = operations.open_trajectory(
        by=by, structure=structure, started_on=months_ago(row["started_months_ago"], world.today)
    )
    closing = operations.close_trajectory(
        by=by,
        trajectory=trajectory,
        closed_on=months_ago(row["ended_months_ago"], world.today),
        reason=ClosingReason(row["reason"]),
        review=row["review"],
        what_continues=row["what_continues"],
    )
    news = closing.follow_ups.get(months=6)
    operations.write_news(
        by=by,
        follow_up=news,
        expected_version=news.version,
        heard_on=months_ago(row["news_months_ago"], world.today),
        words=row["news"],
    )


def make_frames(world: World, rows: dict[str, Any]) -> None:
    for row in rows["diagnoses"]:
        _diagnosis(world, row, _of(world, row))
    for row in rows["agreements"]:
        _agreement(world, row, _of(world, row))


def _of(world: World, row: dict[str, Any]) -> Trajectory:
    return world.structures[row["structure"]].trajectories.open().get()


def _diagnosis(world: World, row: dict[str, Any], trajectory: Trajectory) -> None:
    by, leader = world.user(row["by"]), world.user(row["leader"])
    draft = operations.write_diagnosis(by=by, trajectory=trajectory, **{name: row[name] for name in DIAGNOSED})
    proposed = operations.propose_diagnosis(
        by=by, diagnosis=draft, expected_version=draft.version, proposed_at=world.evening(row["proposed_days_ago"])
    )
    operations.answer_diagnosis(
        by=leader,
        diagnosis=proposed,
        expected_number=proposed.number,
        opinion=Opinion.VALIDATES,
        answered_at=world.evening(row["validated_days_ago"]),
    )


def _agreement(world: World, row: dict[str, Any], trajectory: Trajectory) -> None:
    by, leader = world.user(row["by"]), world.user(row["leader"])
    starts_on = months_ago(row["started_months_ago"], world.today)
    terms = Terms(
        starts_on=starts_on,
        ends_on=months_ago(-row["ends_in_months"], world.today),
        days_agreed=Decimal(str(row["days"])),
        board_says=BoardSays.AGREED,
        board_agreed_on=starts_on,
        board_agreed_by=row["board_agreed_by"],
        **{name: row[name] for name in _RULES},
    )
    agreement = operations.write_agreement(by=by, trajectory=trajectory, terms=terms)
    for party, name in ((Party.LEADER, leader), (Party.PRACTITIONER, by)):
        paper = Hand(name.person.display_name, starts_on, [], on_paper=True, kept_where=row["kept_where"])
        operations.sign_agreement(by=by, agreement=agreement, party=party, hand=paper, expected_version=1)
    _amendment(world, row["amendment"], agreement, by, leader)
    # Whoever visits the demonstration may sign this one.
    operations.write_amendment(by=by, agreement=agreement, what_changes=row["waiting"])


def _amendment(world: World, row: dict[str, Any], agreement: Agreement, by: User, leader: User) -> None:
    """Signed here today, by whoever drew it and by whoever wrote their name."""
    amendment = operations.write_amendment(
        by=by, agreement=agreement, what_changes=row["what_changes"], days_agreed=Decimal(str(row["days"]))
    )
    for user, party, strokes in ((leader, Party.LEADER, row["strokes"]), (by, Party.PRACTITIONER, [])):
        hand = Hand(user.person.display_name, world.today, strokes)
        operations.sign_agreement(
            by=user, agreement=agreement, amendment=amendment, party=party, hand=hand, expected_version=1
        )
