"""Coordination opens a structure, entrusts it to somebody, and its trajectory begins."""

import pytest
from django.utils import timezone

from structures.models import Structure


@pytest.fixture
def claire(visits):
    """The coordinator, on the sheet that was just opened."""
    visitor = visits("coordinator")
    visitor.open("/")
    visitor.click("Nouvelle structure")
    visitor.press(
        "Enregistrer", name="La Recyclerie", commune_name="Lens", department="Pas-de-Calais", postcode="62300"
    )
    return visitor


def gamma() -> Structure:
    return Structure.objects.get(name="La Recyclerie")


def test_coordination_opens_a_sheet_with_little(claire):
    assert claire.page.messages == ["La fiche de La Recyclerie est ouverte."]
    assert claire.page.heading == "La Recyclerie"
    assert "Lens (Pas-de-Calais)" in claire.page.words
    assert claire.page.section("Qui l’accompagne").startswith("Personne pour l’instant.")
    home = claire.open("/")
    assert "La Recyclerie personne ne l’accompagne" in home.section("À confier")
    assert "La Recyclerie" in home.section("Trajectoires à ouvrir")


def test_coordination_appoints_a_practitioner_who_finds_it_at_home(claire, visits, cast):
    claire.click("Confier à quelqu’un")
    page = claire.press("Enregistrer", practitioner=str(cast.other_practitioner.person.pk), is_lead="on")
    assert page.messages == ["Hugo Lemaire accompagne La Recyclerie à partir d’aujourd’hui."]
    assert page.section("Qui l’accompagne").startswith("Hugo Lemaire en charge")
    hugo = visits("other_practitioner")
    hugo.open("/structures/")
    assert hugo.click("La Recyclerie").heading == "La Recyclerie"


def test_trajectory_opens_and_is_on_both_homes(claire, visits, cast):
    claire.click("Confier à quelqu’un")
    claire.press("Enregistrer", practitioner=str(cast.other_practitioner.person.pk))
    claire.click("Ouvrir la trajectoire")
    page = claire.press("Ouvrir")
    assert page.messages == ["La trajectoire est ouverte."]
    assert page.heading == "La Recyclerie"
    assert "Chemin parcouru 0 mois Temps partagés 0 intervention" in page.words
    assert "Aucune lecture n’est encore partagée." in page.section("Où en sommes-nous ?")
    assert gamma().trajectories.get().started_on == timezone.localdate()
    home = visits("other_practitioner").open("/")
    assert "La Recyclerie Aucune intervention notée" in home.section("Mes structures")
    assert "Aucune rencontre n’est fixée pour l’instant." in home.words


def test_second_trajectory_is_refused_on_the_page(claire):
    claire.click("Ouvrir la trajectoire")
    form = claire.page
    claire.press("Ouvrir")
    again = claire.press("Ouvrir", page=form)
    assert "Cette structure a déjà une trajectoire ouverte." in again.words
    assert gamma().trajectories.count() == 1


def test_people_are_written_down_and_leave(claire):
    claire.click("Ajouter sans inviter")
    page = claire.press(
        "Ajouter", first_name="Samia", last_name="Bel", role="leader", function="Directrice", gender="f"
    )
    assert page.messages == ["Samia Bel est dans la structure."]
    assert page.section("Les personnes").startswith("Samia Bel, Directrice Dirigeance")
    page = claire.press("Retirer Samia Bel de la structure")
    assert page.messages == ["Samia Bel ne fait plus partie de la structure."]
    assert page.section("Les personnes").startswith("Personne n’est encore inscrit ici.")


def test_somebody_written_down_with_the_address_of_an_account_does_not_open_the_structure_to_it(claire, visits):
    claire.click("Ajouter sans inviter")
    claire.press("Ajouter", first_name="Quelqu’un", role="leader", email="personne@essai.example")
    assert "La Recyclerie" not in visits("nobody").open("/").words
    assert visits("nobody").open(gamma().get_absolute_url()).status == 404


def test_practitioner_who_stops_no_longer_sees_the_structure(claire, visits, cast):
    claire.click("Confier à quelqu’un")
    claire.press("Enregistrer", practitioner=str(cast.other_practitioner.person.pk))
    hugo = visits("other_practitioner")
    assert hugo.open(gamma().get_absolute_url()).status == 200
    page = claire.press("Terminer l’accompagnement par Hugo Lemaire")
    assert page.messages == ["Hugo Lemaire n’accompagne plus La Recyclerie."]
    assert hugo.open(gamma().get_absolute_url()).status == 404
    assert "La Recyclerie" not in hugo.open("/structures/").words


def test_errors_of_the_sheet_are_beside_their_fields(visits):
    claire = visits("coordinator")
    claire.open("/structures/nouvelle/")
    page = claire.press("Enregistrer", name="", founded_in="98", postcode="6237", presentation="Un texte que je garde.")
    assert page.errors() == {
        "name": "Ce champ est obligatoire.",
        "founded_in": "Écrivez l’année sur quatre chiffres, par exemple 1998.",
        "postcode": "Un code postal compte cinq chiffres, par exemple 62370.",
    }
    assert page.typed("presentation") == "Un texte que je garde."


def test_errors_of_a_person_and_of_an_appointment_are_beside_their_fields(claire):
    claire.click("Ajouter sans inviter")
    page = claire.press("Ajouter", first_name="", email="samia")
    assert page.errors() == {
        "first_name": "Ce champ est obligatoire.",
        "email": "Saisissez une adresse de courriel valide.",
    }
    claire.open(gamma().get_absolute_url())
    claire.click("Confier à quelqu’un")
    assert claire.press("Enregistrer").errors() == {"practitioner": "Ce champ est obligatoire."}


def test_same_place_twice_is_refused_beside_the_role(claire):
    claire.click("Ajouter sans inviter")
    form = claire.page
    identity = {"first_name": "Quelqu’un", "role": "staff", "email": "personne@essai.example"}
    claire.press("Ajouter", page=form, **identity)
    again = claire.press("Ajouter", page=form, **identity)
    assert again.status == 200
    assert gamma().memberships.count() == 1
    claire.click("Ajouter sans inviter")
    page = claire.press("Ajouter", **identity)
    assert list(page.errors()) == ["role"]
    assert "a déjà ce rôle dans la structure." in page.errors()["role"]


def test_day_far_ahead_is_refused_beside_its_field(claire):
    claire.click("Ouvrir la trajectoire")
    page = claire.press("Ouvrir", started_on="2099-01-01")
    assert page.errors() == {"started_on": "Vérifiez l’année : cette date est trop loin."}
