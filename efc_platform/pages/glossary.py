"""The words of the EFC in plain French: one entry for each term that a leader may meet."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@dataclass(frozen=True)
class Definition:
    """One word: its anchor, how it is written, what it means, and the words it leads to."""

    slug: str
    term: str
    plain: str
    see_also: tuple[str, ...] = ()

    @property
    def related(self) -> tuple["Definition", ...]:
        return tuple(BY_SLUG[slug] for slug in self.see_also)


@dataclass(frozen=True)
class Theme:
    """Words that are better understood together."""

    slug: str
    title: str
    definitions: tuple[Definition, ...]


THE_WAY = Theme(
    "chemin",
    "Le chemin",
    (
        Definition(
            "efc",
            "Économie de la fonctionnalité et de la coopération (EFC)",
            "Une façon de faire vivre une activité en cherchant ce qui change utilement pour des gens et pour un lieu, "
            "au lieu d’en produire ou d’en vendre toujours plus. Cela se fait à plusieurs. Une ressourcerie peut, par "
            "exemple, aider un quartier à faire durer ses objets plutôt que compter les tonnes qui entrent.",
            ("effets-utiles", "logique-de-volume"),
        ),
        Definition(
            "structure",
            "Structure",
            "Ici, votre association, votre coopérative, votre mutuelle ou votre petite entreprise de l’économie "
            "sociale et solidaire. Un seul mot pour n’oublier personne.",
        ),
        Definition(
            "trajectoire",
            "Trajectoire",
            "La route que suit votre structure, avec ses avancées, ses détours et ses retours en arrière. Elle n’a pas "
            "de ligne d’arrivée et ne se compare à celle de personne : on la regarde de temps en temps pour choisir la "
            "suite.",
            ("visee", "lecture"),
        ),
        Definition(
            "visee",
            "Visée",
            "Ce vers quoi vous voulez aller, dit avec vos mots et toujours provisoire. « Que plus personne ici ne "
            "jette faute de savoir réparer » est une visée ; « grandir de 10 % » n’en est pas une.",
            ("trajectoire",),
        ),
        Definition(
            "modele-economique",
            "Modèle économique",
            "Tout ce qui fait tenir votre activité : ce que vous apportez et à qui, avec quel travail, quelles "
            "ressources, et qui contribue en retour. L’argent en fait partie, comme le temps des bénévoles ou la "
            "confiance d’une mairie.",
            ("logique-de-volume", "partage-de-la-valeur"),
        ),
        Definition(
            "logique-de-volume",
            "Logique de volume",
            "Quand l’équilibre dépend du nombre : plus d’heures, de repas, de tonnes ou d’inscriptions, donc plus de "
            "recettes. À la longue, elle use les équipes et consomme davantage, même quand le projet souhaite "
            "l’inverse.",
            ("modele-economique", "performance-d-usage"),
        ),
        Definition(
            "deformation",
            "Formation / déformation",
            "Apprendre, et aussi se défaire de ce qui semblait aller de soi. Découvrir que l’on juge une bonne journée "
            "au nombre de passages est une déformation : on peut ensuite regarder autre chose.",
            ("logique-de-volume",),
        ),
    ),
)

WORK = Theme(
    "travail",
    "Le travail et ce qui le nourrit",
    (
        Definition(
            "travail-vivant",
            "Travail vivant",
            "Ce que chaque personne met d’elle-même pour que le travail tienne : de l’attention, de l’astuce, du "
            "jugement. Un bénévole qui comprend qu’un dépôt de meubles suit un deuil, et prend le temps d’écouter, "
            "fait un travail vivant qu’aucune fiche de poste ne décrit.",
            ("travail-reel", "ressources-immaterielles"),
        ),
        Definition(
            "travail-reel",
            "Travail réel",
            "Ce qui se fait pour de bon, imprévus et arbitrages compris, à côté de ce qui était demandé ou prévu. "
            "L’écart entre les deux n’est pas une faute : c’est souvent là qu’on apprend le plus.",
            ("travail-vivant",),
        ),
        Definition(
            "ressources-immaterielles",
            "Ressources immatérielles",
            "Ce dont vous dépendez et qui ne se compte pas : la confiance, les compétences, la santé des personnes, la "
            "justesse de ce que vous proposez. Elles grandissent ou s’abîment selon la façon de travailler ; un temps "
            "de relais entre deux équipes suffit parfois à en prendre soin.",
            ("confiance", "cooperation"),
        ),
        Definition(
            "confiance",
            "Confiance",
            "Pouvoir compter sur quelqu’un sans vérifier à chaque fois, et lui dire ce qui ne va pas. Elle se voit "
            "dans ce que l’on se permet : une clé laissée, une erreur racontée le jour même.",
        ),
        Definition(
            "competence",
            "Compétence",
            "Ce que l’on sait faire ensemble quand la situation sort du prévu, et que l’on continue d’apprendre. Un "
            "diplôme n’en dit qu’un bout ; une remplaçante que l’équipe aide à tenir son poste en dit un autre.",
        ),
        Definition(
            "pertinence",
            "Pertinence",
            "La justesse de ce que l’on propose pour les gens à qui on le destine. Elle se perd sans bruit, quand "
            "leur vie change et que l’offre reste la même.",
        ),
        Definition(
            "sante",
            "Santé",
            "Ce que le travail donne ou prend à celles et ceux qui le font : de l’élan, du sommeil, le souffle pour "
            "la suite. On en parle ici d’un collectif et d’une organisation, jamais de l’état d’une personne.",
        ),
        Definition(
            "cooperation",
            "Coopération",
            "Faire son travail en tenant compte de celui des autres, et pouvoir en parler quand ça frotte. C’est plus "
            "que se répartir les tâches : l’atelier trie autrement parce que la boutique lui a raconté ce qui reste en "
            "rayon.",
            ("ecosysteme-cooperatif-territorial",),
        ),
    ),
)

EFFECTS = Theme(
    "effets",
    "Ce que vous rendez possible",
    (
        Definition(
            "solution-servicielle",
            "Solution servicielle",
            "Une réponse qui réunit objets, services et relations autour de ce que la personne cherche à vivre. Plutôt "
            "que vendre un vélo, aider quelqu’un à rouler toute l’année : le choix, l’entretien, les conseils, un prêt "
            "l’hiver.",
            ("performance-d-usage", "effets-utiles"),
        ),
        Definition(
            "performance-d-usage",
            "Performance d’usage",
            "Ce que vaut une solution dans la vraie vie de qui s’en sert. Un repas livré à l’heure mais laissé dans "
            "l’assiette respecte la commande ; un repas partagé avec appétit rend le service attendu.",
            ("effets-utiles", "logique-de-volume"),
        ),
        Definition(
            "effets-utiles",
            "Effets utiles",
            "Ce qui devient meilleur pour quelqu’un, et que cette personne reconnaît : réparer seule, oser appeler un "
            "voisin, mieux dormir. On les repère en écoutant et en observant, avant de chercher un chiffre.",
            ("externalites", "fait-observe"),
        ),
        Definition(
            "externalites",
            "Externalités",
            "Ce que votre activité provoque sans l’avoir cherché, chez d’autres ou dans la nature, en bien ou en mal. "
            "Des camionnettes qui encombrent la rue en sont une ; des gens qui se parlent devant la boutique aussi.",
            ("effets-utiles",),
        ),
    ),
)

TOGETHER = Theme(
    "territoire",
    "Avec qui, et qui décide",
    (
        Definition(
            "ecosysteme-cooperatif-territorial",
            "Écosystème coopératif territorial",
            "Des acteurs différents d’un même lieu (associations, entreprises, mairie, habitantes et habitants) qui "
            "s’engagent durablement les uns envers les autres pour mieux se nourrir, se loger ou se soigner. Plus "
            "qu’un carnet d’adresses : chacun y met du sien et les règles se décident ensemble.",
            ("cooperation", "gouvernance"),
        ),
        Definition(
            "gouvernance",
            "Gouvernance",
            "Qui discute, qui décide, et de quoi. Un conseil d’administration qui parle du travail et de ses effets "
            "avant d’ouvrir les comptes a déjà changé de gouvernance.",
            ("partage-de-la-valeur",),
        ),
        Definition(
            "partage-de-la-valeur",
            "Partage de la valeur",
            "Les règles qui disent à qui revient ce que l’on crée ensemble : les salaires, les réserves, le temps, la "
            "reconnaissance, ce qui retourne au territoire. Ne pas les écrire, c’est déjà en choisir une.",
            ("gouvernance", "modele-economique"),
        ),
    ),
)

READING = Theme(
    "lectures",
    "Lire où l’on en est",
    (
        Definition(
            "referentiel",
            "Référentiel",
            "La carte commune à toutes les trajectoires suivies ici : des dimensions à regarder et, pour chacune, des "
            "repères décrits. Il sert à se poser les mêmes questions, jamais à noter. S’il change un jour, vos "
            "lectures passées gardent la version avec laquelle vous les avez faites.",
            ("dimension", "repere"),
        ),
        Definition(
            "dimension",
            "Dimension",
            "Un angle sous lequel regarder une trajectoire : le travail vivant, le modèle de revenus, la visée… Rien "
            "n’oblige à les parcourir toutes le même jour.",
            ("critere", "referentiel"),
        ),
        Definition(
            "critere",
            "Critère",
            "Un signe que l’on peut voir ou entendre, et qui aide à lire une dimension. C’est un pense-bête, pas une "
            "case à cocher.",
            ("dimension",),
        ),
        Definition(
            "repere",
            "Repère",
            "Une des cinq situations décrites pour chaque dimension, de « Déjà-là » à « Coopération élargie ». On "
            "choisit celle qui ressemble le plus à la vôtre aujourd’hui. Les repères ne s’additionnent pas et n’ont "
            "pas de moyenne.",
            ("deja-la", "fait-observe"),
        ),
        Definition(
            "lecture",
            "Lecture",
            "Un regard daté sur la trajectoire, depuis un point de vue : pour une dimension, un repère et le fait qui "
            "l’appuie. Une fois scellée, elle ne change plus ; c’est seulement alors que les autres la découvrent, ou, "
            "dans un tour de lecture, quand tous les regards le sont.",
            ("point-de-vue", "repere"),
        ),
        Definition(
            "point-de-vue",
            "Point de vue",
            "L’endroit d’où l’on regarde : la direction, l’équipe, l’accompagnement, un partenaire. Quand deux points "
            "de vue s’écartent, personne n’a tort : voilà un sujet de conversation.",
            ("lecture",),
        ),
        Definition(
            "fait-observe",
            "Fait observé",
            "Une chose précise que quelqu’un a vue, entendue ou lue, et sur laquelle repose le repère choisi. « Mardi, "
            "deux bénévoles ont refait le planning sans attendre » est un fait ; « l’équipe est autonome » est une "
            "conclusion.",
            ("repere", "appui"),
        ),
        Definition(
            "appui",
            "Appui",
            "Ce qui fait tenir un fait : on l’a dit, on l’a vu, c’est écrit, ou quelqu’un d’extérieur le dit aussi. Il "
            "est daté, et peut mener à une intervention, un essai ou un document. Un repère sur parole n’est pas moins "
            "vrai : il reste à montrer.",
            ("fait-observe",),
        ),
        Definition(
            "sans-objet",
            "Sans objet",
            "Cette dimension ne concerne pas votre structure en ce moment. Ce n’est ni un oubli ni un zéro, et la "
            "prochaine lecture peut dire autre chose.",
            ("pas-assez-d-elements",),
        ),
        Definition(
            "pas-assez-d-elements",
            "Pas assez d’éléments",
            "Personne n’a encore vu de quoi se prononcer. Le dire est honnête, et indique souvent la prochaine chose à "
            "aller regarder de près.",
            ("sans-objet", "fait-observe"),
        ),
        Definition(
            "accordage",
            "Accordage",
            "De courts récits, que chacun·e lit de son côté avec les mots du référentiel, sans savoir ce qu’y lisent "
            "les autres. Ensuite on regarde si ces mots disent la même chose à tout le monde : comme des "
            "musiciens avant de jouer, on accorde les mots, pas les personnes.",
            ("referentiel", "kappa"),
        ),
        Definition(
            "kappa",
            "Kappa pondéré",
            "Le chiffre d’une formulation, jamais de quelqu’un : il compare les écarts entre lectures à ceux que le "
            "hasard donnerait. À 1, tout le monde choisit le même repère ; à 0, le hasard ferait aussi bien. Sur peu "
            "de récits il bouge vite, et parfois il ne veut rien dire.",
            ("accordage",),
        ),
        Definition(
            "deja-la",
            "Déjà-là",
            "Ce que vous aviez et faisiez avant de commencer, parfois sans le nommer : des gestes, des liens, une "
            "réputation. C’est aussi le nom du premier repère, puisque toute trajectoire part de là.",
            ("repere", "ressources-immaterielles"),
        ),
    ),
)

SUPPORT = Theme(
    "ensemble",
    "Avancer, pas à pas",
    (
        Definition(
            "accompagnement",
            "Accompagnement",
            "Le bout de route convenu entre votre structure et une personne qui l’aide à avancer, avec un début et une "
            "fin. Elle n’apporte pas de recette : elle questionne, observe, relie, et apprend avec vous.",
            ("intervention", "promotion"),
        ),
        Definition(
            "promotion",
            "Promotion",
            "Des structures qui cheminent pendant la même période : journées communes, visites, coups de main. Chacune "
            "garde son rythme, et peut arriver ou partir quand elle veut.",
            ("deformation",),
        ),
        Definition(
            "intervention",
            "Intervention",
            "Un moment d’accompagnement qui a eu lieu : un atelier, une visite, une réunion du conseil. On en garde la "
            "date, la durée, qui était là et ce qu’il en reste.",
            ("modalite", "compte-rendu"),
        ),
        Definition(
            "modalite",
            "Modalité",
            "La forme que prend une intervention : former la direction, travailler l’organisation, réunir des pairs, "
            "rencontrer des partenaires. Cela aide à voir ce qui a été tenté, et ce qui ne l’a pas encore été.",
            ("intervention",),
        ),
        Definition(
            "compte-rendu",
            "Compte rendu",
            "Le texte que l’on partage après une intervention : ce qui s’est passé, ce qui a été décidé, ce qui reste "
            "ouvert. Il se lit dans la structure et parmi celles et ceux qui l’accompagnent.",
            ("intervention", "journal-de-bord"),
        ),
        Definition(
            "journal-de-bord",
            "Journal de bord",
            "Un carnet privé pour noter des faits, des ressentis et des interprétations. Seule la personne qui l’écrit "
            "peut le lire ; il est chiffré et aucun bilan ne le reprend.",
            ("compte-rendu",),
        ),
        Definition(
            "cercle",
            "Cercle",
            "Qui peut lire un texte. Il y en a sept, du plus étroit au plus large : moi seulement, l’équipe "
            "d’accompagnement, la direction et cette équipe, la structure et cette équipe, les personnes présentes, la "
            "communauté, tout le monde. Chaque texte dit le sien, et une page en donne les noms.",
            ("compte-rendu", "espace-d-echange"),
        ),
        Definition(
            "espace-d-echange",
            "Espace d’échange",
            "Un moment où l’on parle de son travail entre personnes qui le vivent. Pour que la parole y soit libre, "
            "son compte rendu se lit entre « personnes présentes » : celles qui y étaient et qui l’ont animé, pas la "
            "dirigeance. On sait seulement qu’il a eu lieu.",
            ("cercle", "travail-reel"),
        ),
        Definition(
            "essai",
            "Essai",
            "Quelque chose de modeste que l’on tente pour apprendre, une question en tête : trois semaines de relais à "
            "13 h, par exemple. Arrêter un essai en sachant pourquoi est un résultat.",
            ("prochain-pas", "retour-d-experience"),
        ),
        Definition(
            "phase",
            "Phase",
            "Un temps du chemin, avec ses dates : un premier contact, une exploration, un cheminement à plusieurs… Les "
            "phases se chevauchent, on y revient, et rien n’oblige à les prendre dans un ordre.",
            ("essai",),
        ),
        Definition(
            "prochain-pas",
            "Prochain pas",
            "Ce que l’on a promis de faire ensuite, assez concret pour savoir quand c’est fait : « inviter la mairie "
            "avant la fin du mois ». Avec une date et un nom, quand c’est possible.",
            ("essai",),
        ),
        Definition(
            "retour-d-experience",
            "Retour d’expérience",
            "Une situation vécue, racontée pour que d’autres en tirent quelque chose, sans cacher ce qui a résisté. "
            "Rien n’en sort de votre structure sans votre accord.",
            ("fait-observe", "controverse"),
        ),
        Definition(
            "controverse",
            "Controverse",
            "Un désaccord qui dure et que l’on garde, avec ses raisons, parce qu’il fait réfléchir. Entre personnes "
            "qui accompagnent, « rester sans conclure fragilise l’équipe » en est une : personne n’a à la gagner.",
            ("retour-d-experience",),
        ),
        Definition(
            "fiche",
            "Fiche",
            "Un outil, un concept ou une méthode en une page : ce qu’on cherche, comment s’en servir, à quelles "
            "conditions, avec quelles limites. La communauté l’écrit et la reprend à plusieurs.",
            ("retour-d-experience",),
        ),
        Definition(
            "bilan-de-trajectoire",
            "Bilan de trajectoire",
            "Un document à imprimer ou à envoyer, qui raconte une période de votre trajectoire. Il rassemble ce qui a "
            "été partagé, jamais un journal, et ne change plus une fois prêt.",
            ("trajectoire", "lecture"),
        ),
    ),
)

THEMES = (THE_WAY, WORK, EFFECTS, TOGETHER, READING, SUPPORT)
DEFINITIONS = tuple(definition for theme in THEMES for definition in theme.definitions)
BY_SLUG = {definition.slug: definition for definition in DEFINITIONS}


@login_not_required
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """Open to anyone: a link to a word works before one has an account."""
    return render(request, "pages/glossary.html", {"themes": THEMES})
