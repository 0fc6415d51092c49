"""What each structure keeps of an intervention, as its page shows it to one person."""

from dataclasses import dataclass

from django.db.models import F

from accounts.models import User
from structures.models import ties_of
from structures.permissions import is_permitted_towards
from trajectories.models import AccountRemark, Intervention, InterventionShare, Tag, TeamNote


@dataclass(frozen=True)
class Part:
    """What one structure keeps of it, as far as the person reads it: account, remarks, notes of the team."""

    share: InterventionShare
    is_readable: bool
    remarks: list[AccountRemark]
    notes: list[TeamNote]
    tags: list[Tag]
    is_mine: bool
    can_remark: bool
    can_answer: bool

    @property
    def has_my_note(self) -> bool:
        return self.is_mine and any(one.is_mine for one in self.notes)  # type: ignore[attr-defined]


def parts_of(user: User, found: Intervention, shares: list[InterventionShare], readable: set[int]) -> list[Part]:
    accompanied, led = ties_of(user).accompanied, user.person_id in {one.pk for one in found.practitioners.all()}
    with_team = any(one.trajectory.structure_id in accompanied for one in shares)
    remarks = list(
        AccountRemark.objects.visible_to(user).filter(share__in=shares).select_related("author", "answered_by")
    )
    # Those who accompany nothing here read neither notes nor tags: nothing is asked for them.
    beside = TeamNote.objects.visible_to(user).filter(intervention=found).select_related("author")
    notes = list(beside) if with_team else []
    for note in notes:
        note.is_mine = note.author_id == user.person_id  # type: ignore[attr-defined]
    tags_of = _tags_of(user, shares) if with_team else {}
    return [
        Part(
            share=share,
            is_readable=share.pk in readable,
            remarks=[one for one in remarks if one.share_id == share.pk],
            notes=[one for one in notes if one.trajectory_id == share.trajectory_id],
            tags=tags_of.get(share.pk, []),
            is_mine=share.trajectory.structure_id in accompanied,
            can_remark=share.pk in readable
            and is_permitted_towards(user, "remark_account", share.trajectory.structure_id),
            can_answer=led and share.trajectory.structure_id in accompanied,
        )
        for share in shares
    ]


def _tags_of(user: User, shares: list[InterventionShare]) -> dict[int, list[Tag]]:
    """By the key of an account, the tags that the person sees on it."""
    found: dict[int, list[Tag]] = {}
    for tag in Tag.objects.visible_to(user).filter(shares__in=shares).annotate(share=F("shares")):
        found.setdefault(tag.share, []).append(tag)
    return found
