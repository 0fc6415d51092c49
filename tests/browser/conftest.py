"""One demonstration and one Chromium for all the browser tests, and each person's session, opened once."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright

from tests.browser.budgets import Figures
from tests.browser.demonstration import Demonstration, running_demonstration
from tests.browser.exploring import Site, explore
from tests.browser.furnishing import furnish
from tests.browser.plugin import WEIGHED
from tests.browser.visiting import TELL_REFUSALS, Watch

DESKTOP = {"width": 1920, "height": 1080}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ANONYMOUS = "anonymous"
# From where the crawl of each person starts; the pages that nothing links to are theirs to visit too.
STARTS = {
    ANONYMOUS: ["/", "/connexion/", "/courrier/"],
    "coordination": ["/", "/composants/"],
    "accompagnement": ["/"],
    "dirigeance": ["/"],
    "equipe": ["/"],
    "formation": ["/"],
    "communaute": ["/"],
}
OpenAs = Callable[..., Page]
Sites = dict[str, Site]


@pytest.fixture(scope="session")
def demo() -> Iterator[Demonstration]:
    with running_demonstration() as demonstration:
        yield demonstration


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert executable, "Chromium is missing: install it, or give another one by CHROMIUM=…"
    # Playwright leaves an event loop in this thread, which Django would take for asynchronous code of ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def new_context(demo: Demonstration, browser: Browser) -> Callable[..., BrowserContext]:
    """A browser of its own, cache and all, signed in as `role` (the first part of a demonstration address)."""
    sessions: dict[str, StorageState] = {}

    def opened(role: str = ANONYMOUS, **options: Any) -> BrowserContext:
        if role != ANONYMOUS and role not in sessions:
            sessions[role] = _session_of(browser, demo, role)
        # Still, so that what is looked at is where it will stay.
        still = {"viewport": DESKTOP, "locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}
        options = still | {"base_url": demo.address} | options
        context = browser.new_context(storage_state=sessions.get(role), **options)
        context.set_default_timeout(15_000)
        context.add_init_script(TELL_REFUSALS)
        return context

    return opened


def _session_of(browser: Browser, demo: Demonstration, role: str) -> StorageState:
    context = browser.new_context(base_url=demo.address)
    page = context.new_page()
    page.goto("/connexion/")
    page.get_by_label("Adresse électronique").fill(f"{role}@demo.example")
    page.get_by_label("Mot de passe").fill(demo.password)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "/connexion/" not in url)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def open_as(demo: Demonstration, new_context: Callable[..., BrowserContext]) -> Iterator[OpenAs]:
    """A page signed in as `role`; a console error, a refused resource or a foreign host fails the test."""
    contexts: list[BrowserContext] = []
    watch = Watch()

    def opened(role: str = ANONYMOUS, **options: Any) -> Page:
        context = new_context(role, **options)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page, demo.address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert watch.faults == []


@pytest.fixture(scope="session")
def sites(demo: Demonstration, new_context: Callable[..., BrowserContext]) -> Sites:
    """What each person can reach, in a demonstration where some things are unfinished."""
    furnish(new_context)
    found = {}
    for role, starts in STARTS.items():
        context = new_context(role)
        found[role] = explore(context.request, demo.address, starts)
        context.close()
    return found


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Keeps a page's figures for the table printed at the end."""

    def tell(role: str, name: str, figures: Figures, violations: int) -> None:
        weighed = [role, name, *asdict(figures).values(), figures.grade, violations]
        request.node.user_properties.append((WEIGHED, weighed))

    return tell
