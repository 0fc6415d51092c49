"""Who may change a structure's sheet, its people and its accompaniments."""

from accounts.models import User
from accounts.permissions import Standing, act, declare, is_open, is_permitted
from structures.models import (
    Accompaniment,
    Cohort,
    CohortPlace,
    Conversation,
    Structure,
    StructureDocument,
    answering_for,
    handed_over_by,
    ties_of,
)

ITS_PEOPLE = (Standing.ACCOMPANYING, Standing.LEADER, Standing.BOARD, Standing.STAFF, Standing.VOLUNTEER)
_COORDINATOR = Standing.COORDINATOR
_FOLLOWING = (Standing.ACCOMPANYING, Standing.LEADER)

declare(
    "structures",
    "Les structures",
    10,
    see_sheet=act(
        "Voir une fiche, qui est dans la structure, qui l’accompagne, les dates et les repères de sa trajectoire",
        _COORDINATOR,
        *ITS_PEOPLE,
        beyond_ones_own=True,
    ),
    see_looks=act("Voir qui, hors de l’équipe, a regardé la structure", Standing.ACCOMPANYING, Standing.LEADER),
    see_network_figures=act("Voir les chiffres du réseau", _COORDINATOR),
    open_structure=act("Ouvrir la fiche d’une structure", _COORDINATOR, operations="open_structure"),
    keep_sheet=act(
        "Tenir une fiche et la liste de ses personnes",
        _COORDINATOR,
        *_FOLLOWING,
        operations="edit_structure add_member end_membership set_usual_contact set_presidency record_yearly_figures",
    ),
    see_addresses=act("Voir l’adresse et le téléphone des personnes d’une structure", _COORDINATOR, *_FOLLOWING),
    merge_structures=act(
        "Réunir deux fiches d’une même structure, et défaire cette réunion",
        _COORDINATOR,
        operations="merge_structures undo_merge keep_apart",
    ),
    archive_structure=act(
        "Archiver la fiche d’une structure, et la faire revenir",
        _COORDINATOR,
        operations="archive_structure restore_structure",
    ),
    import_structures=act(
        "Importer un tableur de structures, décider de ses doutes, l’appliquer et le reprendre",
        _COORDINATOR,
        operations="receive_import set_import_columns decide_lines write_import undo_import retry_import",
    ),
    read_relations=act(
        "Lire, sur la carte de l’écosystème, ce que chacun apporte et reçoit",
        *ITS_PEOPLE,
    ),
    keep_ecosystem=act(
        "Tenir la carte de l’écosystème : qui est autour de la structure, et comment la relation évolue",
        *_FOLLOWING,
        operations="add_relation edit_relation change_relation end_relation",
    ),
    read_documents=act("Lire les documents d’une structure, et les emporter", *ITS_PEOPLE),
    keep_documents=act("Ajouter un document à une structure", *_FOLLOWING, operations="add_document"),
    remove_document=act(
        "Retirer un document d’une structure\u00a0: qui l’a ajouté, tant que l’on y lit ses documents, et qui tient sa "
        "fiche",
        *_FOLLOWING,
        Standing.AUTHOR,
        operations="remove_document",
    ),
    invite_to_structure=act(
        "Inviter une personne dans une structure, pour qu’elle puisse se connecter",
        _COORDINATOR,
        *_FOLLOWING,
        operations="invite_to_structure",
    ),
    decide_join=act(
        "Faire passer le lien qui permet de demander à rejoindre la structure, et répondre à ces demandes",
        *_FOLLOWING,
        operations="renew_join_link close_join_link accept_join_request decline_join_request",
    ),
    leave_structure=act("Quitter une structure", Standing.CONCERNED, operations="leave_structure"),
    watch_silence=act(
        "Voir de quelles structures on est sans nouvelles, et dire qu’un silence est attendu",
        _COORDINATOR,
        Standing.ACCOMPANYING,
        operations="pause_silence end_pause",
    ),
    see_country=act(
        "Voir combien de structures vivent dans chaque département, jamais lesquelles",
        _COORDINATOR,
        Standing.PRACTITIONER,
        Standing.TRAINER,
        Standing.MEMBER,
    ),
    see_orphans=act("Voir les structures dont personne ne répond", _COORDINATOR),
    appoint_practitioner=act(
        "Dire qui accompagne une structure, et qui en est en charge",
        _COORDINATOR,
        operations="appoint_practitioner put_in_charge set_days stand_in hand_over end_accompaniment",
    ),
    see_workloads=act("Voir, de chaque personne qui accompagne, ce qui lui est confié", _COORDINATOR),
    read_handover=act(
        "Lire ce que qui accompagne, ou a accompagné la structure, laisse à qui continue", Standing.ACCOMPANYING
    ),
    write_handover=act(
        "Écrire sa propre note de relais, jusqu’à trente jours après son dernier jour",
        Standing.AUTHOR,
        operations="write_handover",
    ),
    accompany_structure=act(
        "Être désigné·e pour accompagner une structure", Standing.PRACTITIONER, beyond_ones_own=True
    ),
    open_trajectory=act(
        "Ouvrir la trajectoire d’une structure", _COORDINATOR, Standing.ACCOMPANYING, operations="open_trajectory"
    ),
    compose_cohort=act(
        "Ouvrir une promotion et la composer",
        _COORDINATOR,
        operations="open_cohort edit_cohort join_cohort leave_cohort",
    ),
    read_cohort=act(
        "Voir une promotion\u00a0: qui voyage avec elle aujourd’hui, son calendrier, et les messages qui s’y écrivent",
        _COORDINATOR,
        *ITS_PEOPLE,
    ),
    write_to_cohort=act("Écrire à toute une promotion", _COORDINATOR, *ITS_PEOPLE, operations="write_to_cohort"),
    keep_funding=act(
        "Tenir les opérations que des financeurs soutiennent, et ce qui leur est rattaché",
        _COORDINATOR,
        operations="open_funding edit_funding attach_to_funding detach_from_funding",
    ),
    write_to_practitioner=act(
        "Écrire à qui accompagne sa structure",
        Standing.LEADER,
        Standing.BOARD,
        Standing.STAFF,
        Standing.VOLUNTEER,
        operations="write_to_practitioner",
    ),
    read_conversation=act(
        "Lire ces messages et y répondre\u00a0: la personne qui a écrit, tant qu’elle est dans la structure, et celles "
        "à qui elle a écrit, tant qu’elles l’accompagnent",
        Standing.CONCERNED,
        operations="answer_conversation",
    ),
    answer_request=act(
        "Lire les demandes d’accompagnement venues de la page publique et y répondre",
        _COORDINATOR,
        operations="answer_request close_request welcome_request",
        beyond_ones_own=True,
    ),
)


