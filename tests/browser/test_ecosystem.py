"""In a real browser: the map drawn from the keyboard, forty actors within the budget, the portrait on one sheet."""

import io
import re

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs
from tests.browser.visiting import violations_of

pytestmark = pytest.mark.browser
CATEGORIES = ["beneficiaries", "clients", "partners", "suppliers", "funders", "authorities", "peers"]
KINDS = ["exchange", "order", "cooperation"]
RICHEST, DRAWN = "La Ressourcerie des Trois Rives", "La Cabane aux Merles"
# Shapes whose middles are nearer than a number is wide, in pixels of the screen.
COVERED = """() => { const middles = [...document.querySelectorAll("svg.chart a > path")]
  .map((one) => one.getBoundingClientRect()).map((box) => [box.x + box.width / 2, box.y + box.height / 2]);
  return middles.flatMap((a, place) => middles.slice(place + 1)
    .filter((b) => Math.hypot(a[0] - b[0], a[1] - b[1]) < 11)).length; }"""
PLACES = """(all) => all.map((one) => { const box = one.getBBox();
  return [one.parentNode.getAttribute("aria-label"), Math.round(box.x + box.width / 2)]; })"""


def open_structure(page: Page, name: str) -> str:
    page.goto("/structures/")
    page.get_by_role("link", name=name).first.click()
    return page.url


def add_from_the_keyboard(page: Page, count: int) -> None:
    """The name, enter, and the cursor is back: nothing else is touched but two choices."""
    name = page.get_by_label("Nom", exact=False).first
    name.focus()
    for rank in range(count):
        page.locator("[name=category]").select_option(CATEGORIES[rank % 7])
        page.locator("[name=kind]").select_option(KINDS[rank % 3])
        page.locator("[name=name]").fill(f"Acteur du pays {rank}")
        page.locator("[name=name]").press("Enter")
        expect(page.get_by_role("status").filter(has_text=f"Acteur du pays {rank} est sur la carte.")).to_be_visible()
        expect(page.locator("[name=name]")).to_be_focused()
        expect(page.locator("[name=name]")).to_have_value("")


def places(page: Page) -> dict[str, int]:
    """Where each stands."""
    return dict(page.locator("svg.chart a > path").evaluate_all(PLACES))


def elements(page: Page) -> int:
    return page.evaluate("document.querySelectorAll('*').length")


def test_twenty_relations_then_forty_are_drawn_from_the_keyboard_and_stay_legible(open_as: OpenAs):
    page = open_as("accompagnement")
    url = open_structure(page, DRAWN)
    page.get_by_role("link", name="Écosystème").click()
    add_from_the_keyboard(page, 20)
    before = places(page)
    page.reload()
    assert page.locator("svg.chart a").count() == page.locator("table.ecosystem a").count() == 20
    for rank in range(20, 40):
        line = {"name": f"Acteur du pays {rank}", "category": CATEGORIES[rank % 7], "kind": KINDS[rank % 3]}
        add_quickly(page, line)
    page.reload()
    assert page.locator("svg.chart a").count() == 40
    after = places(page)
    # Shapes are a little smaller among forty: their middles are rounded, not moved.
    assert {name: spot for name, spot in before.items() if abs(after[name] - spot) > 1} == {}
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert (page.evaluate(COVERED), violations_of(page)) == (0, [])
    assert elements(page) <= 360
    page.goto(f"{url}ecosysteme/?compare=2020-01-01")
    expect(page.get_by_text("Et 28 autres")).to_be_visible()
    assert elements(page) <= 360


def add_quickly(page: Page, line: dict[str, str]) -> None:
    for name, value in line.items():
        field = page.locator(f"[name={name}]")
        field.select_option(value) if name != "name" else field.fill(value)
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_role("status").filter(has_text=line["name"])).to_be_visible()


def test_node_leads_to_its_line_from_the_keyboard(open_as: OpenAs):
    page = open_as("dirigeance")
    open_structure(page, RICHEST)
    page.get_by_role("link", name="Écosystème").click()
    node = page.get_by_role("link", name=re.compile("^5, Ville de Redon"))
    node.focus()
    node.press("Enter")
    assert page.url.endswith("#acteur-5")
    expect(page.locator("#acteur-5")).to_have_text("5 Ville de Redon")


def test_portrait_of_the_richest_structure_is_one_sheet(open_as: OpenAs):
    page = open_as("dirigeance")
    open_structure(page, RICHEST)
    page.get_by_role("link", name="Portrait").click()
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as document:
        assert len(document.pages) == 1


def test_tabs_hold_up_on_a_phone(open_as: OpenAs):
    page = open_as("dirigeance", viewport={"width": 320, "height": 640})
    url = open_structure(page, RICHEST)
    for path in ("", "ecosysteme/", "chiffres/", "portrait/", "accueil/", "messages/", "historique/", "regards/"):
        page.goto(f"{url}{path}")
        expect(page.locator(".tabs [aria-current=page]")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
