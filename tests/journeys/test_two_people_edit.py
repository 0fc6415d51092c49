"""Two people edit the same text at once: the second sees both, chooses, and nothing is lost."""

import pytest

from accounts.models import Person
from tests.factories.structures import AccompanimentFactory
from tests.factories.trajectories import InterventionFactory, TrialFactory
from tests.visitor import values_of
from trajectories.models import JournalEntry, Trajectory
from trajectories.operations import JournalText, read_journal_entry


@pytest.fixture
def pair(visits, cast):
    """The two practitioners who led the same intervention, both before its form."""
    AccompanimentFactory(structure=cast.structure_a, practitioner=cast.other_practitioner.person)
    both = [cast.practitioner.person, cast.other_practitioner.person]
    made = InterventionFactory(
        title="Atelier tri",
        created_by=both[0],
        practitioners=both,
        share={"trajectory": cast.trajectory_a, "account": "Le premier jet."},
    )
    visitors = [visits("practitioner"), visits("other_practitioner")]
    for visitor in visitors:
        visitor.open(made.get_absolute_url())
        visitor.click("Corriger")
    return *visitors, made


def test_second_to_save_an_account_sees_both_texts_then_saves(pair):
    ines, hugo, made = pair
    saved = ines.press("Enregistrer", account="Le texte d’Inès.")
    assert saved.messages == ["L’intervention est corrigée."]
    overtaken = hugo.press("Enregistrer", account="Le texte de Hugo.")
    warning = overtaken.section("Ce texte a changé entre-temps : Compte rendu partagé")
    assert "Ce qui est enregistré Le texte d’Inès." in warning
    assert "Ce que vous avez écrit Le texte de Hugo." in warning
    assert (overtaken.typed("account"), overtaken.typed("version")) == ("Le texte de Hugo.", "2")
    assert made.shares.get().account == "Le texte d’Inès."
    hugo.press("Enregistrer", account="Le texte d’Inès, et celui de Hugo.")
    assert hugo.page.messages == ["L’intervention est corrigée."]
    assert made.shares.get().account == "Le texte d’Inès, et celui de Hugo."
    history = made.shares.model.pgh_event_model.objects.order_by("pgh_id").values_list("account", flat=True)
    assert list(history) == ["Le premier jet.", "Le texte d’Inès.", "Le texte d’Inès, et celui de Hugo."]


def test_every_field_that_both_changed_is_said_in_words_a_person_reads(pair):
    ines, hugo, _made = pair
    ines.press("Enregistrer", minutes="3 h", modality="peer_space", occurred_on="2024-05-14", place="remote")
    typed = {"minutes": "4 h", "modality": "partner_meeting", "place": "elsewhere", "occurred_on": "2024-05-15"}
    page = hugo.press("Enregistrer", account="Le texte de Hugo.", **typed)
    assert "3 h Ce que vous avez écrit 4 h" in page.section("Ce texte a changé entre-temps : Durée")
    assert "14 mai 2024 Ce que vous avez écrit 15 mai 2024" in page.section("Ce texte a changé entre-temps : Date")
    modality = page.section("Ce texte a changé entre-temps : Modalité")
    assert "Espace d’échange et de professionnalisation" in modality
    assert "Rencontre de partenaires" in modality
    assert "à distance Ce que vous avez écrit ailleurs" in page.section("Ce texte a changé entre-temps : Lieu")


@pytest.mark.django_db(transaction=True)
def test_what_only_one_of_the_two_changed_is_kept_without_a_question(pair):
    """The author is asked of what both changed, chooses, and both texts stay in the history."""
    ines, hugo, made = pair
    ines.press("Enregistrer", minutes="3 h", account="Le texte d’Inès.", decision="Se revoir.")
    page = hugo.press("Enregistrer", title="Tri en duo", account="Le texte de Hugo.")
    assert [
        heading for heading in ("Durée", "Titre", "Décision prise") if f"entre-temps : {heading}" in page.words
    ] == []
    assert "Le texte d’Inès. Ce que vous avez écrit Le texte de Hugo." in page.words
    typed = [page.typed(name) for name in ("minutes", "title", "decision", "account")]
    assert typed == ["3\u00a0h", "Tri en duo", "Se revoir.", "Le texte de Hugo."]
    data = dict(values_of(page.form_of("Enregistrer"))) | {"take-account": "theirs"}
    hugo.client.post(page.address, data)
    made.refresh_from_db()
    kept = made.shares.get()
    assert (made.minutes, made.title, kept.decision, kept.account) == (
        180,
        "Tri en duo",
        "Se revoir.",
        "Le texte d’Inès.",
    )


