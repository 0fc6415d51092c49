"""What people come for, done from one end to the other in a real browser, with a real worker behind."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs
from tests.browser.keyboard import HAS_FOCUS, PHONE, fill_in, follow, tab_to

pytestmark = pytest.mark.browser
RESSOURCERIE = "La Ressourcerie des Trois Rives"
ACCOUNT = "Deux bénévoles ont montré comment elles rassurent une personne qui dépose."
FEELING = "Soulagée que la parole ait tourné."
# Long enough for a worker that shares its machine.
SOON = 60_000
FACT = "Le relais de treize heures a tenu quatre jours sur cinq."
WRITTEN_IN = "() => fetch('/courrier/').then((answer) => answer.text()).then((text) => text.includes('{}'))"


def test_practitioner_logs_an_intervention_on_a_phone_in_two_presses_and_four_fields(open_as: OpenAs):
    page, begun = open_as("accompagnement", **PHONE), time.monotonic()
    page.goto("/")
    follow(page, page.get_by_role("link", name=f"Noter une intervention pour {RESSOURCERIE}"))
    page.wait_for_url("**/interventions/nouvelle/*")
    tab_to(page, page.get_by_label("Date"))
    expect(page.get_by_label("Date")).to_have_value(timezone.localdate().isoformat())
    fill_in(page, page.get_by_label("Durée"), "1 h 30")
    tab_to(page, page.get_by_role("combobox", name="Modalité"))
    page.keyboard.type("Rencontre")
    fill_in(page, page.get_by_label("Compte rendu partagé"), ACCOUNT)
    fill_in(page, page.get_by_label("Ressentis"), FEELING)
    follow(page, page.get_by_role("button", name="Enregistrer"))
    expect(page.get_by_text("C’est noté.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rencontre de partenaires")
    expect(page.locator(".private")).to_contain_text(FEELING)
    assert time.monotonic() - begun < 60
    _leader_reads_the_account_but_not_the_journal(open_as("dirigeance"), page.url)


def _leader_reads_the_account_but_not_the_journal(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.get_by_text(ACCOUNT)).to_be_visible()
    expect(page.get_by_text(FEELING)).to_have_count(0)


def test_leader_asks_for_a_report_watches_it_come_and_downloads_it(open_as: OpenAs, tmp_path: Path):
    page = open_as("dirigeance")
    page.goto("/")
    page.get_by_role("link", name="Le bilan (PDF)").click()
    page.locator("[name=period_start]").fill((timezone.localdate() - timedelta(days=200)).isoformat())
    page.get_by_role("button", name="Préparer le bilan").click()
    assert page.locator(".state .tag").inner_text() in {"En attente", "En préparation"}
    trail = page.get_by_role("link", name="Bilans")
    trail.focus()
    page.evaluate("window.stayed = true")
    expect(page.get_by_text("Le document est prêt.")).to_be_visible(timeout=SOON)
    assert page.evaluate("window.stayed"), "the page was loaded again"
    assert trail.evaluate(HAS_FOCUS), "the focus was lost when the state changed"
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le bilan").click()
    document = tmp_path / "bilan.pdf"
    download.value.save_as(document)
    assert download.value.suggested_filename.startswith("bilan-la-ressourcerie-des-trois-rives-")
    assert document.read_bytes()[:4] == b"%PDF"
    assert document.stat().st_size > 20_000
    _finds_the_mail(page, page.url.rpartition("/bilans/")[2].strip("/"))


def _finds_the_mail(page: Page, report: str) -> None:
    page.goto("/courrier/")
    subject = f"Le bilan de {RESSOURCERIE} est prêt"
    page.wait_for_function(WRITTEN_IN.format(subject), polling=300, timeout=SOON)
    page.reload()
    page.get_by_role("link", name=subject).first.click()
    expect(page.get_by_text("À dirigeance@demo.example")).to_be_visible()
    page.locator(f"main a[href*='{report}']").click()
    expect(page.get_by_text("Le document est prêt.")).to_be_visible()


def test_leader_reads_dimension_after_dimension_and_sees_it_crossed(open_as: OpenAs):
    page = open_as("dirigeance")
    page.goto("/")
    page.get_by_role("link", name="Donner notre lecture").click()
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("link", name="Commencer à lire").click()
    for rank in range(9):
        expect(page.get_by_text(f"{rank + 1} sur 9")).to_be_visible()
        page.locator(f"[name=answer][value='{rank % 5 + 1}']").check()
        page.get_by_label("Fait observé").fill(f"{FACT} {rank + 1}")
        page.get_by_role("button", name="Enregistrer et continuer" if rank < 8 else "Enregistrer", exact=True).click()
    expect(page.get_by_role("heading", name="9 dimensions lues sur 9")).to_be_visible()
    page.get_by_role("button", name="Sceller cette lecture").click()
    page.get_by_role("button", name="Sceller et partager").click()
    expect(page.get_by_text("La lecture est scellée")).to_be_visible()
    expect(page.get_by_role("button", name="Sceller cette lecture")).to_have_count(0)
    page.goto("/")
    page.locator(".dimension-row a").first.click()
    newest = page.locator(".entries li").filter(has_text=f"{FACT} 1")
    expect(newest).to_contain_text("Direction")
    expect(newest).to_contain_text("Déjà-là")


def test_reading_keeps_what_was_written_when_one_stops(open_as: OpenAs):
    page = open_as("accompagnement")
    page.goto("/")
    page.get_by_role("link", name="L’Établi des Marais", exact=True).first.click()
    page.get_by_role("link", name="Donner une lecture").click()
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("link", name="Commencer à lire").click()
    page.locator("[name=answer][value='2']").check()
    page.get_by_label("Fait observé").fill(FACT)
    page.get_by_role("button", name="Enregistrer et s’arrêter là").click()
    expect(page.get_by_role("heading", name="1 dimension lue sur 9")).to_be_visible()
    expect(page.get_by_text(FACT)).to_be_visible()


def _write_an_intervention(page: Page, structure: str, account: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=f"Noter une intervention pour {structure}").click()
    page.get_by_label("Durée").fill("45 min")
    page.get_by_label("Compte rendu partagé").fill(account)


def _count(page: Page, structure: str, account: str) -> int:
    """How many times this account stands among the interventions of the structure."""
    page.goto("/")
    page.get_by_role("link", name=structure, exact=True).first.click()
    page.get_by_role("link", name="intervention", exact=False).and_(page.locator("a[href$='/interventions/']")).click()
    page.get_by_role("heading", level=1, name="Interventions").wait_for()
    return page.get_by_text(account).count()


def test_two_quick_presses_save_one_intervention(open_as: OpenAs):
    page = open_as("accompagnement")
    _write_an_intervention(page, "La Cabane aux Merles", "Une seule fois malgré deux pressions.")
    page.get_by_role("button", name="Enregistrer").dblclick()
    expect(page.get_by_text("C’est noté.")).to_be_visible()
    assert _count(page, "La Cabane aux Merles", "Une seule fois malgré deux pressions.") == 1


def test_going_back_and_saving_again_saves_one_intervention(open_as: OpenAs):
    page = open_as("accompagnement")
    _write_an_intervention(page, "L’Établi des Marais", "Une seule fois malgré le retour en arrière.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("C’est noté.")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Compte rendu partagé")).to_have_value("Une seule fois malgré le retour en arrière.")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", level=2, name="Compte rendu").wait_for()
    assert _count(page, "L’Établi des Marais", "Une seule fois malgré le retour en arrière.") == 1


@pytest.mark.parametrize("address", ["salome.petit@demo.example", "personne@demo.example"])
def test_wrong_password_is_told_without_saying_who_has_an_account(address: str, open_as: OpenAs):
    page = open_as()
    page.goto("/connexion/")
    page.get_by_label("Adresse électronique").fill(address)
    page.get_by_label("Mot de passe").fill("ce n’est pas le bon")
    page.get_by_role("button", name="Se connecter").click()
    told = page.get_by_role("alert")
    expect(told).to_be_focused()
    expect(told).to_contain_text("L’adresse ou le mot de passe ne correspond à aucun compte ouvert.")
    expect(page.get_by_label("Adresse électronique")).to_have_value(address)
