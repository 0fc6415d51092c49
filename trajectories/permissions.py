"""Who may do what with a trajectory; each rule reads the object at hand, never a current role."""

from django.db.models import Q

from accounts.models import User
from accounts.permissions import Standing, is_permitted
from efc_platform.shared.errors import OperationRefused
from structures.models import LocalRole, Membership, Structure, practising, ties_of
from structures.permissions import can_begin_trajectory, is_permitted_towards
from trajectories.models import (
    Agreement,
    Closing,
    FrameworkVersion,
    Intervention,
    InterventionShare,
    NextStep,
    Party,
    Reading,
    Reopening,
    Round,
    Tag,
    TagScope,
    Trajectory,
    Verbatim,
    Viewpoint,
    opened_by,
)

# From where each local role may read; the team's reading is written with the team, in a workshop if
# need be by its practitioner, never by the direction in its place.
VIEWPOINTS_OF_LOCAL_ROLE = {
    LocalRole.LEADER: {Viewpoint.DIRECTION},
    LocalRole.BOARD: {Viewpoint.DIRECTION},
    LocalRole.STAFF: {Viewpoint.TEAM},
    LocalRole.VOLUNTEER: {Viewpoint.TEAM},
}
VIEWPOINTS_OF_PRACTITIONER = {Viewpoint.ACCOMPANIMENT, Viewpoint.TEAM, Viewpoint.PARTNER}


def can_edit_framework(user: User) -> bool:
    """Coordination; in somebody else's place, nobody signs what changes for everybody."""
    return user.lent_to is None and is_permitted(user, "edit_framework")


def can_remark_framework(user: User, version: FrameworkVersion) -> bool:
    """Everybody, of what they read in a version that was published, and in their own name."""
    return user.lent_to is None and not version.is_draft and is_permitted(user, "remark_framework")


def can_answer_framework_remark(user: User) -> bool:
    return user.lent_to is None and is_permitted(user, "answer_framework_remark")


def accompanies(user: User, structure: Structure) -> bool:
    """The user accompanies this structure today."""
    return structure.pk in ties_of(user).accompanied


def local_roles(user: User, structure: Structure) -> frozenset[str]:
    """The roles the user holds in this structure today."""
    return ties_of(user).roles.get(structure.pk, frozenset())


def can_read_texts(user: User, trajectory: Trajectory) -> bool:
    """What is shared of a trajectory is read by its people and its practitioners; coordination sees figures, unless
    it opened the texts a moment ago."""
    shared = is_permitted_towards(user, "read_shared_texts", trajectory.structure_id)
    return shared or trajectory.pk in opened_by(user).trajectories


def can_open_text(user: User) -> bool:
    """Coordination, each time with a reason, never in somebody else's place."""
    return user.lent_to is None and is_permitted(user, "open_text")


def can_open_trajectory(user: User, structure: Structure) -> bool:
    """Whoever may begin it, as the structure's own page offers it."""
    return can_begin_trajectory(user, structure)


def can_log_intervention(user: User, trajectory: Trajectory) -> bool:
    """Those who accompany it; once it is closed, for what took place before its end."""
    return is_permitted_towards(user, "log_intervention", trajectory.structure_id)


def can_edit_intervention(user: User, intervention: Intervention) -> bool:
    """Those who led it, as long as they accompany one of the structures concerned."""
    if not intervention.shares.filter(trajectory__structure__in=ties_of(user).accompanied).exists():
        return False
    # Those of whom the page has read the names already.
    led = any(one.pk == user.person_id for one in intervention.practitioners.all())
    return is_permitted(user, "edit_intervention", standings=_author(led))


def can_import_interventions(user: User) -> bool:
    """Practitioners, of the structures that they accompany; coordination, of all."""
    return is_permitted(user, "import_interventions")


def can_import_for_others(user: User) -> bool:
    """Coordination, when each line says who led it."""
    return is_permitted(user, "import_for_others")


