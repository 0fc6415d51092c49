"""Three contents of a progress report: nothing yet, an ordinary one, and far too much."""
# ruff: noqa: E501 - what people write stays in one piece

from dataclasses import replace
from datetime import date, timedelta

from trajectories.evolution import Word
from trajectories.reports import (
    LEVEL_MEANINGS,
    Cell,
    DimensionLine,
    EffectLine,
    Fact,
    Figure,
    InterventionLine,
    LevelLine,
    MoveLine,
    PastLevel,
    ProgressReportContent,
    Quote,
    ResourceLine,
    SettlementLine,
    StepLine,
    StoryMoment,
    TrialLine,
    VerbatimLine,
    ViewpointLine,
)

LEVEL_NAMES = ("Déjà-là", "Mise en question", "Expérimentation", "Structuration", "Coopération élargie")
LEVELS = tuple(LevelLine(name, meaning) for name, meaning in zip(LEVEL_NAMES, LEVEL_MEANINGS.values(), strict=True))
VIEWPOINTS = (
    ViewpointLine("direction", "Direction"),
    ViewpointLine("accompaniment", "Accompagnement"),
    ViewpointLine("team", "Équipe"),
    ViewpointLine("partner", "Partenaire"),
)
START, MIDWAY, LAST = date(2025, 3, 6), date(2025, 12, 2), date(2026, 11, 12)
DIMENSIONS = (
    # code, name, short name, spoke, start, midway, last (direction, accompaniment, team, partner)
    ("D1", "Travail vivant et reconnaissance", "Travail vivant", "Travail vivant", 2, (2, 2, 2, None), (3, 3, 2, None)),
    ("D2", "Ressources immatérielles", "Ressources immatérielles", "Ressources", 1, (2, 2, None, None), (3, 2, 2, 2)),
    (
        "D3",
        "Organisation du travail et coopération interne",
        "Coopération interne",
        "Coopération",
        2,
        (2, 3, 2, None),
        (2, 3, 2, 3),
    ),
    (
        "D4",
        "Solution servicielle et performance d’usage",
        "Solution servicielle",
        "Solution",
        1,
        (2, 1, None, None),
        (3, 2, 3, None),
    ),
    ("D5", "Modèle de revenus et contractualisation", "Modèle de revenus", "Modèle", 1, (1, 1, 1, None), (1, 2, 1, 1)),
    (
        "D6",
        "Relations avec bénéficiaires, partenaires et fournisseurs",
        "Relations externes",
        "Relations",
        2,
        (2, 2, 2, None),
        (2, 3, 3, 4),
    ),
    (
        "D7",
        "Écosystème coopératif territorial et externalités",
        "Écosystème territorial",
        "Écosystème",
        2,
        (3, 2, 2, None),
        (4, 2, 2, 3),
    ),
    (
        "D8",
        "Gouvernance, évaluation et partage de la valeur",
        "Gouvernance et valeur",
        "Gouvernance",
        1,
        (1, 2, 1, None),
        (2, 2, 2, None),
    ),
    ("D9", "Visée stratégique et soutenabilité", "Visée", "Visée", 3, (3, 3, 3, None), (3, 4, 3, None)),
)
REMARKS = {"D1": "sans objet", "D8": "pas assez d’éléments"}
FACTS = {
    "D1": (
        (
            0,
            "Le relais de 13 h est tenu trois jours sur cinq ; les deux autres, la directrice l’a remplacé elle-même.",
            "Que faudrait-il lâcher pour tenir les cinq jours ?",
        ),
        (
            1,
            "Deux arbitrages invisibles ont été nommés pendant la matinée rejouée : qui rassure le déposant, qui décide de ce qui part en benne.",
            "",
        ),
        (
            2,
            "« On en parle, mais le soir c’est encore nous qui courons. » Les plannings n’ont pas bougé depuis septembre.",
            "Qui voit ce qui se passe au quai après 16 h ?",
        ),
    ),
    "D4": (
        (0, "La fiche d’accueil demande désormais ce que la personne vient chercher, et non ce qu’elle dépose.", ""),
    ),
    "D5": (
        (
            1,
            "Le bailleur accepte de discuter d’un forfait d’usage pour les appartements à vider.",
            "Que serait une bonne année pour lui ?",
        ),
    ),
    "D7": (
        (
            0,
            "La mairie, un bailleur et deux crèches se sont retrouvés trois fois ; la dernière rencontre a fixé une règle commune.",
            "",
        ),
        (
            1,
            "Les trois rencontres ont été préparées par la Ressourcerie seule ; personne d’autre n’a encore pris l’animation.",
            "Qui tiendrait la prochaine rencontre ?",
        ),
        (3, "Nous venons parce que la directrice nous appelle. C’est vivant, mais cela tient à elle.", ""),
    ),
    "D9": (
        (
            1,
            "Le bureau a refusé un marché de collecte qui demandait de doubler les tonnages.",
            "À quoi renonçons-nous encore ?",
        ),
    ),
}


