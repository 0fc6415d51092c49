"""Who may do what with a trajectory; each rule reads the object at hand, never a current role."""

from accounts.models import User
from accounts.permissions import Standing, act, declare, is_permitted
from efc_platform.shared.errors import OperationRefused
from structures.models import LocalRole, Structure, ties_of
from structures.permissions import ITS_PEOPLE, can_begin_trajectory, is_permitted_towards
from trajectories.models import (
    Agreement,
    Closing,
    FrameworkVersion,
    Intervention,
    InterventionShare,
    NextStep,
    Party,
    Reading,
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

_STEERING = (Standing.ACCOMPANYING, Standing.LEADER)

declare(
    "trajectories",
    "Les trajectoires",
    20,
    read_shared_texts=act(
        "Lire les mots de la trajectoire, les essais, les prochains pas, les faits et les questions des lectures "
        "scellées",
        *ITS_PEOPLE,
    ),
    steer=act(
        "Écrire les mots de la trajectoire, les essais, les prochains pas, les rendez-vous, le bilan de la fin et les "
        "nouvelles prises ensuite",
        *_STEERING,
        operations="edit_words start_trial edit_trial change_trial tie_trial untie_trial tie_evidence untie_evidence "
        "add_next_step edit_next_step set_aside_next_step plan_appointment edit_appointment "
        "cancel_appointment set_reminders restore_words restore_learnt edit_closing write_news",
    ),
    write_phases=act("Noter les phases de la trajectoire", *_STEERING, operations="write_phase remove_phase"),
    keep_moments=act(
        "Raconter ses propres moments, les effets utiles et ce que deviennent les ressources immatérielles",
        *_STEERING,
        operations="tell_moment edit_moment remove_moment note_effect edit_effect remove_effect "
        "note_resource edit_resource_note remove_resource_note",
    ),
    note_verbatim=act(
        "Noter une parole, que personne d’autre ne lit avant l’accord de qui l’a dite",
        *_STEERING,
        operations="note_verbatim",
    ),
    edit_verbatim=act("Corriger une parole que l’on a notée", Standing.AUTHOR, operations="edit_verbatim"),
    agree_verbatim=act(
        "Dire jusqu’où une parole peut être lue\u00a0: qui l’a dite\u00a0; si cette personne n’a pas de compte, qui a "
        "noté ses mots et son accord",
        Standing.CONCERNED,
        Standing.AUTHOR,
        operations="agree_verbatim",
    ),
    withdraw_verbatim=act(
        "Retirer une parole\u00a0: ses mots s’effacent partout",
        Standing.CONCERNED,
        Standing.AUTHOR,
        *_STEERING,
        operations="withdraw_verbatim",
    ),
    keep_step=act(
        "Dire fait, ou à refaire, un prochain pas dont on se charge ou que l’on conduit",
        Standing.CONCERNED,
        *_STEERING,
        operations="complete_next_step",
    ),
    answer_appointment=act(
        "Répondre à une invitation à un rendez-vous", Standing.CONCERNED, operations="answer_appointment answer_by_link"
    ),
    follow_own_agenda=act(
        "Ouvrir une adresse privée pour suivre son agenda depuis son propre calendrier, et la refermer",
        Standing.CONCERNED,
        operations="open_feed close_feed",
    ),
    close_trajectory=act(
        "Clore une trajectoire, et revenir dans les 30 jours sur cette fin",
        Standing.ACCOMPANYING,
        operations="close_trajectory reopen_trajectory",
    ),
    see_diagnosis=act(
        "Lire un diagnostic partagé proposé et les réponses qu’il reçoit, avant que toute la structure le lise",
        Standing.ACCOMPANYING,
        Standing.LEADER,
        Standing.BOARD,
    ),
    write_diagnosis=act("Écrire le diagnostic partagé, à deux", *_STEERING, operations="write_diagnosis"),
    propose_diagnosis=act(
        "Proposer le diagnostic partagé à la direction", Standing.ACCOMPANYING, operations="propose_diagnosis"
    ),
    answer_diagnosis=act(
        "Valider le diagnostic partagé, ou demander un changement", Standing.LEADER, operations="answer_diagnosis"
    ),
    see_agreement=act(
        "Lire la convention d’accompagnement, ses avenants et leurs signatures, et les emporter en PDF",
        Standing.COORDINATOR,
        Standing.ACCOMPANYING,
        Standing.LEADER,
        Standing.BOARD,
    ),
    write_agreement=act(
        "Écrire la convention d’accompagnement et ses avenants, tant que personne ne les a signés",
        *_STEERING,
        operations="write_agreement write_amendment",
    ),
    sign_agreement=act(
        "Signer la convention et ses avenants, chacun en son nom",
        Standing.COORDINATOR,
        Standing.ACCOMPANYING,
        Standing.LEADER,
        Standing.BOARD,
        operations="sign_agreement",
    ),
    read_team_account=act(
        "Lire le compte rendu d’une intervention gardé par l’équipe d’accompagnement", Standing.ACCOMPANYING
    ),
    read_direction_account=act(
        "Lire un compte rendu ouvert à la direction", Standing.ACCOMPANYING, Standing.LEADER, Standing.BOARD
    ),
    read_structure_account=act("Lire un compte rendu ouvert à toute la structure", *ITS_PEOPLE),
    read_exchange=act("Lire ce qui s’est dit dans un espace d’échange", Standing.PRESENT),
    log_intervention=act(
        "Noter une intervention", Standing.ACCOMPANYING, operations="log_intervention appointment_held"
    ),
    edit_intervention=act(
        "Corriger une intervention que l’on a menée, tant que l’on accompagne une des structures",
        Standing.AUTHOR,
        operations="edit_intervention restore_account attach_files",
    ),
    import_interventions=act(
        "Importer ses interventions passées depuis un tableur, et revenir sur cet import",
        Standing.PRACTITIONER,
        Standing.COORDINATOR,
        operations="receive_interventions set_intervention_columns write_interventions undo_interventions "
        "retry_interventions",
    ),
    import_for_others=act("Importer des interventions passées que d’autres ont menées", Standing.COORDINATOR),
    keep_modalities=act(
        "Ajouter des modalités d’intervention, les renommer, les retirer",
        Standing.COORDINATOR,
        operations="add_modality change_modality",
    ),
    read_team_note=act("Lire les notes que se laissent les personnes qui accompagnent", Standing.ACCOMPANYING),
    write_team_note=act(
        "Écrire sa note pour l’équipe, à côté d’une intervention", Standing.ACCOMPANYING, operations="write_team_note"
    ),
    place_tag=act(
        "Mettre des étiquettes sur les interventions, tenir les siennes et celles de ses équipes",
        Standing.PRACTITIONER,
        operations="make_tag place_tags rename_tag merge_tags drop_tag",
    ),
    keep_network_tags=act("Tenir les étiquettes du réseau", Standing.COORDINATOR),
    remark_account=act(
        "Répondre à un compte rendu que l’on lit, ou demander de le corriger",
        Standing.LEADER,
        Standing.BOARD,
        Standing.STAFF,
        Standing.VOLUNTEER,
        operations="remark_account",
    ),
    answer_remark=act(
        "Répondre à une remarque sur une intervention que l’on a menée",
        Standing.AUTHOR,
        operations="answer_remark",
    ),
    start_reading=act("Écrire une lecture, depuis sa place", *ITS_PEOPLE, operations="start_reading"),
    hold_workshop=act(
        "Tenir un atelier de lecture collective\u00a0: l’ouvrir, poser les questions, le terminer",
        Standing.ACCOMPANYING,
        operations="open_workshop open_question close_question next_question end_workshop drop_workshop_line",
    ),
    write_team_reading=act(
        "Écrire la lecture de l’équipe à partir d’un atelier",
        Standing.ACCOMPANYING,
        Standing.STAFF,
        Standing.VOLUNTEER,
        operations="start_team_reading",
    ),
    edit_reading=act(
        "Voir et modifier une lecture en préparation, puis la sceller",
        Standing.AUTHOR,
        operations="position seal_reading",
    ),
    open_text=act(
        "Ouvrir un texte réservé, une heure, en disant pourquoi : l’ouverture est notée et dite à la structure",
        Standing.COORDINATOR,
        operations="open_text",
    ),
    see_reports=act("Lire les bilans", Standing.ACCOMPANYING, Standing.LEADER, Standing.BOARD),
    request_report=act("Demander un bilan", *_STEERING, operations="request_progress_report ask_again"),
    keep_journal=act("Tenir un journal de bord", Standing.PRACTITIONER, operations="write_journal_entry"),
    read_journal=act(
        "Lire une page de journal, emporter le sien, l’effacer",
        Standing.AUTHOR,
        operations="read_journal_entry journal_of find_in_journal erase_journal",
    ),
)
declare(
    "framework",
    "Le référentiel",
    21,
    read_framework=act("Lire les versions publiées du référentiel, les comparer, les emporter", Standing.SIGNED_IN),
    remark_framework=act(
        "Laisser une remarque sur les mots du référentiel, lue par la coordination, et suivre les siennes",
        Standing.SIGNED_IN,
        operations="remark_framework",
    ),
    answer_framework_remark=act(
        "Lire les remarques sur le référentiel et y répondre",
        Standing.COORDINATOR,
        operations="answer_framework_remark",
    ),
    edit_framework=act(
        "Préparer une version du référentiel, la publier, en retirer une",
        Standing.COORDINATOR,
        operations="start_framework import_framework publish_framework retire_framework drop_framework "
        "edit_framework_words edit_axis edit_dimension edit_criterion edit_markers add_axis add_dimension "
        "add_criterion remove_part order_parts",
    ),
)


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
    """The points of view from which the user may write a reading of this trajectory, in display order."""
    if trajectory.closed_on is not None or not is_permitted_towards(user, "start_reading", trajectory.structure_id):
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
