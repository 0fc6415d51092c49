"""What lets a structure or a person be recognised: found where it stands, and nowhere else."""

import time

import pytest

from community.anonymity import Clue, commune_clues, person_clues, recognisable, structure_clues

STRUCTURE, ACRONYM = "le nom d’une structure", "le sigle d’une structure"
COMMUNE, PERSON = "la commune de la structure", "le nom d’une personne"
OWN_PERSON, EMAIL, PHONE = (
    "le nom d’une personne de la structure",
    "une adresse électronique",
    "un numéro de téléphone",
)


def found(text: str, *clues: Clue) -> list[str]:
    return [one.words for one in recognisable({"situation": text}, clues)]


def named(name: str, text: str) -> list[str]:
    return found(text, *structure_clues(name))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("Emmaüs", "Emmaüs nous a reçus.", "Emmaüs"),
        ("Emmaüs", "L’équipe d’Emmaüs nous a reçus.", "Emmaüs"),
        ("Emmaüs", "L'équipe d'Emmaüs nous a reçus.", "Emmaüs"),
        ("Emmaüs", "Chez EMMAÜS, rien n’a bougé.", "EMMAÜS"),
        ("EMMAÜS", "Chez Emmaüs, rien n’a bougé.", "Emmaüs"),
        ("Emmaüs", "Rien n’a bougé (Emmaüs).", "Emmaüs"),
        ("Emmaüs", "Rien n’a bougé chez _Emmaüs_.", "Emmaüs"),
        ("Emmaüs", "Rien n’a bougé chez **Emmaüs**.", "Emmaüs"),
        ("Emmaüs", "Emmaüs-Nord nous a reçus.", "Emmaüs"),
        ("Emmaüs", "Chez Em\u00adma\u200büs, rien n’a bougé.", "Emmaüs"),
        ("Emmaüs", "Chez Emmau\u0308s, rien n’a bougé.", "Emmaüs"),
        ("Les Seuils", "Les Seuils ont ouvert.", "Seuils"),
        ("Les Seuils", "Nous étions aux Seuils ce jour-là.", "Seuils"),
        ("Les Seuils", "Avec les Seuils, tout est lent.", "Seuils"),
        ("L’Oasis", "Une réunion à l'Oasis.", "Oasis"),
        ("L'Oasis", "Une réunion à l’Oasis.", "Oasis"),
        ("Le 104", "Une réunion au 104, enfin le 104.", "le 104"),
        ("Pain Commun", "le pain commun a rouvert", "pain commun"),
        ("Pain Commun", "Pain\u00a0Commun a rouvert.", "Pain Commun"),
        ("Pain Commun", "Pain\nCommun a rouvert.", "Pain Commun"),
        ("Pain Commun", "Pain  \u202fCommun a rouvert.", "Pain Commun"),
        ("Le Clos des Sept Terres", "au clos\n> des sept terres", "clos des sept terres"),
        ("Le Clos des Sept Terres", "au Clos des *Sept Terres*", "Clos des Sept Terres"),
        ("Saint-Éloi Réemploi", "Saint Éloi réemploi", "Saint Éloi réemploi"),
        ("Saint-Éloi Réemploi", "Saint\u2011Éloi\u00a0Réemploi", "Saint\u2011Éloi Réemploi"),
        ("L’Atelier d’Édith", "à l'atelier d'Édith", "atelier d'Édith"),
        ("Vie, Espoir", "Chez Vie, Espoir on attend.", "Vie, Espoir"),
        ("Réparer & Co", "Chez Réparer & co on attend.", "Réparer & co"),
        ("Réparer & Co", "Chez Réparer, Co dort.", None),
        ("Les Seuils", "Nous avons passé les seuils un par un.", None),
        ("Les Seuils", "Les seuils comptent.", None),
        ("Emmaüs", "Chez Emmaus, rien n’a bougé.", None),
        ("Emmaüs", "Les Emmaüsiens sont venus.", None),
        ("Alpha", "Un Alphabet, et des alphas.", None),
        ("Alpha", "Une méthode alpha.", None),
        ("Ensemble", "Nous l’avons fait ensemble.", None),
        ("Pain Commun", "Le pain. Commun accord, donc.", None),
        ("Pain Commun", "Des pains communs.", None),
        ("Pain Commun", "Le pain du bien commun.", None),
        ("Le 104", "Nous étions 104 personnes.", None),
        ("Ô", "Ô joie.", None),
    ],
)
def test_name_of_a_structure_is_found_whole_and_as_it_is_written(name, text, words):
    assert named(name, text) == ([words] if words else [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("La RTR a dit oui.", ["RTR"]),
        ("la rtr a dit oui", []),
        ("La Rtr a dit oui.", []),
        ("Les ARTRES ont dit oui.", []),
    ],
)
def test_acronym_is_found_in_capitals_only(text, words):
    assert found(text, *structure_clues("Zéphyr", "RTR")) == words