def _past(code: str, midway, last) -> tuple[PastLevel, ...]:
    dated = ((MIDWAY, midway), (LAST, last))
    return tuple(
        PastLevel(viewpoint.key, on, level)
        for on, levels in dated
        for viewpoint, level in zip(VIEWPOINTS, levels, strict=True)
        if level is not None
    )


# On word only in one place, old in another; of the rest nobody noted it.
HELD = {
    ("D1", 0): ("sur parole, il y a 3\u00a0mois", True, False),
    ("D4", 0): ("sur document, il y a 30\u00a0mois, ancien", False, True),
}
CRITERIA = {"D7": "Les liens tiennent à plusieurs personnes, de part et d’autre."}


def _dimension(code, name, short_name, spoke, start, midway, last) -> DimensionLine:
    cells = tuple(
        Cell(level, "" if level else REMARKS.get(code, "pas encore lu"), *HELD.get((code, rank), ()))
        for rank, level in enumerate(last)
    )
    facts = tuple(
        Fact(
            VIEWPOINTS[rank],
            LAST,
            LEVEL_NAMES[last[rank] - 1],
            fact,
            question,
            held=HELD.get((code, rank), ("",))[0],
            criterion=CRITERIA.get(code, ""),
        )
        for rank, fact, question in FACTS.get(code, ())
    )
    past = _past(code, midway, last)
    words, moves = _over_time(code, past), _moves(midway, last)
    return DimensionLine(
        code, name, short_name, spoke, start, cells, code == "D9", facts, past, words, moves, "" if moves else STILL
    )


STILL = "Direction : toujours « Déjà-là », relue en novembre 2026"


def _over_time(code: str, past: tuple[PastLevel, ...]) -> tuple[Word, ...]:
    """The levels, and of one dimension a silence of each kind."""
    read = [
        Word(one.viewpoint_key, one.read_on, "level", one.level, one.level, LEVEL_NAMES[one.level - 1]) for one in past
    ]
    if code == "D4":
        read.append(Word("accompaniment", date(2026, 3, 1), "not_applicable", None, None, "sans objet"))
    if code == "D8":
        read.append(Word("team", date(2026, 3, 1), "not_enough_evidence", None, None, "pas assez d’éléments"))
    return tuple(sorted(read, key=lambda one: one.on))


def _moves(midway, last) -> tuple[MoveLine, ...]:
    return tuple(
        MoveLine(viewpoint, "a bougé", f"{LEVEL_NAMES[a - 1]} (décembre 2025), puis {LEVEL_NAMES[b - 1]}")
        for viewpoint, a, b in zip(VIEWPOINTS, midway, last, strict=True)
        if a and b and a != b
    )


HEADINGS = (
    ("Point de départ", "Formation / déformation des dirigeants"),
    ("Matinée au quai", "Organisation du travail et de l’activité"),
    ("", "Espace d’échange et de professionnalisation"),
    ("Visite croisée avec la crèche Les Petits Pas", "Rencontre de partenaires"),
    ("Atelier « tri en duo »", "Organisation du travail et de l’activité"),
    ("", "Formation / déformation des dirigeants"),
)
ACCOUNTS = (
    "La directrice et le bureau racontent l’activité par ses volumes, puis s’arrêtent sur ce qui ne se compte pas : "
    "l’accueil, la patience, les histoires que portent les objets.\n\nNous convenons de commencer par regarder le travail "
    "tel qu’il se fait, au moment du dépôt.",
    "Une matinée rejouée fait apparaître deux arbitrages invisibles : qui rassure le déposant, qui décide de ce qui part en benne.",
    "Les bénévoles décrivent ce qu’ils font quand la file s’allonge. Plusieurs disent l’apprendre en l’entendant.",
)