def is_permitted_towards(user: User, act: str, structure: int) -> bool:
    """Whether a role, or what binds the person to this structure, opens that line of the table of acts."""
    return is_permitted(user, act) or is_open(act, ties_of(user).standings(structure))


def can_create_structure(user: User) -> bool:
    """Coordination opens a structure's sheet."""
    return is_permitted(user, "open_structure")


def can_watch_silence(user: User, structure: Structure) -> bool:
    """Coordination, and the practitioners who accompany it."""
    return is_permitted_towards(user, "watch_silence", structure.pk)


def can_watch_some_silence(user: User) -> bool:
    """Whoever may have structures to watch; practitioners who accompany none find an empty list."""
    return is_permitted(user, "watch_silence") or is_permitted(user, "accompany_structure")


def can_see_country(user: User) -> bool:
    """Whoever holds a role in the network: numbers only, small ones veiled to who does not see the sheets."""
    return is_permitted(user, "see_country")


def can_merge_structures(user: User) -> bool:
    """Coordination alone: two sheets alike say who is accompanied, and their people will read each other."""
    return is_permitted(user, "merge_structures")


def can_import_structures(user: User) -> bool:
    """Coordination alone: an import opens many sheets at once."""
    return is_permitted(user, "import_structures")


def can_edit_structure(user: User, structure: Structure) -> bool:
    """Coordination, the practitioners who accompany it and its leaders keep the sheet."""
    return is_permitted_towards(user, "keep_sheet", structure.pk)


def can_see_structure(user: User, structure: Structure) -> bool:
    """Its people, those who accompany it, and coordination: as `visible_to` says, of a row already at hand."""
    return is_permitted_towards(user, "see_sheet", structure.pk)


def can_keep_ecosystem(user: User, structure: Structure) -> bool:
    """Whoever leads or accompanies it draws the map, together."""
    return is_permitted_towards(user, "keep_ecosystem", structure.pk)


def can_read_relations(user: User, structure: Structure) -> bool:
    """What is said of others stays between the people of the structure and those who accompany it; coordination sees
    who is on the map, not these words."""
    return is_permitted_towards(user, "read_relations", structure.pk)


