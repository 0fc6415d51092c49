"""A report told, shared, disagreed with and answered, with a keyboard alone and then on a phone."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs
from tests.browser.keyboard import PHONE, fill_in, follow, stops_unseen, tab_to
from tests.browser.visiting import WIDER_THAN_THE_SCREEN, violations_of

pytestmark = pytest.mark.browser
TITLE = "Le feutre que personne ne prenait"
DISAGREED = "Vous appelez silence ce qui était un refus : chez nous, insister a coûté la confiance de deux communes."


def test_report_is_told_shared_disagreed_with_and_answered_by_keyboard(open_as: OpenAs):
    sofia, ines = open_as("communaute"), open_as("accompagnement")
    _tell(sofia)
    _share(sofia)
    _disagree(ines)
    _answer(sofia)
    expect(sofia.get_by_text("reste ouvert")).to_be_visible()
    assert violations_of(sofia) == []


def _tell(page: Page) -> None:
    page.goto("/communaute/")
    follow(page, page.get_by_role("link", name="Écrire un retour d’expérience"))
    page.wait_for_url("**/retours/nouveau/")
    fill_in(page, page.get_by_label("Titre"), TITLE)
    fill_in(page, page.get_by_label("Le contexte"), "Une association de mobilité, sur un plateau.")
    fill_in(page, page.get_by_label("La situation"), "La carte est restée blanche une heure durant.")
    fill_in(page, page.get_by_label("Ce qui a résisté"), "Le silence, et notre envie de le remplir.")
    fill_in(page, page.get_by_label("La question adressée à la communauté"), "Que faire d’une carte blanche ?")
    follow(page, page.get_by_text("Période, co-auteur·es, dimensions"))
    tab_to(page, page.get_by_label("Coopération interne"))
    page.keyboard.press("Space")
    follow(page, page.get_by_role("button", name="Garder le brouillon"))
    expect(page.get_by_text("Le brouillon est gardé.")).to_be_visible()


def _share(page: Page) -> None:
    follow(page, page.get_by_role("link", name="Partager", exact=True))
    tab_to(page, page.get_by_label("Ce texte vient d’une structure"))
    page.keyboard.press("Space")
    page.get_by_label("Accord donné le").fill(timezone.localdate().isoformat())
    fill_in(page, page.get_by_label("À quoi la structure a dit oui"), "Entre pairs, sans le lieu")
    follow(page, page.get_by_role("button", name="Partager avec la communauté"))
    follow(page, page.get_by_role("button", name="Partager", exact=True))
    expect(page.get_by_text("C’est partagé.")).to_be_visible()
    expect(page.get_by_text("Coopération interne")).to_be_visible()


def _disagree(page: Page) -> None:
    page.goto("/communaute/")
    follow(page, page.get_by_role("link", name=TITLE))
    follow(page, page.get_by_role("link", name="Contribuer au débat"))
    tab_to(page, page.get_by_label("Question de clarification"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Désaccord argumenté")).to_be_checked()
    fill_in(page, page.get_by_label("Votre texte"), "Non.")
    follow(page, page.get_by_role("button", name="Contribuer"))
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Votre texte").fill(DISAGREED)
    follow(page, page.get_by_role("button", name="Contribuer"))
    expect(page.get_by_text("Votre contribution est dans le débat.")).to_be_visible()


def _answer(page: Page) -> None:
    page.goto("/communaute/")
    follow(page, page.get_by_role("link", name=f"sur « {TITLE} »"))
    expect(page.get_by_text(DISAGREED)).to_be_visible()
    follow(page, page.get_by_role("link", name="Répondre"))
    fill_in(page, page.get_by_label("Votre réponse"), "C’est juste : c’était un refus.")
    follow(page, page.get_by_role("button", name="Répondre"))
    expect(page.get_by_text("C’est juste : c’était un refus.")).to_be_visible()


def test_debate_is_read_and_rewritten_on_a_phone(open_as: OpenAs):
    page = open_as("accompagnement", **PHONE)
    page.goto("/communaute/")
    page.get_by_role("link", name="Quand le tri devient une conversation").click()
    expect(page.get_by_role("link", name="Modifier mon texte").first).to_be_visible()
    assert page.evaluate(WIDER_THAN_THE_SCREEN) == []
    page.get_by_role("link", name="Modifier mon texte").first.click()
    page.get_by_label("Votre réponse").press("End")
    before = page.get_by_label("Votre réponse").input_value()
    page.get_by_label("Votre réponse").fill(f"{before} Et nous y pensons encore.")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("link", name="modifiée le").first.click()
    expect(page.get_by_role("heading", name="Avant")).to_be_visible()


@pytest.mark.parametrize("path", ["/communaute/", "/communaute/retours/nouveau/", "/communaute/fiches/nouvelle/"])
def test_focus_walks_through_the_community_in_order_and_always_shows(path: str, open_as: OpenAs):
    page = open_as("communaute")
    page.goto(path)
    walked, unseen = stops_unseen(page)
    assert (walked, unseen) == (list(range(len(walked))), [])
