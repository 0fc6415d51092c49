"""A messy spreadsheet is brought and its doubts decided; two sheets are made one; all of it is taken back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs
from tests.browser.visiting import violations_of
from tests.factories.spreadsheets import messy_workbook

pytestmark = pytest.mark.browser
LINES = 500
TWIN = "Structure 00042 bis"


def test_spreadsheet_is_brought_and_taken_back_and_a_duplicate_made_one_and_two_again(open_as: OpenAs):
    claire = open_as("coordination")
    _bring(claire)
    _decide(claire)
    _write(claire)
    _open_a_sheet(claire)
    _make_one(claire)
    _take_apart(claire)
    _take_all_back(claire)


def _bring(page: Page) -> None:
    page.goto("/structures/")
    page.get_by_role("link", name="Importer").click()
    # Among them, a name close to one of the demonstration, in its commune.
    content = messy_workbook(LINES, more=[["62750", "Loos-en-Gohelle", "Vélos du Terril de Loos"]])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.locator("input[type=file]").set_input_files({"name": "suivi.xlsx", "mimeType": kind, "buffer": content})
    page.get_by_role("button", name="Lire ce fichier").click()
    expect(page.get_by_role("heading", name="Ce qui sera écrit")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("490 fiches créées")).to_be_visible()
    expect(page.get_by_text("10 lignes refusées")).to_be_visible()
    assert violations_of(page) == []


def _decide(page: Page) -> None:
    line = page.get_by_role("listitem").filter(has_text="Vélos du Terril de Loos")
    expect(line).to_contain_text("Un nom proche, dans la même commune")
    line.get_by_text("Une autre").click()
    page.get_by_role("button", name="Garder ces décisions").click()
    expect(page.get_by_text("1 ligne décidée.")).to_be_visible()


def _write(page: Page) -> None:
    page.get_by_role("button", name="Écrire ces fiches").click()
    expect(page.get_by_role("button", name="Tout reprendre")).to_be_visible(timeout=60_000)
    page.goto("/structures/?q=Structure 00042")
    page.get_by_role("link", name="Structure 00042").click()
    expect(page.get_by_text("Provenance")).to_be_visible()


def _open_a_sheet(page: Page) -> None:
    """Alike one that came with the file: it is said before it is opened."""
    page.goto("/structures/nouvelle/")
    page.get_by_label("Nom", exact=False).first.fill(TWIN)
    page.get_by_label("Commune").fill("Ville-42")
    page.get_by_role("button", name="Enregistrer").last.click()
    page.get_by_label("C’est une autre structure").check()
    page.get_by_role("button", name="Enregistrer").last.click()
    expect(page.get_by_role("heading", name=TWIN)).to_be_visible()


def _make_one(page: Page) -> None:
    page.get_by_role("link", name="Réunir à une autre fiche").click()
    page.get_by_role("link", name="Structure 00042", exact=True).click()
    expect(page.get_by_role("heading", name="Ce que dit chacune")).to_be_visible()
    assert violations_of(page) == []
    page.get_by_role("button", name="Réunir les deux fiches").click()
    expect(page.get_by_text("Les deux fiches n’en font plus qu’une.")).to_be_visible()
    page.goto("/structures/?q=Structure 00042")
    expect(page.get_by_role("link", name="Structure 00042", exact=True)).to_have_count(0)


def _take_apart(page: Page) -> None:
    page.goto("/structures/doublons/")
    page.get_by_role("button", name=f"Défaire la réunion de Structure 00042 à {TWIN}").click()
    expect(page.get_by_text("C’est défait")).to_be_visible()
    page.goto("/structures/?q=Structure 00042")
    expect(page.get_by_role("link", name="Structure 00042", exact=True)).to_have_count(1)


def _take_all_back(page: Page) -> None:
    page.goto("/structures/imports/")
    page.get_by_role("link", name="suivi.xlsx").first.click()
    page.get_by_role("button", name="Tout reprendre").click()
    expect(page.get_by_text("Repris le")).to_be_visible(timeout=60_000)
    page.goto("/structures/?q=Structure 00043")
    expect(page.get_by_text("Aucune structure ne répond à ces mots")).to_be_visible()
