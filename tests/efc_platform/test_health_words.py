"""Words that speak of somebody's health, and those that only look like it."""

import pytest

from efc_platform.shared.health_words import health_words

SPEAKS = [
    "Nadia est en arrêt maladie depuis mardi.",
    "L’encadrant est en arrêt jusqu’à la rentrée.",
    "Il a été mis en arrêt par son médecin.",
    "Un arrêt de travail de trois semaines.",
    "Elle reprend en mi-temps thérapeutique.",
    "La trésorière est malade.",
    "Sa maladie l’oblige à réduire ses heures.",
    "Le directeur sort d’un burn-out.",
    "un BURN OUT l’an dernier",
    "On sent du surmenage.",
    "un épuisement professionnel reconnu",
    "Il traverse une dépression.",
    "Elle est dépressive depuis l’hiver.",
    "Il prend des antidépresseurs.",
    "suivie par une psychologue depuis mars",
    "hospitalisé deux fois",
    "Il est sous traitement.",
    "un traitement médical lourd",
    "Son cancer est revenu.",
    "Sa chimio le fatigue.",
    "après son AVC",
    "un bénévole diabétique",
    "Son fils est autiste.",
    "Une salariée en situation de handicap.",
    "deux personnes handicapées dans l’équipe",
    "Sa RQTH n’est pas connue de l’équipe.",
    "déclaré inapte à son poste",
    "une addiction dont il parle peu",
    "des problèmes d’alcool",
    "Il est alcoolique.",
    "Elle est enceinte de cinq mois.",
    "Il se fait opérer jeudi.",
    "une opération du genou",
    "un mal au dos qui revient",
    "des TMS chez les cuisinières",
    "un accident du travail en mai",
    "absente pour raisons de santé",
    "Sa santé l’inquiète.",
    "sa santé mentale",
    "Elle a parlé de se suicider, d’idées suicidaires.",
]
IS_SILENT = [
    "La santé de l’association se lit dans ses comptes.",
    "Une bonne santé financière.",
    "Sa santé financière est fragile.",
    "L’état de santé de l’association préoccupe le conseil.",
    "La maison de santé est un partenaire.",
    "L’assurance maladie finance l’atelier.",
    "La caisse primaire d’assurance-maladie nous reçoit.",
    "Les maladies des plantes au verger.",
    "Le traitement des déchets pèse sur les coûts.",
    "Le traitement de texte ne suffit plus.",
    "Le traitement des données personnelles.",
    "La sous-traitance nous échappe.",
    "Le bus ne marque plus l’arrêt devant la boutique.",
    "L’atelier est à l’arrêt depuis la panne.",
    "Une dépression atmosphérique a vidé le marché.",
    "La dépression économique du bassin.",
    "Nous sommes addicts au volume.",
    "L’addiction aux subventions est un sujet de débat.",
    "Ni boissons alcooliques ni publicité.",
    "Du gel hydroalcoolique à l’entrée.",
    "La référente handicap du réseau passera.",
    "La distance est un handicap pour recruter.",
    "Dans l’enceinte de la ferme.",
    "Le projet est opérationnel.",
    "La fracture numérique s’élargit.",
    "Un cancérologue anime la soirée.",
    "Ce système malade de ses chiffres.",
    "Le soin du travail et des relations.",
    "Prendre soin de l’équipe.",
    "Le médecin du village est venu à la fête.",
    "Une économie malade de la vitesse.",
    "Depuis le Covid, le public a changé.",
]


@pytest.mark.parametrize("phrase", SPEAKS)
def test_phrase_that_speaks_of_health_is_noticed(phrase):
    assert health_words(phrase) != []


@pytest.mark.parametrize("phrase", IS_SILENT)
def test_phrase_that_only_looks_like_it_is_left_alone(phrase):
    assert health_words(phrase) == []


def test_accents_capitals_and_apostrophes_make_no_difference():
    assert health_words("EN ARRET MALADIE, crise d'angoisse, crise d’angoisse") == [
        "EN ARRET MALADIE",
        "crise d'angoisse",
        "crise d’angoisse",
    ]


def test_words_are_given_as_they_were_written_and_once_each():
    text = "Son arrêt maladie dure\u00a0; un\narrêt maladie, encore. Puis un arrêt\u00a0maladie."
    assert health_words(text) == ["arrêt maladie", "arrêt\u00a0maladie"]


def test_a_word_that_looks_like_it_hides_no_other():
    assert health_words("L’assurance maladie rembourse son arrêt maladie.") == ["arrêt maladie"]