def can_write_team_note(user: User, trajectory: Trajectory) -> bool:
    """Those who accompany the structure, each their own."""
    return is_permitted_towards(user, "write_team_note", trajectory.structure_id)


def can_place_tags(user: User, share: InterventionShare) -> bool:
    """Those who accompany the structure, on what it keeps of an intervention."""
    return is_permitted(user, "place_tag") and share.trajectory.structure_id in ties_of(user).accompanied


def can_make_tag(user: User, scope: str, structure: Structure | None) -> bool:
    if scope == TagScope.NETWORK:
        return is_permitted(user, "keep_network_tags")
    if not is_permitted(user, "place_tag") or user.lent_to is not None:
        return False
    return scope == TagScope.MINE or (structure is not None and structure.pk in ties_of(user).accompanied)


def can_keep_tag(user: User, tag: Tag) -> bool:
    """Its owner, its team, or coordination for the network's."""
    if tag.scope == TagScope.MINE:
        return user.lent_to is None and tag.owner_id == user.person_id
    return can_make_tag(user, tag.scope, tag.structure)


def can_remark_account(user: User, share: InterventionShare) -> bool:
    """Somebody of the structure, of the account they read."""
    if not is_permitted_towards(user, "remark_account", share.trajectory.structure_id):
        return False
    return InterventionShare.objects.readable_by(user).filter(pk=share.pk).exists()


def can_answer_remark(user: User, share: InterventionShare) -> bool:
    """Those who led it and still accompany this structure."""
    if share.trajectory.structure_id not in ties_of(user).accompanied:
        return False
    led = share.intervention.practitioners.filter(pk=user.person_id).exists()
    return is_permitted(user, "answer_remark", standings=_author(led))


def can_keep_modalities(user: User) -> bool:
    """The modalities of the network: coordination."""
    return is_permitted(user, "keep_modalities")


def viewpoints_open_to(user: User, trajectory: Trajectory) -> list[Viewpoint]:
    """The points of view from which the user may write a reading of this trajectory, in display order; none once it is
    closed."""
    return [] if trajectory.closed_on is not None else viewpoints_held_by(user, trajectory)


def viewpoints_held_by(user: User, trajectory: Trajectory) -> list[Viewpoint]:
    """From where the user stands towards its structure, closed or not."""
    if not is_permitted_towards(user, "start_reading", trajectory.structure_id):
        return []
    allowed: set[Viewpoint] = set()
    for role in local_roles(user, trajectory.structure):
        allowed |= VIEWPOINTS_OF_LOCAL_ROLE[LocalRole(role)]
    if accompanies(user, trajectory.structure):
        allowed |= VIEWPOINTS_OF_PRACTITIONER
    return [viewpoint for viewpoint in Viewpoint if viewpoint in allowed]


def can_hold_workshop(user: User, trajectory: Trajectory) -> bool:
    """Those who accompany the structure."""
    return is_permitted_towards(user, "hold_workshop", trajectory.structure_id)


def can_write_team_reading(user: User, trajectory: Trajectory) -> bool:
    """Whoever may write from the team's point of view; the direction does not write it in its place."""
    if Viewpoint.TEAM not in viewpoints_open_to(user, trajectory):
        return False
    return is_permitted_towards(user, "write_team_reading", trajectory.structure_id)


def can_prepare_round(user: User, trajectory: Trajectory) -> bool:
    """Its leaders and its practitioners, each in their own name."""
    return user.lent_to is None and is_permitted_towards(user, "prepare_round", trajectory.structure_id)


def viewpoints_of_round(user: User, tour: Round) -> list[Viewpoint]:
    """From where the user may write in this round: one that comes after the end is read on a closed trajectory."""
    of = viewpoints_held_by if tour.comes_after_the_end else viewpoints_open_to
    return of(user, tour.trajectory)


def can_settle(user: User, tour: Round) -> bool:
    """Those who steer, and those who wrote one of its views."""
    if user.lent_to is not None or not can_read_texts(user, tour.trajectory):
        return False
    if is_permitted_towards(user, "settle", tour.trajectory.structure_id):
        return True
    wrote = Reading.objects.filter(round=tour, authors=user.person_id).exists()
    return is_permitted(user, "settle", standings=_author(wrote))