@pytest.mark.parametrize("acronym", ["", "AB", "A."])
def test_acronym_of_less_than_three_letters_is_any_word(acronym):
    assert [clue.what for clue in structure_clues("Zéphyr", acronym)] == [STRUCTURE]


@pytest.mark.parametrize(
    ("commune", "text", "words"),
    [
        ("Lens", "À Lens, tout se sait.", ["Lens"]),
        ("Lens", "Sous la lens du microscope, Lensois.", []),
        ("Saint-Omer", "Près de Saint-Omer.", ["Saint-Omer"]),
        ("Saint-Omer", "Près de Saint Omer.", ["Saint Omer"]),
        ("Le Mans", "Au Mans, tout se sait.", ["Mans"]),
        ("Les Lilas", "Aux Lilas, les lilas fleurissent.", ["Lilas"]),
        ("", "Lens", []),
    ],
)
def test_commune_is_found_with_its_capital(commune, text, words):
    assert found(text, *commune_clues(commune)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nadia Petit a parlé.", ["Nadia Petit"]),
        ("nadia petit a parlé", ["nadia petit"]),
        ("PETIT Nadia a parlé.", ["PETIT Nadia"]),
        ("Nadia\nPetit a parlé.", ["Nadia Petit"]),
        ("Nadia a parlé. Petit silence.", []),
        ("Madame Petit a parlé.", []),
        ("Nadia a parlé.", []),
    ],
)
def test_full_name_of_somebody_of_any_structure_is_found(text, words):
    assert found(text, *person_clues("Nadia", "Petit")) == words


@pytest.mark.parametrize(
    ("last_name", "text", "words"),
    [
        ("Petit", "Madame Petit a parlé.", ["Petit"]),
        ("PETIT", "Madame Petit a parlé.", ["Petit"]),
        ("Petit", "Madame PETIT a parlé.", ["PETIT"]),
        ("Petit", "un petit silence", []),
        ("Petit", "Petit-déjeuner pris ensemble.", []),
        ("Martin", "La Saint-Martin est passée.", []),
        ("Martin", "Le bureau de Martin.", ["Martin"]),
        ("Le Goff", "Monsieur Le Goff est venu.", ["Le Goff"]),
        ("Le Goff", "M. le goff est venu.", ["le goff"]),
        ("D’Hondt", "Chez d’Hondt.", ["d’Hondt"]),
        ("N’Diaye", "Madame N'Diaye.", ["N'Diaye"]),
    ],
)
def test_last_name_alone_is_found_for_the_people_of_the_structure_told_of(last_name, text, words):
    assert found(text, *person_clues("Zoé", last_name, is_of_the_structure=True)) == words


def test_somebody_with_a_first_name_only_is_not_looked_for():
    assert list(person_clues("Rose", "", is_of_the_structure=True)) == []


