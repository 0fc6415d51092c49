"""A passkey made and used by a real browser, and the application's code typed in a page."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.browser.demonstration import Demonstration

pytestmark = pytest.mark.browser
# A passkey belongs to a name: browsers give none to an address made of figures.
NAME = "localhost"
INSIDE = re.compile(r"//[^/]+/(?!connexion)")


@pytest.fixture
def page(demo: Demonstration, new_context: Callable[..., BrowserContext]) -> Iterator[Page]:
    """Somebody of a structure, signed in by password on the demonstration's name."""
    context = new_context(base_url=demo.address.replace("127.0.0.1", NAME))
    page = context.new_page()
    _sign_in(page, demo)
    yield page
    context.close()


def _sign_in(page: Page, demo: Demonstration) -> None:
    page.goto("/connexion/")
    page.get_by_label("Adresse électronique").fill("equipe@demo.example")
    page.get_by_label("Mot de passe").fill(demo.password)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(re.compile(r":\d+/(connexion/second-facteur/)?$"))


def _device(page: Page) -> CDPSession:
    """A telephone that recognises its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    able = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True} | able
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def _confirm(page: Page, demo: Demonstration) -> None:
    page.get_by_label("Mot de passe").fill(demo.password)
    page.get_by_role("button", name="Continuer").click()


def _sign_out(page: Page) -> None:
    page.goto("/deconnexion/")
    page.get_by_role("button", name="Me déconnecter").click()
    page.wait_for_url("**/connexion/")


def test_passkey_is_made_then_opens_the_account_without_a_password(page: Page, demo: Demonstration):
    _device(page)
    page.goto("/mon-compte/securite/cles/ajouter/")
    _confirm(page, demo)
    page.get_by_label("Nom de cette clé").fill("Téléphone")
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes codes de secours")
    _sign_out(page)
    page.get_by_role("button", name="Me connecter avec une clé d’accès").click()
    page.wait_for_url(INSIDE)
    page.goto("/mon-compte/securite/")
    expect(page.get_by_text("Téléphone ajoutée le")).to_be_visible()
    _remove(page)


def test_passkey_is_the_second_factor_after_a_password(page: Page, demo: Demonstration):
    _device(page)
    page.goto("/mon-compte/securite/cles/ajouter/")
    _confirm(page, demo)
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes codes de secours")
    _sign_out(page)
    _sign_in(page, demo)
    page.get_by_role("button", name="Me servir d’une clé d’accès").click()
    page.wait_for_url(INSIDE)
    _remove(page)


def _remove(page: Page) -> None:
    """The next test finds the account as it was."""
    page.goto("/mon-compte/securite/")
    page.get_by_role("link", name=re.compile("Retirer")).click()
    if "verification" in page.url:
        page.goto(page.url.replace("/verification/", "/verification/cle/"))
        page.get_by_role("button", name="Me servir d’une clé d’accès").click()
    page.get_by_role("button", name="Retirer cette clé").click()
    expect(page.get_by_role("status")).to_contain_text("La clé d’accès est retirée.")


def test_device_that_does_not_answer_is_said(page: Page, demo: Demonstration):
    session = _device(page)
    session.send("WebAuthn.disable")
    _sign_out(page)
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')) }"
    )
    page.get_by_role("button", name="Me connecter avec une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("La clé d’accès n’a pas répondu.")


def test_application_is_put_in_place_then_asked_for(page: Page, demo: Demonstration):
    page.goto("/mon-compte/securite/application/")
    _confirm(page, demo)
    secret = re.search(r"(?:[A-Z2-7]{4} ?){8}", page.locator("main strong").inner_text())[0].replace(" ", "")
    _type_code(page, secret, "Mettre en place")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes codes de secours")
    saved = page.locator("main li strong").first.inner_text()
    _sign_out(page)
    _sign_in(page, demo)
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre second facteur")
    page.get_by_label("Code de l’application, ou code de secours").fill(saved)
    page.get_by_role("button", name="Me connecter").click()
    page.wait_for_url(INSIDE)
    page.goto("/mon-compte/securite/application/retirer/")
    if "verification" in page.url:
        _confirm(page, demo)
    page.get_by_role("button", name="Retirer l’application").click()
    expect(page.get_by_role("status")).to_contain_text("L’application à codes est retirée.")


def _type_code(page: Page, secret: str, button: str) -> None:
    page.get_by_label("Code à six chiffres").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name=button).click()
