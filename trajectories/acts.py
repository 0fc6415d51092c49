"""What may be done with a trajectory and with the référentiel, and by whom: the table that people read, too."""

from accounts.permissions import Standing, act, declare
from structures.permissions import ITS_PEOPLE

_STEERING = (Standing.ACCOMPANYING, Standing.LEADER)

declare(
    "trajectories",
    "Les trajectoires",
    20,
    read_shared_texts=act(
        "Lire les mots de la trajectoire, les essais, les prochains pas, les faits et les questions des lectures "
        "partagées, les tours de lecture et leurs rencontres",
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
    pass_to_version=act(
        "Faire passer une trajectoire à une autre version du référentiel, ou l’y faire revenir",
        *_STEERING,
        operations="pass_to_version",
    ),
    start_reading=act(
        "Écrire une lecture, depuis sa place", *ITS_PEOPLE, operations="start_reading start_round_reading"
    ),
    prepare_round=act(
        "Préparer un tour de lecture, laisser de côté un regard qui n’est pas venu, suspendre ses rappels",
        *_STEERING,
        operations="prepare_round leave_out_view set_round_reminders",
    ),
    settle=act(
        "Noter ce qu’une rencontre a donné, dimension par dimension",
        *_STEERING,
        Standing.AUTHOR,
        operations="settle_dimension",
    ),
    reopen_reading=act(
        "Demander à reprendre une lecture d’un tour, ou y consentir, pour le regard que l’on a écrit",
        Standing.AUTHOR,
        operations="ask_reopening agree_reopening",
    ),
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
        "add_criterion remove_part order_parts correct_correspondence",
    ),
)
