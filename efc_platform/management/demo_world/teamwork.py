"""Beside the accounts: modalities, a day with two structures, notes of a pair, remarks, tags, a draft."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.http import QueryDict
from django.urls import reverse

from accounts.models import User
from efc_platform.backstage import drafts
from efc_platform.management.demo_world.world import World, key_for
from efc_platform.shared.duration import share_out
from trajectories import operations
from trajectories.models import (
    AddedModality,
    Intervention,
    InterventionShare,
    Modality,
    Place,
    RemarkKind,
    RemarkOutcome,
    TagScope,
    Trajectory,
)
from trajectories.operations import InterventionFacts, ShareFacts


def make_teamwork(world: World, rows: dict[str, Any]) -> None:
    for name in rows["modalities"]:
        operations.add_modality(by=world.user("coordination"), name=name)
    for row in rows["together"]:
        _together(world, row)
    for row in rows["notes"]:
        _note(world, row)
    for row in rows["remarks"]:
        _remark(world, row)
    for row in rows["tags"]:
        _tag(world, row)
    _draft(world, rows["draft"])


def _together(world: World, row: dict[str, Any]) -> Intervention:
    facts = InterventionFacts(
        occurred_on=world.ago(row["days_ago"]),
        minutes=row["minutes"],
        preparation_minutes=row["preparation_minutes"],
        travel_minutes=row["travel_minutes"],
        modality=Modality.OTHER,
        added_modality=AddedModality.objects.get(name=row["modality"]),
        title=row["title"],
        place=Place(row["place"]),
        location=row["location"],
    )
    parts = share_out(row["minutes"], len(row["shares"]))
    made, _is_new = operations.log_intervention(
        by=world.user(row["by"]),
        client_key=key_for(row["title"]),
        facts=facts,
        shares=[_share(world, one, part) for one, part in zip(row["shares"], parts, strict=True)],
        practitioners=world.named(row["practitioners"]),
    )
    return made


def _share(world: World, row: dict[str, Any], minutes: int) -> ShareFacts:
    return ShareFacts(
        trajectory=_trajectory(world, row),
        minutes=minutes,
        account=row["account"],
        decision=row.get("decision", ""),
        open_question=row.get("open_question", ""),
        dimensions=world.dimensions(row["dimensions"]),
    )


def _trajectory(world: World, row: dict[str, Any]) -> Trajectory:
    return world.structures[row["structure"]].trajectories.open().get()


def _latest(world: World, row: dict[str, Any], by: User) -> InterventionShare:
    """What the trajectory keeps of its last intervention that the person reads."""
    shares = InterventionShare.objects.readable_by(by).filter(trajectory=_trajectory(world, row))
    return shares.order_by("-occurred_on", "-pk")[:1].get()


def _note(world: World, row: dict[str, Any]) -> None:
    by = world.user(row["author"])
    share = _latest(world, row, by)
    operations.write_team_note(
        by=by,
        intervention=share.intervention,
        trajectory=share.trajectory,
        preparation=row.get("preparation", ""),
        debrief=row["debrief"],
    )


def _remark(world: World, row: dict[str, Any]) -> None:
    by = world.user(row["author"])
    remark = operations.remark_account(
        by=by, share=_latest(world, row, by), kind=RemarkKind(row["kind"]), text=row["text"]
    )
    if "answer" in row:
        operations.answer_remark(
            by=world.user(row["answered_by"]),
            remark=remark,
            answer=row["answer"],
            outcome=RemarkOutcome(row["outcome"]),
        )


def _tag(world: World, row: dict[str, Any]) -> None:
    """On the last intervention of each structure named, when there is any: a tag of a team is kept by its structure."""
    by, scope = world.user(row["by"]), TagScope(row["scope"])
    structure = world.structures[row["structures"][0]] if scope == TagScope.TEAM else None
    tag = operations.make_tag(by=by, scope=scope, name=row["name"], structure=structure)
    for name in row["structures"]:
        placing = world.user(row["placed_by"])
        share = _latest(world, {"structure": name}, placing)
        operations.place_tags(by=placing, share=share, tags=[*share.tags.all(), tag])


def _draft(world: World, row: dict[str, Any]) -> None:
    """What someone began to write and did not send."""
    chosen = {"trajectoire": _trajectory(world, row).public_id}
    typed = QueryDict(mutable=True)
    typed.update(
        {
            drafts.ADDRESS: f"{reverse('intervention_new')}?{urlencode(chosen)}",
            drafts.HEADING: "Noter une intervention",
            drafts.PAGE: str(uuid4()),
            "client_key": str(uuid4()),
            "minutes": row["minutes"],
            "account": row["account"],
        }
    )
    drafts.keep_draft(by=world.user(row["author"]), typed=typed)
