"""The same work in a browser that runs no script at all."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.conftest import OpenAs
from tests.browser.demonstration import Demonstration

pytestmark = pytest.mark.browser
# No other journey writes there: two visits of one day would share their title.
CLOS = "Le Clos des Sept Terres"


def test_one_signs_in_logs_reads_and_gets_a_report_without_scripts(demo: Demonstration, open_as: OpenAs):
    page = open_as(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Se connecter").first.click()
    page.get_by_label("Adresse électronique").fill("accompagnement@demo.example")
    page.get_by_label("Mot de passe").fill(demo.password)
    page.get_by_role("button", name="Se connecter").click()

    page.get_by_role("link", name=f"Noter une intervention pour {CLOS}").click()
    page.get_by_label("Durée").fill("2 h")
    page.get_by_label("Compte rendu partagé").fill("Noté depuis un vieux téléphone.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Noté depuis un vieux téléphone.")).to_be_visible()

    page.get_by_role("link", name=CLOS).first.click()
    page.get_by_role("link", name="Donner une lecture").click()
    page.get_by_label("Partenaire").check()
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("link", name="Commencer à lire").click()
    page.locator("[name=answer][value='3']").check()
    page.get_by_label("Fait observé").fill("La ferme a prêté sa cour aux voisins.")
    page.get_by_role("button", name="Enregistrer et s’arrêter là").click()
    expect(page.get_by_role("heading", name="1 dimension lue sur 9")).to_be_visible()

    page.get_by_role("link", name=CLOS).first.click()
    page.get_by_role("link", name="Le bilan (PDF)").click()
    page.locator("[name=period_start]").fill((timezone.localdate() - timedelta(days=100)).isoformat())
    page.get_by_role("button", name="Préparer le bilan").click()
    # The page asks again by itself: without a script, it is loaded again every few seconds.
    expect(page.get_by_role("link", name="Télécharger le bilan")).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le bilan").click()
    assert download.value.path().read_bytes()[:4] == b"%PDF"
