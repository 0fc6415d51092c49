"""The session ends while somebody writes: their words are given back, nothing is written by nobody."""

import pytest
from django.contrib.sessions.models import Session

from tests.signing_in import sign_in
from trajectories.models import Intervention, JournalEntry

FORM = {"minutes": "3 h", "account": "Une longue page\nécrite d’un trait.", "feelings": "De la fatigue, aussi."}


@pytest.fixture
def ines(visits):
    """Before the form of an intervention, when the session ends."""
    visitor = visits("practitioner")
    visitor.open("/")
    visitor.click("Noter une intervention pour Alpha")
    Session.objects.all().delete()
    return visitor


def test_words_are_given_back_and_nothing_is_written(ines):
    page = ines.press("Enregistrer", **FORM)
    assert (page.status, page.heading) == (403, "Votre session s’est terminée")
    given_back = page.section("Ce que vous aviez écrit")
    assert "Une longue page écrite d’un trait." in given_back
    assert 'value="De la fatigue, aussi."' in page.html
    assert (Intervention.objects.count(), JournalEntry.objects.count()) == (0, 0)


def test_texts_given_back_bear_the_names_they_had(ines):
    page = ines.press("Enregistrer", **FORM)
    labels = ["".join(one.itertext()) for one in page.tree.iter("label")]
    assert [one for one in ("Compte rendu partagé", "Ressentis") if one in labels] == [
        "Compte rendu partagé",
        "Ressentis",
    ]


def test_person_signs_in_again_and_sends_the_same_form_once(ines, cast):
    form = ines.page
    ines.press("Enregistrer", page=form, **FORM)
    sign_in(ines.client, cast.practitioner)
    page = ines.press("Enregistrer", page=form, **FORM)
    assert page.messages == ["C’est noté. Vous pouvez compléter plus tard."]
    assert Intervention.objects.get().shares.get().account == FORM["account"]


def test_reader_is_led_to_sign_in_and_back(ines, cast):
    page = ines.open(cast.trajectory_a.get_absolute_url())
    assert page.address == f"/connexion/?next={cast.trajectory_a.get_absolute_url()}"


def test_access_that_was_withdrawn_while_writing_gives_the_words_back(visits, cast):
    nadia = visits("leader")
    nadia.open(cast.trajectory_a.get_absolute_url())
    nadia.click("Reprendre ces mots")
    cast.leader.person.memberships.update(until="2024-01-01")
    page = nadia.press("Enregistrer", aim="Un texte qui ne doit pas être perdu.")
    assert page.status == 404
    assert "Un texte qui ne doit pas être perdu." in page.html