def can_speak_for(user: User, reading: Reading) -> bool:
    """For the view of a round: those who wrote it and still read the trajectory's texts; when none of them does,
    whoever reads from the same place today."""
    if user.lent_to is not None or not can_read_texts(user, reading.trajectory):
        return False
    if reading.created_by_id == user.person_id or user.person in reading.authors.all():
        return is_permitted(user, "reopen_reading", standings=_author(True))
    structure = reading.trajectory.structure_id
    belong = Q(person__in=Membership.objects.current().filter(structure=structure).values("person"))
    belong |= Q(person__in=practising().filter(structure=structure).values("practitioner"))
    wrote = Q(person=reading.created_by_id) | Q(person__in=[one.pk for one in reading.authors.all()])
    if User.objects.filter(wrote, belong, is_active=True).exists():
        return False
    holds = Viewpoint(reading.viewpoint) in viewpoints_held_by(user, reading.trajectory)
    return is_permitted(user, "reopen_reading", standings=_author(holds))


def can_ask_reopening(user: User, reading: Reading) -> bool:
    """Of a reading that is shared, that stands for its view in its round, and that nobody asked to take up yet."""
    if not (reading.round_id and reading.is_shared) or Reopening.objects.filter(reading=reading).exists():
        return False
    return can_speak_for(user, reading)


def can_edit_reading(user: User, reading: Reading) -> bool:
    """Its authors, until it is sealed."""
    if reading.is_sealed:
        return False
    wrote = reading.created_by_id == user.person_id or reading.authors.filter(pk=user.person_id).exists()
    return is_permitted(user, "edit_reading", standings=_author(wrote))


def _author(wrote: bool) -> frozenset[str]:
    return frozenset({Standing.AUTHOR}) if wrote else frozenset()


def can_steer(user: User, trajectory: Trajectory) -> bool:
    """Trials, next steps, appointments and the words of the trajectory: its leaders and its practitioners."""
    return is_permitted_towards(user, "steer", trajectory.structure_id)


def can_pass_to_version(user: User, trajectory: Trajectory) -> bool:
    """With which version of the référentiel it is read: its leaders and its practitioners choose when."""
    return is_permitted_towards(user, "pass_to_version", trajectory.structure_id)


def refuse_stranger(user: User, trajectory: Trajectory) -> None:
    if not can_steer(user, trajectory):
        raise OperationRefused(
            "Seules la direction de la structure et les personnes qui l’accompagnent peuvent faire cela."
        )


def can_keep_step(user: User, step: NextStep) -> bool:
    """Whoever is to keep it, as long as they read it; those who steer."""
    if is_permitted_towards(user, "keep_step", step.trajectory.structure_id):
        return True
    concerned = frozenset({Standing.CONCERNED}) if step.owner_id == user.person_id else frozenset()
    return can_read_texts(user, step.trajectory) and is_permitted(user, "keep_step", standings=concerned)


def can_write_phases(user: User, trajectory: Trajectory) -> bool:
    return is_permitted_towards(user, "write_phases", trajectory.structure_id)


def can_keep_moments(user: User, trajectory: Trajectory) -> bool:
    """Its leaders first, and those who accompany it."""
    return is_permitted_towards(user, "keep_moments", trajectory.structure_id)


def can_note_verbatim(user: User, trajectory: Trajectory) -> bool:
    return is_permitted_towards(user, "note_verbatim", trajectory.structure_id)


def _noted(user: User, verbatim: Verbatim) -> bool:
    """Whoever noted it, as long as they read the structure's words."""
    return verbatim.noted_by_id == user.person_id and can_read_texts(user, verbatim.trajectory)


def can_edit_verbatim(user: User, verbatim: Verbatim) -> bool:
    if verbatim.withdrawn_at is not None:
        return False
    return is_permitted(user, "edit_verbatim", standings=_author(_noted(user, verbatim)))