def can_read_documents(user: User, structure: Structure) -> bool:
    """Its people and those who accompany it; coordination keeps the sheet, and reads no text of the structure."""
    return is_permitted_towards(user, "read_documents", structure.pk)


def can_keep_documents(user: User, structure: Structure) -> bool:
    """Whoever leads or accompanies it."""
    return is_permitted_towards(user, "keep_documents", structure.pk)


def can_remove_document(user: User, document: StructureDocument) -> bool:
    """Whoever leads or accompanies the structure; whoever added it, as long as they read its documents."""
    standings = ties_of(user).standings(document.structure_id)
    if not is_open("read_documents", standings):
        return False
    is_theirs = document.added_by_id == user.person_id
    return is_open("remove_document", standings | ({Standing.AUTHOR} if is_theirs else frozenset()))


def can_see_addresses(user: User, structure: Structure) -> bool:
    """Those who keep the sheet: people gave them to be reached by them."""
    return is_permitted_towards(user, "see_addresses", structure.pk)


def can_invite(user: User, structure: Structure) -> bool:
    """Whoever accompanies or leads it; coordination, which invites the first leader."""
    return is_permitted_towards(user, "invite_to_structure", structure.pk)


def can_decide_join(user: User, structure: Structure) -> bool:
    """Whoever leads or accompanies it: they know its people."""
    return is_permitted_towards(user, "decide_join", structure.pk)


def can_archive_structure(user: User) -> bool:
    """Coordination says whom the network still meets."""
    return is_permitted(user, "archive_structure")


def can_see_looks(user: User, structure: Structure) -> bool:
    """Its leaders and the practitioners who accompany it see who looked from outside."""
    return is_permitted_towards(user, "see_looks", structure.pk)


def can_begin_trajectory(user: User, structure: Structure) -> bool:
    """Coordination, and the practitioners who accompany the structure."""
    return is_permitted_towards(user, "open_trajectory", structure.pk)


def can_appoint_practitioner(user: User) -> bool:
    """Coordination says who accompanies whom."""
    return is_permitted(user, "appoint_practitioner")


def can_see_workloads(user: User) -> bool:
    return is_permitted(user, "see_workloads")


def can_write_handover(user: User, accompaniment: Accompaniment) -> bool:
    """One's own note, until thirty days after one's last day."""
    is_own = handed_over_by(user).filter(pk=accompaniment.pk).exists()
    return is_own and is_permitted(user, "write_handover", standings=frozenset({Standing.AUTHOR}))


def can_keep_funding(user: User) -> bool:
    """Coordination answers to funders."""
    return is_permitted(user, "keep_funding")


def can_write_to_cohort(user: User, cohort: Cohort) -> bool:
    """Whoever reads it, as long as it goes on."""
    if cohort.is_over:
        return False
    ties = ties_of(user).where("write_to_cohort")
    there = CohortPlace.objects.current().filter(cohort=cohort, structure__in=ties)
    return is_permitted(user, "write_to_cohort") or there.exists()


def can_compose_cohort(user: User) -> bool:
    """Coordination opens cohorts and says who travels in them."""
    return is_permitted(user, "compose_cohort")


def can_answer_request(user: User) -> bool:
    """Coordination reads the requests for an accompaniment and answers them."""
    return is_permitted(user, "answer_request")


def can_write_to_practitioner(user: User, structure: Structure) -> bool:
    """Anybody of the structure writes to those who accompany it."""
    return is_permitted_towards(user, "write_to_practitioner", structure.pk)


def can_see_messages(user: User, structure: Structure) -> bool:
    """The people of the structure and those who accompany it, each their own; coordination has none there."""
    return structure.pk in ties_of(user).involving


def can_answer_conversation(user: User, conversation: Conversation) -> bool:
    """Its own people, as long as those who answer for the structure today are among them: whoever opened it, and
    those of the others who still answer for it."""
    is_theirs = Conversation.objects.visible_to(user).filter(pk=conversation.pk).exists()
    standings = frozenset({Standing.CONCERNED} if is_theirs else ())
    if not is_permitted(user, "read_conversation", standings=standings):
        return False
    answering = [one for one in answering_for(conversation.structure) if one.pk != conversation.opened_by_id]
    goes_on = conversation.is_between(answering)
    return goes_on and (user.person_id == conversation.opened_by_id or user.person in answering)
