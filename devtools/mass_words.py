"""What the mass of a network is written with: French words with their accents, some frequent, some rare."""

import random

FIRST_NAMES = [
    "Agnès",
    "André",
    "Aurélie",
    "Bérénice",
    "Camille",
    "Céline",
    "Désiré",
    "Élodie",
    "Émile",
    "Étienne",
    "Fabrice",
    "Françoise",
    "Gaëlle",
    "Gérard",
    "Hélène",
    "Hervé",
    "Inès",
    "Jérôme",
    "Joëlle",
    "Karim",
    "Léa",
    "Loïc",
    "Maëlle",
    "Mehdi",
    "Nadège",
    "Noé",
    "Océane",
    "Pénélope",
    "Quentin",
    "Raphaël",
    "Renée",
    "Salomé",
    "Sébastien",
    "Théo",
    "Ursule",
    "Valérie",
    "Véronique",
    "Xavier",
    "Yaël",
    "Zoé",
]
LAST_NAMES = [
    "Aubépin",
    "Bâtisseur",
    "Blézard",
    "Caillé",
    "Chênevert",
    "Clérac",
    "Delâge",
    "Dufaÿ",
    "Églantier",
    "Fougère",
    "Gâtinel",
    "Grenêche",
    "Hêtraie",
    "Îlot",
    "Jonquière",
    "Kervélec",
    "Lavandière",
    "Mérisier",
    "Moulinet",
    "Néflier",
    "Olivaie",
    "Prunelé",
    "Quénot",
    "Ravinel",
    "Roseraie",
    "Sorbiér",
    "Tilleul",
    "Uzège",
    "Vallée",
    "Viornel",
    "Yvrard",
    "Zélande",
]
WHAT_STRUCTURES_DO = [
    "Ressourcerie",
    "Régie",
    "Épicerie",
    "Recyclerie",
    "Crèche",
    "Ludothèque",
    "Chantier",
    "Café",
    "Atelier",
    "Maraîchage",
    "Coopérative",
    "Théâtre",
    "Médiathèque",
    "Conciergerie",
    "Jardin",
    "Garage",
    "Couture",
    "Menuiserie",
    "Fournil",
    "Habitat",
]
TITLES = [
    "Atelier tri en duo",
    "Séance de travail avec la direction",
    "Échange de pratiques",
    "Visite de l’atelier",
    "Préparation de l’assemblée générale",
    "Rencontre avec la mairie",
    "Retour sur l’essai en cours",
    "Point d’étape",
    "Journée de formation",
    "Relecture des valeurs",
]
SUBJECTS = [
    "Point d’étape",
    "Atelier d’équipe",
    "Rencontre de partenaires",
    "Séance de direction",
    "Bilan du trimestre",
]
STEPS = [
    "Appeler la mairie au sujet du local",
    "Écrire à l’équipe ce qui a été décidé",
    "Essayer l’accueil à deux pendant un mois",
    "Réunir les bénévoles du samedi",
    "Chiffrer le temps passé en coordination",
    "Relire la convention avec le conseil",
]
_BEGINNINGS = [
    "L’équipe est revenue sur {}",
    "Nous avons longuement évoqué {}",
    "La direction interroge {}",
    "Les bénévoles ont proposé de reprendre {}",
    "Il a fallu distinguer {}",
    "Une salariée a raconté {}",
    "Le conseil souhaite mettre en débat {}",
    "On a observé sur place {}",
    "Les partenaires reconnaissent désormais {}",
    "Chacun a décrit à sa façon {}",
]
_LINKS = ["avec", "malgré", "sans oublier", "dans", "par", "sous", "après", "pour"]
# From the most frequent to the rarest: the one of rank n comes about n times less often than the first.
_NOUNS = [
    *("la coopération", "l’accueil", "le travail réel", "la santé", "les bénévoles", "le territoire", "la confiance"),
    *("le planning", "la trésorerie", "le modèle économique", "la qualité du travail", "les usages", "le tri"),
    *("l’écoute", "la mutualisation", "le réemploi", "les ressources immatérielles", "la gouvernance", "le bail"),
    *("l’évaluation", "la reconnaissance", "les horaires", "la fatigue", "le bruit de l’atelier", "la pénibilité"),
    *("les commandes", "la convention pluriannuelle", "le subventionnement", "le salariat", "la transmission"),
    *("les déchets du bâtiment", "l’alimentation", "la mobilité", "l’habitat partagé", "le numérique", "la vacance"),
    *("le compagnonnage", "la fonctionnalité", "l’amortissement", "les externalités", "la sobriété", "le marché"),
    *("la péréquation", "l’essaimage", "la consignation", "le glanage", "la blanchisserie", "l’arboriculture"),
    *("la ferronnerie", "le métayage", "la vannerie", "l’oléiculture", "la maréchalerie", "le rémouleur"),
]


class Words:
    """Sentences drawn from the same stock, made once: what costs is writing them, not inventing them."""

    def __init__(self, chance: random.Random) -> None:
        weights = [1 / rank for rank in range(1, len(_NOUNS) + 1)]

        def sentence() -> str:
            begun, first, second = chance.choice(_BEGINNINGS), *chance.choices(_NOUNS, weights, k=2)
            return f"{begun.format(first)} {chance.choice(_LINKS)} {second}."

        self._sentences = [sentence() for _rank in range(5_000)]

    def sentence(self, chance: random.Random) -> str:
        return chance.choice(self._sentences)

    def account(self, chance: random.Random) -> str:
        """Five to nine sentences, as a meeting of two hours is told."""
        return " ".join(chance.choices(self._sentences, k=chance.randrange(5, 10)))