def _interventions(count: int) -> tuple[InterventionLine, ...]:
    return tuple(
        InterventionLine(
            START + timedelta(days=round(600 * rank / max(count - 1, 1))),
            HEADINGS[rank % 6][0] or HEADINGS[rank % 6][1],
            HEADINGS[rank % 6][1],
            (180, 150, 90, 45)[rank % 4],
            ("sur place", "à distance")[rank % 5 == 4],
            ("Inès Carrel", "Hugo Lemaire")[: 1 + rank % 2],
            ("Nadia Roussel, 4 personnes salariées et 6 bénévoles", "le bureau", "Nadia Roussel")[rank % 3],
            (("Travail vivant", "Coopération interne"), ("Modèle de revenus",), ())[rank % 3],
            ACCOUNTS[rank % 3],
            "Essayer un temps de relais à 13 h, pendant un mois." if rank % 4 == 1 else "",
            "Qui décide de ce qui part en benne ?" if rank % 4 == 2 else "",
        )
        for rank in range(count)
    )


def usual() -> ProgressReportContent:
    return ProgressReportContent(
        structure_name="La Ressourcerie des Trois Rives",
        started_on=START,
        period_start=START,
        period_end=date(2026, 11, 23),
        established_on=date(2026, 11, 23),
        requested_for="le conseil d’administration",
        practitioners=("Inès Carrel", "Hugo Lemaire"),
        cohort_name="Vallée",
        lead="Partie d’un malaise devant le paiement à la tonne, la Ressourcerie a appris à nommer ce que ses salariées et ses "
        "bénévoles font tenir. Elle essaie aujourd’hui un temps de relais quotidien et prépare, avec la mairie et un bailleur, "
        "une autre base d’échange.",
        quote=Quote(
            "On nous paie à la tonne alors que l’essentiel, c’est le lien.", "Nadia, directrice, le jour du départ"
        ),
        figures=(
            Figure("20\u00a0mois", "de trajectoire"),
            Figure("12", "interventions, 24\u00a0heures"),
            Figure("31", "personnes ont pris part"),
            Figure("3", "essais en cours, 2 gardés"),
        ),
        story=(
            StoryMoment(
                START,
                "Point de départ",
                "La directrice et le bureau racontent l’activité par ses volumes, puis s’arrêtent sur ce qui ne se compte pas.",
                True,
            ),
            StoryMoment(
                date(2025, 10, 14),
                "Visite croisée",
                "Avec une crèche associative, l’équipe découvre que l’on peut clore une séance par un engagement de méthode.",
            ),
            StoryMoment(MIDWAY, "Lecture à trois voix", "", True),
            StoryMoment(
                date(2026, 10, 21),
                "Atelier « tri en duo »",
                "Une matinée rejouée fait apparaître deux arbitrages invisibles. Décision d’essayer un temps de relais à 13 h.",
            ),
            StoryMoment(
                LAST,
                "Lecture à quatre voix",
                "L’équipe voit moins de marge d’ajustement que la direction. Le désaccord est gardé comme question pour décembre.",
                True,
            ),
        ),
        viewpoints=VIEWPOINTS,
        levels=LEVELS,
        dimensions=tuple(_dimension(*row) for row in DIMENSIONS),
        interventions=_interventions(12),
        trials=(
            TrialLine(
                "Un temps de relais à 13 h",
                "en cours",
                "Le relais change-t-il la fin de journée au tri ?",
                "Trois jours sur cinq, la file est plus courte ; il manque une personne le mercredi.",
                gap="La réunion du lundi lit le planning, et personne ne dit ce qui craque.",
                watched="La file de 16 h, et ce qui se dit pendant le relais.",
                days="depuis septembre 2026",
            ),
            TrialLine("Une fiche d’accueil sans poids", "gardé", "", "On parle autrement aux personnes qui déposent."),
            TrialLine("Un bureau ouvert aux bénévoles", "proposé"),
        ),
        verbatims=(
            VerbatimLine(
                "1",
                date(2026, 10, 9),
                "Avant, le silence au quai, c’était la fatigue. Maintenant ça peut être que tout roule.",
                "un valoriste",
            ),
        ),
        effects=(
            EffectLine(
                "Rester pour réparer",
                "les personnes qui déposent le samedi",
                date(2026, 4, 11),
                "Six personnes sur la matinée ont gardé l’objet qu’elles venaient laisser, après un quart d’heure à l’établi.",
                "constaté",
                "Le pays de Redon",
            ),
            EffectLine(
                "Des logements rendus sans honte",
                "les familles du bailleur",
                date(2026, 9, 2),
                "« On m’a laissé le temps de trier », dit une fille venue vider l’appartement de sa mère.",
                "dit par les personnes concernées",
            ),
        ),
        settlements=(
            SettlementLine(
                date(2026, 5, 20),
                "Coopération interne",
                "Nous gardons le désaccord",
                "Nous regarderons ensemble les trois prochains plannings.",
                (
                    ("Direction", "Je ne valide plus, et je le dis."),
                    ("Accompagnement", "Tant que le signe est attendu, la décision reste là où elle était."),
                ),
            ),
        ),
        resources=(
            ResourceLine(
                date(2026, 5, 6),
                "developed",
                "Confiance développée",
                "Le gardien prévient de lui-même avant un départ.",
                "le quai et le bailleur",
            ),
            ResourceLine(
                date(2026, 10, 1), "weakened", "Compétence fragilisée", "Personne n’a pu remplacer le tri électrique."
            ),
            ResourceLine(date(2026, 9, 9), "uncertain", "Santé incertaine", "On court moins, sauf le mercredi."),
        ),
        next_steps=(
            StepLine("Relire le compte rendu de l’atelier avec l’équipe du tri", date(2026, 11, 28), "Oumou Diarra"),
            StepLine(
                "Inviter la mairie et le bailleur à une rencontre de partenaires", date(2026, 12, 1), "Nadia Roussel"
            ),
            StepLine("Choisir le fait marquant à partager"),
        ),
        open_questions=(
            "Comment faire reconnaître ce que salariées et bénévoles font tenir au moment du dépôt ?",
            "Qui tiendrait la prochaine rencontre ?",
        ),
    )