@pytest.mark.parametrize(
    "address",
    ["nadia@exemple.fr", "n.petit+tri@mail.exemple.org", "nadia (at) exemple.fr", "nadia[arobase]exemple.fr"],
)
def test_email_address_is_always_found(address):
    assert recognisable({"done": f"Écrire à {address}, vite."}, [])[0].what == EMAIL


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "Le Clos des Sept Terres",
            "voir https://www.closdesseptterres.fr/equipe, vite",
            "https://www.closdesseptterres.fr/equipe",
        ),
        ("Le Clos des Sept Terres", "voir clos-des-sept-terres.fr.", "clos-des-sept-terres.fr"),
        (
            "Le Clos des Sept Terres",
            "voir [leur site](https://exemple.org/clos-des-sept-terres)",
            "https://exemple.org/clos-des-sept-terres",
        ),
        ("Les Sœurs d’Éloi", "voir lessoeursdeloi.org", "lessoeursdeloi.org"),
        ("Emmaüs", "voir www.emmaus.fr", "www.emmaus.fr"),
        ("Les Seuils", "voir lesseuils.fr", "lesseuils.fr"),
        ("Les Seuils", "voir https://www.seuils-critiques.org/articles", None),
        ("Ensemble", "voir https://www.ensemble-autrement.fr", None),
        ("Les Ans", "voir https://www.cesansla.fr", None),
        ("Le Clos des Sept Terres", "voir https://www.anact.fr/espaces-de-discussion", None),
    ],
)
def test_web_address_that_bears_the_name_of_a_structure_is_found(name, text, words):
    findings = recognisable({"done": text}, structure_clues(name))
    assert [(one.words, one.what) for one in findings] == (
        [(words, "une adresse web où se lit le nom d’une structure")] if words else []
    )


def test_last_name_in_a_web_address_may_be_a_place():
    clues = list(person_clues("Zoé", "Martin", is_of_the_structure=True))
    assert recognisable({"done": "voir www.martin.fr"}, clues) == []
    assert [one.words for one in recognisable({"done": "voir www.zoe-martin.fr"}, clues)] == ["www.zoe-martin.fr"]


@pytest.mark.parametrize(
    "number",
    [
        *("0612345678", "06 12 34 56 78", "06.12.34.56.78", "06-12-34-56-78", "06\u00a012\u00a034\u00a056\u00a078"),
        *("+33 6 12 34 56 78", "+33 (0)6 12 34 56 78", "0033612345678", "+32 475 12 34 56", "+262 692 12 34 56"),
    ],
)
def test_telephone_number_is_always_found(number):
    assert recognisable({"done": f"Appeler le {number}."}, [])[0].what == PHONE


@pytest.mark.parametrize(
    "text",
    [
        *("De 2019 à 2024.", "12 345 678 euros.", "Le 06/12 à 14 h 30.", "1 234 567 890", "@home, à 8 h"),
        "Un ratio de 0,12345678.",
    ],
)
def test_other_numbers_and_signs_are_left_alone(text):
    assert recognisable({"done": text}, []) == []


def test_each_finding_says_its_part_its_words_and_what_they_name():
    texts = {"title": "Chez Alpha", "context": "Une commune : Lens. Alpha, Alpha.", "done": "Rien."}
    findings = recognisable(texts, [*structure_clues("Alpha"), *commune_clues("Lens")])
    assert [(one.part, one.words, one.what) for one in findings] == [
        ("title", "Alpha", STRUCTURE),
        ("context", "Lens", COMMUNE),
        ("context", "Alpha", STRUCTURE),
    ]


def test_what_stands_inside_a_longer_finding_is_told_once():
    clues = [*person_clues("Nadia", "Petit", is_of_the_structure=True), *structure_clues("Petit")]
    assert [(one.words, one.what) for one in recognisable({"done": "Nadia Petit, puis Petit."}, clues)] == [
        ("Nadia Petit", PERSON),
        ("Petit", OWN_PERSON),
    ]


def test_thousands_of_names_and_long_texts_take_a_blink():
    clues = [clue for rank in range(3000) for clue in person_clues(f"Prénom{rank}", f"Nom{rank}")]
    texts = {"done": "mot " * 5_000 + "Prénom2999 Nom2999", "situation": "a" * 20_000, "kept": "0" * 20_000}
    begun = time.monotonic()
    assert [one.words for one in recognisable(texts, clues)] == ["Prénom2999 Nom2999"]
    assert time.monotonic() - begun < 2


def test_thousands_of_names_and_of_addresses_take_a_blink():
    clues = [clue for rank in range(3000) for clue in structure_clues(f"La Fabrique du Lieu {rank}")]
    addresses = [f"a{rank}.fr/x" for rank in range(2_000)]
    begun = time.monotonic()
    findings = recognisable({"done": " ".join([*addresses, "lafabriquedulieu2999.fr"])}, clues)
    assert [one.words for one in findings] == ["lafabriquedulieu2999.fr"]
    assert time.monotonic() - begun < 2
