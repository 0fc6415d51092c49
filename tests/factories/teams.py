"""Beside an account: a note for the team, a remark, and a modality of the network."""

from collections.abc import Callable

from accounts.models import Person, User
from trajectories.models import AccountRemark, AddedModality, Intervention, RemarkKind, TeamNote, Trajectory
from trajectories.operations import write_team_note


def team_note(
    author: User, intervention: Intervention, trajectory: Trajectory, words: Callable[[str], str]
) -> TeamNote:
    return write_team_note(
        by=author,
        intervention=intervention,
        trajectory=trajectory,
        preparation=words("team_note.preparation"),
        debrief=words("team_note.debrief"),
    )


def remark(
    author: Person, intervention: Intervention, trajectory: Trajectory, words: Callable[[str], str]
) -> AccountRemark:
    share = intervention.shares.get(trajectory=trajectory)
    return AccountRemark.objects.create(
        share=share, author=author, kind=RemarkKind.CORRECTION, text=words("remark.text")
    )


def network_modality() -> AddedModality:
    return AddedModality.objects.get_or_create(name="Marche commune")[0]
