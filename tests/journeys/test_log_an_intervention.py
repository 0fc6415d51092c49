"""An intervention logged from home in two steps: shared with the structure, its journal kept for oneself."""

from django.utils import timezone

from tests.factories.structures import AccompanimentFactory
from tests.factories.trajectories import AppointmentFactory
from trajectories.models import Intervention, JournalEntry, NextStep

TODAY_LOGGED = {
    "minutes": "1 h 30",
    "modality": "work_organisation",
    "with_whom": "Nadia, 4 salariées et 6 bénévoles",
    "account": "L’équipe du tri raconte ses gestes.",
    "title": "Atelier tri",
    "decision": "Essayer le tri en duo.",
    "open_question": "Qui décide de ce que l’on garde ?",
    "next_step": "Envoyer la grille à Nadia",
    "due_on": "2030-01-15",
    "feelings": "J’ai eu peur d’aller trop vite.",
}


def log_from_home(visitor):
    """Two steps: the button beside the structure, then the form."""
    visitor.open("/")
    visitor.click("Noter une intervention pour Alpha")
    return visitor.press("Enregistrer", **TODAY_LOGGED)


def test_practitioner_logs_from_home_in_two_steps_and_reads_it_back(visits):
    ines = visits("practitioner")
    page = log_from_home(ines)
    assert page.messages == ["C’est noté. Vous pouvez compléter plus tard."]
    assert page.heading == "Atelier tri"
    assert page.section("Compte rendu").startswith("L’équipe du tri raconte ses gestes.")
    assert "Décision prise Essayer le tri en duo." in page.words
    assert page.section("Qui était là").startswith("Nadia Roussel, 4 salariées, 6 bénévoles. Avec Inès Carrel")
    assert page.section("Ce qui a été promis").startswith("15 janv. Envoyer la grille à Nadia Ajouter un prochain pas")
    assert "J’ai eu peur d’aller trop vite." in page.section("Mon journal de bord")
    assert Intervention.objects.get().occurred_on == timezone.localdate()


def test_practitioner_sees_it_on_the_dashboard_and_in_the_journal(visits, cast):
    ines = visits("practitioner")
    log_from_home(ines)
    dashboard = ines.open(cast.trajectory_a.get_absolute_url())
    assert "Temps partagés 1 intervention, 1 h 30" in dashboard.words
    assert "Atelier tri" in dashboard.section("Ce qui s’est passé")
    assert "Envoyer la grille à Nadia" in dashboard.section("À faire")
    journal = ines.open("/journal/")
    assert "À propos de Atelier tri" in journal.words
    assert "J’ai eu peur d’aller trop vite." in journal.words


def test_next_form_begins_with_the_last_time_and_ones_habits(visits):
    ines = visits("practitioner")
    log_from_home(ines)
    ines.open("/")
    page = ines.click("Noter une intervention pour Alpha")
    last_time = page.section("La dernière fois")
    assert "Atelier tri" in last_time
    assert "Décidé : Essayer le tri en duo." in last_time
    assert "Promis : Envoyer la grille à Nadia (15 janv.)" in last_time
    assert "Question ouverte : Qui décide de ce que l’on garde ?" in last_time
    assert (page.typed("modality"), page.typed("place")) == ("work_organisation", "on_site")
    assert page.typed("occurred_on") == timezone.localdate().isoformat()
    assert page.typed("account") == ""


def test_home_reminds_of_it_before_the_next_meeting(visits, cast):
    AppointmentFactory(trajectory=cast.trajectory_a)
    ines = visits("practitioner")
    log_from_home(ines)
    page = ines.open("/")
    assert page.heading == "Bonjour Inès"
    assert "Atelier tri" in page.section("Avant de revoir Alpha")
    assert "Envoyer la grille à Nadia" in page.section("Ce qui est promis")


