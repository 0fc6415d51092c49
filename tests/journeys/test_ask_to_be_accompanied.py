"""Somebody without an account asks to be accompanied; the coordination finds it from home and answers."""

import pytest
from django.core import mail
from django.test import Client

from accounts.digests import ask_for_digests
from efc_platform.backstage.models import Job
from efc_platform.backstage.tasks import run_job
from structures.models import AccompanimentRequest
from tests.visitor import Visitor

WORDS = "Nous comptons des vélos et nous voudrions parler d’autre chose."


@pytest.fixture
def lea(db) -> Visitor:
    """Nobody here knows her; she begins at the front door."""
    visitor = Visitor(Client())
    visitor.open("/")
    return visitor


def ask(lea: Visitor, **typed: str) -> None:
    lea.click("Être accompagné·e")
    lea.press("Envoyer", person_name="Léa Morin", structure_name="Le Petit Plateau", message=WORDS, **typed)
    assert lea.page.heading == "Merci, votre message est arrivé"


def mails_leave() -> list[mail.EmailMessage]:
    """What a worker does when the bell rings."""
    for job_id in Job.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True):
        run_job(job_id)
    return mail.outbox


def test_somebody_asks_and_the_coordination_answers_by_mail(visits, lea):
    claire = visits("coordinator")
    claire.open("/mon-compte/notifications/")
    claire.press("Enregistrer", requests="at_once")
    ask(lea, email="lea@plateau.example")
    (told,) = mails_leave()
    assert (told.to, told.subject) == (["coordonne@essai.example"], "Une demande d’accompagnement est arrivée")
    assert "Léa" not in told.body
    assert claire.open("/").section("Demandes d’accompagnement").startswith("Le Petit Plateau Léa Morin, le ")
    page = claire.click("Le Petit Plateau")
    assert page.section("Ce qui l’amène") == f"{WORDS} Qui lit ce texte ?"
    page = claire.press("Envoyer la réponse", answer="Bonjour Léa.\nAppelez-moi mardi.")
    assert page.messages == ["La réponse est envoyée."]
    assert page.section("La réponse envoyée").startswith("Bonjour Léa. Appelez-moi mardi. Claire Aubin, le ")
    answer = mails_leave()[-1]
    assert answer.to == ["lea@plateau.example"]
    assert "Bonjour Léa.\nAppelez-moi mardi.\n\nClaire Aubin, pour la coordination" in answer.body
    assert claire.open("/").section("Demandes d’accompagnement").startswith("Personne n’attend de réponse.")
    claire.click("Toutes les demandes")
    assert "Le Petit Plateau répondue" in claire.page.words


def test_somebody_leaves_a_number_and_the_call_is_noted(visits, lea):
    ask(lea, phone="06 39 98 12 34")
    claire = visits("coordinator")
    claire.open("/")
    claire.click("Le Petit Plateau")
    page = claire.press("Noter l’appel", answer="Rendez-vous pris pour le 4.")
    assert page.messages == ["L’appel est noté."]
    assert page.section("La note de l’appel").startswith("Rendez-vous pris pour le 4. Claire Aubin, le ")
    assert mails_leave() == []
    ask_for_digests()
    mails_leave()
    (told,) = mails_leave()
    assert told.to == ["coordonne@essai.example"]
    assert "Les demandes\n- Une demande d’accompagnement est arrivée\n" in told.body


def test_request_is_closed_with_a_reason_from_its_page(visits, lea):
    ask(lea, email="lea@plateau.example")
    claire = visits("coordinator")
    claire.open("/")
    claire.click("Le Petit Plateau")
    page = claire.press("Classer la demande")
    assert page.errors() == {"close-reason": "Ce champ est obligatoire."}
    page = claire.press("Classer la demande", **{"close-reason": "Sa fiche est ouverte."})
    assert (page.heading, page.messages) == ("Demandes d’accompagnement", ["La demande est classée."])
    page = claire.click("Le Petit Plateau")
    assert page.section("Pourquoi elle est classée").startswith("Sa fiche est ouverte.")
    assert page.forms() == [form for form in page.forms() if "deconnexion" in form.get("action", "")]


def test_second_coordinator_sees_both_answers_and_one_mail_leaves(visits, lea):
    ask(lea, email="lea@plateau.example")
    claire, again = visits("coordinator"), visits("coordinator")
    for visitor in (claire, again):
        visitor.open("/")
        visitor.click("Le Petit Plateau")
    form = claire.page
    claire.press("Envoyer la réponse", answer="La première.")
    page = again.press("Envoyer la réponse", answer="La seconde.")
    assert page.status == 200
    assert "Ce qui est enregistré La première. Ce que vous avez écrit La seconde." in page.words
    assert "Votre réponse n’est pas partie." in page.words
    # The very same form again is no second answer, and says nothing of a change.
    same = claire.press("Envoyer la réponse", page=form, answer="La première.")
    assert "Ce texte a changé" not in same.words
    assert Job.objects.filter(key__startswith="mail:request-answer:").count() == 1
    assert AccompanimentRequest.objects.get().answer == "La première."


def test_empty_list_of_requests_says_where_they_come_from(visits):
    claire = visits("coordinator")
    claire.open("/")
    page = claire.click("Toutes les demandes")
    assert "Aucune demande pour l’instant" in page.words
    assert claire.click("Voir cette page").heading == "Être accompagné·e"
