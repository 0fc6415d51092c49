"""A document is refused for what it hides, added once clean, taken away, removed; somebody is made the contact."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs
from tests.browser.visiting import violations_of
from tests.factories.files import docx, pdf_of

pytestmark = pytest.mark.browser


def test_document_is_brought_and_taken_away_and_a_contact_named(open_as: OpenAs):
    nadia = open_as("dirigeance")
    nadia.goto("/structures/")
    nadia.get_by_role("link", name="La Ressourcerie des Trois Rives").first.click()
    nadia.get_by_role("button", name="En faire le contact habituel\u00a0: Thuy Nguyen").click()
    expect(nadia.get_by_text("Thuy Nguyen est le contact habituel de la structure.")).to_be_visible()
    nadia.get_by_role("button", name="En faire le contact habituel\u00a0: Nadia Roussel").click()
    assert violations_of(nadia) == []
    nadia.get_by_role("link", name="Documents", exact=True).click()
    _bring(nadia, "Budget.docx", docx({"word/vbaProject.bin": b"x"}))
    expect(nadia.get_by_text("Ce document contient des macros").first).to_be_visible()
    assert violations_of(nadia) == []
    _bring(nadia, "Budget.pdf", pdf_of())
    expect(nadia.get_by_text("Le document est ajouté.")).to_be_visible()
    with nadia.expect_download() as taken:
        nadia.get_by_role("link", name="Budget", exact=True).click()
    assert taken.value.suggested_filename == "Budget.pdf"
    nadia.get_by_role("link", name="Retirer «\u00a0Budget\u00a0»").click()
    nadia.get_by_role("button", name="Retirer ce document").click()
    expect(nadia.get_by_text("Le document «\u00a0Budget\u00a0» est retiré.")).to_be_visible()


def _bring(page: Page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Ajouter", exact=True).click()
