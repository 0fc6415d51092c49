"""Beside an account: a note for the team, a remark, and a modality of the network."""

from collections.abc import Callable

from django.utils import timezone

from accounts.models import Person, User
from trajectories.models import (
    AccountRemark,
    AddedModality,
    Intervention,
    RemarkKind,
    Tag,
    TagScope,
    TeamNote,
    Trajectory,
)


def team_note(
    author: User, intervention: Intervention, trajectory: Trajectory, words: Callable[[str], str]
) -> TeamNote:
    return TeamNote.objects.create(
        author=author.person,
        intervention=intervention,
        trajectory=trajectory,
        preparation=words("team_note.preparation"),
        debrief=words("team_note.debrief"),
    )


def remark(
    author: Person, intervention: Intervention, trajectory: Trajectory, words: Callable[[str], str]
) -> AccountRemark:
    share = intervention.shares.get(trajectory=trajectory)
    AccountRemark.objects.create(
        share=share,
        author=author,
        kind=RemarkKind.COMMENT,
        text=words("answered.text"),
        answer=words("answered.answer"),
        answered_by=intervention.created_by,
        answered_at=timezone.now(),
    )
    return AccountRemark.objects.create(
        share=share, author=author, kind=RemarkKind.CORRECTION, text=words("remark.text")
    )


def network_modality() -> AddedModality:
    return AddedModality.objects.get_or_create(name="Marche commune")[0]


def tags(author: Person, intervention: Intervention, trajectory: Trajectory, words: Callable[[str], str]) -> Tag:
    """One of the author's own, and one of the team, both on the account; gives the team's."""
    share = intervention.shares.get(trajectory=trajectory)
    own = Tag.objects.create(scope=TagScope.MINE, owner=author, name=words("own_tag.name"))
    made = Tag.objects.create(scope=TagScope.TEAM, structure=trajectory.structure, name=words("tag.name"))
    share.tags.set([own, made])
    return made