def speaks_for_themselves(user: User, verbatim: Verbatim) -> bool:
    return verbatim.said_by_id == user.person_id


def can_agree_verbatim(user: User, verbatim: Verbatim) -> bool:
    """Nobody agrees in the place of somebody who can say so here."""
    if verbatim.withdrawn_at is not None or user.lent_to is not None:
        return False
    if speaks_for_themselves(user, verbatim):
        return is_permitted(user, "agree_verbatim", standings=frozenset({Standing.CONCERNED}))
    says_so_here = User.objects.filter(person=verbatim.said_by_id, is_active=True).exists()
    noted = _noted(user, verbatim) and not says_so_here
    return is_permitted(user, "agree_verbatim", standings=_author(noted))


def can_withdraw_verbatim(user: User, verbatim: Verbatim) -> bool:
    """Agreeing is one person's; taking back is made easy: whoever they ask may do it for them."""
    if is_permitted_towards(user, "withdraw_verbatim", verbatim.trajectory.structure_id):
        return True
    concerned = {Standing.CONCERNED} if speaks_for_themselves(user, verbatim) else set()
    standings = frozenset(concerned) | _author(_noted(user, verbatim))
    return is_permitted(user, "withdraw_verbatim", standings=standings)


def can_close_trajectory(user: User, trajectory: Trajectory) -> bool:
    """Those who accompany the structure."""
    return is_permitted_towards(user, "close_trajectory", trajectory.structure_id)


def can_reopen_trajectory(user: User, trajectory: Trajectory) -> bool:
    """For a month, while nothing came after the end: neither news nor another trajectory."""
    if trajectory.closed_on is None or not can_close_trajectory(user, trajectory):
        return False
    return Closing.objects.standing().that_may_be_taken_back().filter(trajectory=trajectory).exists()


def can_see_diagnosis(user: User, trajectory: Trajectory) -> bool:
    return is_permitted_towards(user, "see_diagnosis", trajectory.structure_id)


def can_write_diagnosis(user: User, trajectory: Trajectory) -> bool:
    return is_permitted_towards(user, "write_diagnosis", trajectory.structure_id)


def can_propose_diagnosis(user: User, trajectory: Trajectory) -> bool:
    return is_permitted_towards(user, "propose_diagnosis", trajectory.structure_id)


def can_answer_diagnosis(user: User, trajectory: Trajectory) -> bool:
    return is_permitted_towards(user, "answer_diagnosis", trajectory.structure_id)


def can_see_agreement(user: User, trajectory: Trajectory) -> bool:
    return is_permitted_towards(user, "see_agreement", trajectory.structure_id)


def can_write_agreement(user: User, trajectory: Trajectory) -> bool:
    return is_permitted_towards(user, "write_agreement", trajectory.structure_id)


def parties_open_to(user: User, agreement: Agreement, *, on_paper: bool = False) -> list[Party]:
    """In whose names the user may sign. Who accompanies the structure keeps the pages signed on paper, and notes them
    for anybody; nobody signs here in another's place."""
    structure = agreement.trajectory.structure
    if user.lent_to is not None or not is_permitted_towards(user, "sign_agreement", structure.pk):
        return []
    roles, with_them = local_roles(user, structure), accompanies(user, structure)
    holds = {
        Party.LEADER: LocalRole.LEADER in roles,
        Party.BOARD: LocalRole.BOARD in roles,
        Party.PRACTITIONER: with_them,
        Party.COORDINATION: is_permitted(user, "sign_agreement"),
    }
    return [party for party in agreement.parties if holds[party] or (on_paper and with_them)]


def can_request_report(user: User, trajectory: Trajectory) -> bool:
    """A leader or an accompanying practitioner."""
    return is_permitted_towards(user, "request_report", trajectory.structure_id)


def can_see_reports(user: User, trajectory: Trajectory) -> bool:
    """Whoever directs the structure (leaders, board) or accompanies it reads its reports."""
    return is_permitted_towards(user, "see_reports", trajectory.structure_id)