def empty() -> ProgressReportContent:
    day = date(2026, 11, 23)
    return ProgressReportContent("Les Jardins partagés", day, day, day, day)


def very_long() -> ProgressReportContent:
    ordinary = usual()
    word, sentence = (
        "anticonstitutionnellement" * 16,
        "Une phrase qui revient et que rien n’arrête, ni la page ni le soir. ",
    )
    account = f"{sentence * 70}\n\n{word}"
    return replace(
        ordinary,
        structure_name="Association intercommunale pour la préservation, la réparation, la transmission et le réemploi solidaire des "
        "objets du quotidien et des savoir-faire de la confluence de la Vilaine et de l’Oust",
        practitioners=tuple(f"Personne accompagnante numéro {rank}" for rank in range(1, 6)),
        lead=f"{sentence * 12}\n{word}",
        quote=Quote(sentence * 5, word[:120]),
        figures=(*ordinary.figures, Figure("1\u00a0234", f"mots {word[:60]}")),
        story=tuple(
            replace(moment, title=word if rank == 1 else moment.title, text=moment.text * 6)
            for rank, moment in enumerate(ordinary.story * 6)
        ),
        dimensions=tuple(_lengthened(line, sentence, word) for line in ordinary.dimensions),
        interventions=tuple(
            replace(
                line, account=account if rank % 10 == 0 else line.account, with_whom=line.with_whom * (1 + rank % 6)
            )
            for rank, line in enumerate(_interventions(60))
        ),
        trials=ordinary.trials * 5,
        effects=ordinary.effects * 4 + (EffectLine(word, word, LAST, account, word, word),),
        settlements=ordinary.settlements * 4 + (SettlementLine(LAST, word, word, account, ((word, account),)),),
        resources=ordinary.resources * 5 + (ResourceLine(LAST, "weakened", word, account, word),),
        verbatims=ordinary.verbatims * 5 + (VerbatimLine("2", LAST, word, word[:90]),),
        next_steps=(*ordinary.next_steps * 5, StepLine(word, LAST, word[:90])),
        open_questions=(*ordinary.open_questions, word),
    )


def _lengthened(line: DimensionLine, sentence: str, word: str) -> DimensionLine:
    facts = tuple(
        Fact(viewpoint, LAST, LEVEL_NAMES[(cell.level or 1) - 1], sentence * 8 + word, sentence * 2)
        for viewpoint, cell in zip(VIEWPOINTS, line.cells, strict=True)
    )
    name = f"{line.name} {word[:80]}"
    return replace(
        line,
        name=name,
        short_name=name[:40],
        spoke_name=f"{line.spoke_name} {word[:12]}"[:20],
        facts=facts,
        is_debated=True,
    )
