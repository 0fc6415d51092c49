"""What a person would have left unfinished: pages that a finished demonstration does not show."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page

# Sorted after all the others, so that no other page changes for it.
WITHOUT_TRAJECTORY = "Zone de test sans trajectoire"
EMPTY = "Zone de test vide"


def furnish(new_context: Callable[..., BrowserContext]) -> None:
    """Two new structures, one with an empty trajectory, a reading begun on the first structure, an experience
    report that has only its title, and a request that waits for its answer."""
    coordination = new_context("coordination")
    page = coordination.new_page()
    _new_structure(page, WITHOUT_TRAJECTORY)
    _new_structure(page, EMPTY)
    _entrust(page, "Inès Carrel")
    page.get_by_role("link", name="Ouvrir la trajectoire").click()
    page.get_by_role("button", name="Ouvrir").click()
    coordination.close()
    accompaniment = new_context("accompagnement")
    _begin_a_reading(accompaniment.new_page())
    _begin_a_report(accompaniment.new_page())
    accompaniment.close()
    stranger = new_context()
    _ask_for_support(stranger.new_page())
    stranger.close()


def _new_structure(page: Page, name: str) -> None:
    page.goto("/structures/nouvelle/")
    page.get_by_label("Nom", exact=False).first.fill(name)
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def _entrust(page: Page, person: str) -> None:
    page.get_by_role("link", name="Confier à quelqu’un").click()
    page.get_by_label("Qui accompagne").select_option(label=person)
    page.get_by_role("button", name="Enregistrer").click()


def _begin_a_report(page: Page) -> None:
    page.goto("/communaute/retours/nouveau/")
    page.get_by_label("Titre").fill("Zone de test d’un retour sans texte")
    page.get_by_role("button", name="Garder le brouillon").click()
    page.get_by_role("link", name="Partager", exact=True).wait_for()


def _begin_a_reading(page: Page) -> None:
    page.goto("/structures/")
    page.locator("main .entries a").first.click()
    page.get_by_role("link", name="Sa trajectoire").click()
    page.get_by_role("link", name="Donner une lecture").click()
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("link", name="Commencer à lire").click()
    page.get_by_text("Pas assez d’éléments").click()
    page.get_by_role("button", name="Enregistrer et s’arrêter là").click()


def _ask_for_support(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Être accompagné·e").last.click()
    page.get_by_label("Votre nom").fill("Zoé Test")
    page.get_by_label("Ce qui vous amène").fill("Une question de test.")
    page.get_by_label("Téléphone").fill("06 39 98 12 34")
    page.get_by_role("button", name="Envoyer").click()
    page.get_by_role("heading", level=1, name="Merci").wait_for()
