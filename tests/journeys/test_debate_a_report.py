"""A member of the community tells an experience, shares it, is disagreed with, and answers."""

import pytest
from django.utils import timezone

from accounts.models import Person
from community.models import Contribution, ExperienceReport

TOLD = {
    "title": "La carte restée blanche",
    "context": "Une association de mobilité d’une douzaine de personnes, sur un plateau.",
    "situation": "Personne ne prenait le feutre.\n\n> On ne dessine pas ses voisins.",
    "resisted": "Le silence, une heure durant.",
    "question": "Que faire d’une carte que personne ne veut tracer ?",
}
DISAGREED = "Vous appelez silence ce qui était un refus : chez nous, insister a coûté la confiance de deux communes."


@pytest.fixture
def sofia(visits, cast):
    """The member, before the community's page."""
    Person.objects.filter(user=cast.member).update(first_name="Sofia", last_name="Benali")
    visitor = visits("member")
    visitor.open("/")
    visitor.click("Communauté")
    return visitor


def written(sofia, **more):
    sofia.click("Écrire un retour d’expérience")
    return sofia.press("Garder le brouillon", **TOLD | more)


def shared(sofia):
    written(sofia)
    sofia.click("Partager")
    sofia.press(
        "Partager avec la communauté",
        is_about_structure="yes",
        consent_on=timezone.localdate().isoformat(),
        consent_scope="Entre pairs",
    )
    return sofia.press("Partager")


def test_title_is_enough_and_the_draft_waits_at_home(sofia, visits):
    sofia.click("Écrire un retour d’expérience")
    page = sofia.press("Garder le brouillon", title="La carte restée blanche")
    assert page.messages == ["Le brouillon est gardé. Vous et vos co-auteur·es êtes seul·es à le lire."]
    sofia.click("Communauté")
    assert sofia.page.section("Mes brouillons") == "La carte restée blanche"
    assert "La carte restée blanche" not in visits("practitioner").open("/communaute/").words
    sofia.click("La carte restée blanche")
    sofia.click("Modifier")
    sofia.press("Enregistrer", kept="Laisser le feutre sur la table.")
    assert "Ce que nous en gardons Laisser le feutre sur la table." in sofia.page.words


def test_report_is_corrected_until_nobody_is_recognised_then_shared(sofia, visits, cast):
    written(sofia, kept="Chez Alpha, on attend.")
    sofia.click("Partager")
    assert "« Alpha », le nom d’une structure" in sofia.page.section("Avant de partager")
    sofia.click("Reprendre le texte")
    sofia.press("Enregistrer", kept="On attend.")
    sofia.click("Partager")
    sofia.press("Partager avec la communauté", is_about_structure="no")
    page = sofia.press("Partager")
    assert page.messages == ["C’est partagé. La communauté peut le lire et y répondre."]
    assert "La carte restée blanche" in visits("practitioner").open("/communaute/").links


def test_disagreement_stays_open_and_is_answered(sofia, visits, cast):
    shared(sofia)
    hugo = visits("other_practitioner")
    hugo.open("/communaute/")
    hugo.click("La carte restée blanche")
    hugo.click("Contribuer au débat")
    refused = hugo.press("Contribuer", kind="disagreement", text="Je ne crois pas.")
    assert refused.errors()["text"].startswith("Un désaccord aide quand il donne ses raisons")
    hugo.press("Contribuer", text=DISAGREED)
    assert hugo.page.messages == ["Votre contribution est dans le débat."]
    sofia.click("Communauté")
    waiting = "Hugo Lemaire, sur « La carte restée blanche »"
    assert waiting in sofia.page.section("Désaccords restés sans réponse")
    sofia.click(waiting)
    assert f"Désaccord argumenté reste ouvert {DISAGREED}" in sofia.page.section("Le débat")
    sofia.click("Répondre à Hugo Lemaire")
    assert DISAGREED in sofia.page.section("Ce à quoi vous répondez")
    sofia.press("Répondre", text="C’est juste : nous avons pris un refus pour de la timidité.")
    debate = sofia.page.section("Le débat")
    assert "Réponse C’est juste : nous avons pris un refus pour de la timidité. Sofia Benali" in debate
    assert "reste ouvert" in debate
    sofia.click("Communauté")
    assert "Désaccords restés sans réponse" not in sofia.page.words


def test_contribution_is_rewritten_then_taken_back(sofia, visits, cast):
    shared(sofia)
    hugo = visits("other_practitioner")
    hugo.open("/communaute/")
    hugo.click("La carte restée blanche")
    hugo.click("Contribuer au débat")
    hugo.press("Contribuer", kind="question", text="Qui avait choisi la carte ?")
    hugo.click("Modifier mon texte")
    page = hugo.press("Enregistrer", text="Qui avait choisi la carte, et quand ?")
    assert page.messages == ["Votre texte est modifié ; ce qu’il était reste lisible."]
    page = hugo.press("Retirer mon texte")
    assert page.messages == ["Votre contribution est retirée ; les réponses qu’elle a reçues restent."]
    assert page.section("Le débat").startswith("Question de clarification Contribution retirée par son auteur·e.")
    assert Contribution.objects.standing().count() == 0


def test_report_taken_back_is_hidden_at_once(sofia, visits):
    page = shared(sofia)
    hugo = visits("other_practitioner")
    assert hugo.open(page.address).status == 200
    assert sofia.press("Retirer").messages[0].startswith("Le texte est retiré : la communauté ne le lit plus.")
    assert hugo.open(page.address).status == 404
    assert "La carte restée blanche" not in hugo.open("/communaute/").words
    assert ExperienceReport.objects.get().state == "draft"


def test_sheet_is_written_by_one_cited_and_completed_by_another(sofia, visits):
    sofia.click("Toutes les fiches")
    sofia.click("Écrire une fiche")
    sofia.press("Enregistrer", kind="tool", title="Le feutre posé", intention="Attendre.", usage="Le poser, se taire.")
    hugo = visits("other_practitioner")
    hugo.open("/communaute/")
    hugo.click("Outils")
    hugo.click("Le feutre posé")
    hugo.click("Modifier la fiche")
    hugo.press("Enregistrer", limits="Quand le temps manque.")
    assert hugo.page.section("Qui l’écrit").startswith("Sofia Benali et Hugo Lemaire")
    hugo.click("Communauté")
    hugo.click("Écrire un retour d’expérience")
    choice = next(one for one in hugo.page.tree.iter("label") if "Le feutre posé" in "".join(one.itertext()))
    hugo.press("Garder le brouillon", **TOLD, resources=next(choice.iter("input")).get("value"))
    assert "Le feutre posé" in hugo.page.section("Outils et concepts mobilisés")
