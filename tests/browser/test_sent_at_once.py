"""The same form sent twenty times at once to the real server, then again: one intervention, one answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.demonstration import Demonstration

pytestmark = pytest.mark.browser
RESSOURCERIE = "La Ressourcerie des Trois Rives"
TITLE = "Vingt fois le même envoi"
FIELDS = "[...new FormData(document.querySelector('form.log'))].filter(([, value]) => typeof value === 'string')"


@pytest.fixture
def form(new_context: Callable[..., BrowserContext]):
    context = new_context("accompagnement")
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name=f"Noter une intervention pour {RESSOURCERIE}").click()
    page.goto(f"{page.url}&brouillon=non")
    page.get_by_label("Durée").fill("1 h")
    page.get_by_label("Compte rendu partagé").fill("Un seul texte.")
    page.locator("[name=title]").evaluate(f"one => {{ one.value = '{TITLE}'; }}")
    yield page
    context.close()


def sent(page: Page, demo: Demonstration) -> Callable[[], httpx.Response]:
    """What the browser would send, ready to be sent by several hands."""
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    body: dict[str, list[str]] = {}
    for name, value in page.evaluate(FIELDS):
        body.setdefault(name, []).append(value)
    headers = {"Referer": page.url, "Origin": demo.address}
    return lambda: httpx.post(page.url, data=body, cookies=cookies, headers=headers, timeout=60)


def test_twenty_identical_sendings_at_once_are_one_intervention_with_one_answer(form: Page, demo: Demonstration):
    send = sent(form, demo)
    with ThreadPoolExecutor(20) as hands:
        answers = [one.result() for one in [hands.submit(send) for _n in range(20)]]
    assert {one.status_code for one in answers} == {302}
    addresses = {one.headers["Location"] for one in answers}
    assert len(addresses) == 1
    again = send()
    assert (again.status_code, again.headers["Location"]) == (302, *addresses)
    form.goto(addresses.pop())
    form.get_by_role("link", name="Interventions").click()
    assert form.get_by_role("link", name=TITLE).count() == 1
