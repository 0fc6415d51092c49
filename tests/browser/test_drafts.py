"""What is typed survives a closed tab, a missing network and a session that ends, and the page says where it stands."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.demonstration import Demonstration

pytestmark = pytest.mark.browser
RESSOURCERIE = "La Ressourcerie des Trois Rives"
# What may be lost at most, in milliseconds.
TEN_SECONDS = 10_000
ALL_OF_IT = "Le texte entier, jusqu’au dernier mot."
Opened = Callable[[], tuple[BrowserContext, Page]]


@pytest.fixture
def open_form(new_context: Callable[..., BrowserContext]) -> Iterator[Opened]:
    """The form of an intervention, in a browser of its own: its console may tell that the network is missing."""
    contexts: list[BrowserContext] = []

    def opened() -> tuple[BrowserContext, Page]:
        context = new_context("accompagnement")
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name=f"Noter une intervention pour {RESSOURCERIE}").click()
        page.goto(f"{page.url}&brouillon=non")
        return context, page

    yield opened
    for context in contexts:
        context.close()


def account(page: Page):
    return page.get_by_label("Compte rendu partagé")


def state(page: Page):
    return page.locator("[data-draft]")


def test_tab_that_is_killed_loses_nothing_older_than_ten_seconds(open_form: Opened):
    context, page = open_form()
    account(page).press_sequentially("Un début qui sera complété. ")
    account(page).fill(ALL_OF_IT)
    page.get_by_label("Ressentis").fill("De la joie.")
    expect(state(page)).to_contain_text("Brouillon enregistré à", timeout=TEN_SECONDS)
    address = page.url.replace("&brouillon=non", "")
    page.close(run_before_unload=False)
    again = context.new_page()
    again.goto(address)
    expect(account(again)).to_have_value(ALL_OF_IT)
    expect(again.get_by_label("Ressentis")).to_have_value("De la joie.")
    again.get_by_label("Durée").fill("1 h")
    again.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(again.get_by_text("C’est noté.")).to_be_visible()
    again.goto(address)
    expect(account(again)).to_have_value("")


def test_form_that_comes_back_refused_is_kept_at_once(open_form: Opened):
    context, page = open_form()
    page.get_by_label("Durée").fill("trente jours")
    account(page).fill(ALL_OF_IT)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Il reste quelque chose à reprendre")).to_be_visible()
    expect(state(page)).to_contain_text("Brouillon enregistré à", timeout=TEN_SECONDS)
    address = page.url.replace("&brouillon=non", "")
    page.close(run_before_unload=False)
    again = context.new_page()
    again.goto(address)
    expect(account(again)).to_have_value(ALL_OF_IT)
    again.get_by_label("Durée").fill("1 h")
    again.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(again.get_by_text("C’est noté.")).to_be_visible()


def test_without_network_the_page_says_so_keeps_the_words_and_goes_on_when_it_is_back(open_form: Opened):
    context, page = open_form()
    context.set_offline(True)
    account(page).fill(ALL_OF_IT)
    expect(state(page)).to_contain_text("le réseau manque", timeout=TEN_SECONDS)
    page.get_by_label("Durée").fill("1 h")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(state(page)).to_contain_text("enregistrez de nouveau quand il revient")
    expect(account(page)).to_have_value(ALL_OF_IT)
    context.set_offline(False)
    expect(state(page)).to_contain_text("Brouillon enregistré à", timeout=2 * TEN_SECONDS)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("C’est noté.")).to_be_visible()


def test_session_that_ended_is_said_and_signing_in_in_another_tab_lets_the_form_go_on(
    open_form: Opened, demo: Demonstration
):
    context, page = open_form()
    context.clear_cookies()
    account(page).fill(ALL_OF_IT)
    expect(state(page)).to_contain_text("votre session s’est terminée", timeout=TEN_SECONDS)
    _sign_in_again(context.new_page(), demo)
    expect(state(page)).to_contain_text("Brouillon enregistré à", timeout=3 * TEN_SECONDS)
    page.get_by_label("Durée").fill("1 h")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("C’est noté.")).to_be_visible()


def _sign_in_again(page: Page, demo: Demonstration) -> None:
    page.goto("/connexion/")
    page.get_by_label("Adresse électronique").fill("accompagnement@demo.example")
    page.get_by_label("Mot de passe").fill(demo.password)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "/connexion/" not in url)
    page.close()