def test_leader_reads_the_account_and_never_the_journal(visits):
    log_from_home(visits("practitioner"))
    nadia = visits("leader")
    dashboard = nadia.open("/")
    assert dashboard.heading == "Alpha"
    assert "Atelier tri" in dashboard.section("Ce qui s’est passé")
    page = nadia.click("Atelier tri")
    assert "L’équipe du tri raconte ses gestes." in page.section("Compte rendu")
    assert "peur" not in page.words
    assert "Mon journal de bord" not in page.words
    assert "Corriger" not in page.links


def test_leader_ticks_the_promise_then_takes_it_back(visits):
    log_from_home(visits("practitioner"))
    nadia = visits("leader")
    nadia.open("/")
    page = nadia.press("Fait : Envoyer la grille à Nadia")
    assert page.messages == ["C’est fait : bravo, et merci pour les suivants."]
    assert page.section("À faire").startswith("Rien n’est promis pour l’instant.")
    page = nadia.click("Tous les prochains pas")
    assert "par Nadia Roussel" in page.section("Fait")
    page = nadia.press("Remettre à faire : Envoyer la grille à Nadia")
    assert page.messages == ["C’est remis à faire."]
    assert NextStep.objects.open().count() == 1


def test_colleague_reads_the_account_but_neither_sees_nor_opens_the_journal(visits, cast):
    log_from_home(visits("practitioner"))
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    hugo = visits("other_practitioner")
    page = hugo.open(Intervention.objects.get().get_absolute_url())
    assert "L’équipe du tri raconte ses gestes." in page.words
    assert "peur" not in page.words
    assert "Votre journal est vide" in hugo.open("/journal/").words
    entry = JournalEntry.objects.get()
    assert hugo.open(f"/journal/{entry.public_id}/").status == 404


def test_coordination_knows_it_took_place_without_reading_it(visits):
    log_from_home(visits("practitioner"))
    page = visits("coordinator").open(Intervention.objects.get().get_absolute_url())
    assert page.heading == "Organisation du travail et de l’activité"
    assert page.section("Compte rendu").startswith("Ce compte rendu est réservé à d’autres")
    assert "11 personnes de la structure ou autour d’elle." in page.section("Qui était là")
    assert [word for word in ("gestes", "duo", "garde ?", "grille", "peur") if word in page.words] == []


def test_errors_are_said_beside_their_fields_and_nothing_typed_is_lost(visits):
    ines = visits("practitioner")
    ines.open("/")
    ines.click("Noter une intervention pour Alpha")
    typed = {"minutes": "trois fois rien", "occurred_on": "2099-01-01", "account": "", "due_on": "2030-01-15"}
    page = ines.press("Enregistrer", **typed, feelings="Un texte que je garde.")
    assert page.errors() == {
        "occurred_on": "Cette date est dans le futur : choisissez aujourd’hui ou un jour passé.",
        "minutes": "Écrivez une durée, par exemple « 3 h », « 1 h 30 » ou « 45 min ».",
        "account": "Ce champ est obligatoire.",
        "next_step": "Une échéance est posée : dites ce qui est prévu ce jour-là.",
    }
    assert "Il reste quelque chose à reprendre avant d’enregistrer" in page.words
    kept = {name: page.typed(name) for name in (*typed, "feelings")}
    assert kept == typed | {"feelings": "Un texte que je garde."}
    assert (Intervention.objects.count(), JournalEntry.objects.count(), NextStep.objects.count()) == (0, 0, 0)


def test_structure_is_asked_for_when_one_does_not_come_from_its_page(visits, cast):
    ines = visits("practitioner")
    ines.open("/")
    ines.click("Noter une intervention")
    page = ines.press("Enregistrer", minutes="3 h", account="Un texte.")
    assert page.errors() == {"trajectory": "Ce champ est obligatoire."}
    page = ines.press("Enregistrer", trajectory=str(cast.trajectory_a.public_id))
    assert page.heading == "Formation / déformation des dirigeants"


def test_practitioner_without_a_structure_is_told_why_the_form_is_empty(visits):
    page = visits("other_practitioner").open("/interventions/nouvelle/")
    assert "Aucune trajectoire ouverte pour l’instant" in page.words
    assert page.forms()[:-1] == []