def test_correction_that_is_refused_keeps_its_text_and_says_why_beside_the_field(pair):
    ines, _hugo, made = pair
    page = ines.press("Enregistrer", minutes="", occurred_on="2099-01-01", account="Un texte que je garde.")
    assert page.errors() == {
        "minutes": "Ce champ est obligatoire.",
        "occurred_on": "Cette date est dans le futur : choisissez aujourd’hui ou un jour passé.",
    }
    assert page.typed("account") == "Un texte que je garde."
    assert made.shares.get().account == "Le premier jet."


def test_people_who_were_there_come_back_in_the_form_as_they_were_understood(pair, cast):
    ines, _hugo, made = pair
    Person.objects.filter(user=cast.leader).update(first_name="Nadia", last_name="Roussel")
    ines.press("Enregistrer", with_whom="Nadia, 4 salariées, Mme Lopez")
    form = ines.open(f"{made.get_absolute_url()}modifier/")
    assert form.typed("with_whom") == "Nadia Roussel, 4 salariées, Mme Lopez"
    ines.press("Enregistrer", title="Autre titre")
    kept = [(one.person, one.words, one.kind, one.count) for one in made.participations.all()]
    assert kept == [(cast.leader.person, "", "", 1), (None, "4 salariées", "staff", 4), (None, "Mme Lopez", "", 1)]


def test_words_of_the_trajectory_edited_by_two_are_both_shown(visits, cast):
    nadia, ines = visits("leader"), visits("practitioner")
    for visitor in (nadia, ines):
        visitor.open(cast.trajectory_a.get_absolute_url())
        visitor.click("Reprendre ces mots")
    assert nadia.press("Enregistrer", aim="Durer autrement.").messages == ["Vos mots sont enregistrés."]
    page = ines.press("Enregistrer", aim="Coopérer plus.")
    warning = page.section("Ce texte a changé entre-temps : Visée provisoire")
    assert "Durer autrement. Ce que vous avez écrit Coopérer plus." in warning
    ines.press("Enregistrer")
    assert Trajectory.objects.get(pk=cast.trajectory_a.pk).aim == "Coopérer plus."


def test_sheet_edited_by_two_is_shown_both_ways(visits, cast):
    nadia, claire = visits("leader"), visits("coordinator")
    for visitor in (nadia, claire):
        visitor.open(cast.structure_a.get_absolute_url())
        visitor.click("Modifier la fiche")
    assert nadia.press("Enregistrer", legal_form="scic").messages == ["La fiche est enregistrée."]
    page = claire.press("Enregistrer", legal_form="scop", sector="Réemploi")
    assert "Scic Ce que vous avez écrit Scop" in page.section("Ce texte a changé entre-temps : Forme juridique")
    assert page.heading == "La fiche"
    claire.press("Enregistrer")
    cast.structure_a.refresh_from_db()
    assert (cast.structure_a.legal_form, cast.structure_a.sector, cast.structure_a.version) == ("scop", "Réemploi", 3)


def test_trial_changed_by_two_is_shown_both_ways(visits, cast):
    TrialFactory(trajectory=cast.trajectory_a, title="Tri en duo", question="Qui voit quoi ?")
    nadia, ines = visits("leader"), visits("practitioner")
    for visitor in (nadia, ines):
        visitor.open(f"{cast.trajectory_a.get_absolute_url()}essais/")
        visitor.click("Tri en duo")
    assert nadia.press("Enregistrer", learnt="À deux, on parle.").messages == ["L’essai est à jour."]
    page = ines.press("Enregistrer", state="kept", learnt="À deux, on voit.")
    assert "en cours Ce que vous avez écrit conclu : gardé" in page.section(
        "Ce texte a changé entre-temps : Où en est-il"
    )
    page = ines.press("Enregistrer", learnt="")
    assert page.errors() == {"learnt": "Dites en une phrase ce que cet essai vous a appris."}
    ines.press("Enregistrer", learnt="À deux, on parle et on voit.")
    assert cast.trajectory_a.trials.get().learnt == "À deux, on parle et on voit."


def test_journal_page_open_in_two_tabs_loses_neither_text(visits, cast):
    ines = visits("practitioner")
    ines.open("/journal/nouvelle-page/")
    ines.press("Garder cette page", facts="Le premier jet.", written_on="2024-05-14")
    ines.click("14 mai 2024")
    first_tab = second_tab = ines.page
    ines.press("Garder cette page", page=first_tab, facts="Onglet un.")
    page = ines.press("Garder cette page", page=second_tab, facts="Onglet deux.")
    warning = page.section("Ce texte a changé entre-temps : Faits")
    assert "Onglet un. Ce que vous avez écrit Onglet deux." in warning
    ines.press("Garder cette page", facts="Onglet un, puis deux.")
    entry = JournalEntry.objects.get()
    assert read_journal_entry(by=cast.practitioner, entry=entry) == JournalText("Onglet un, puis deux.")
