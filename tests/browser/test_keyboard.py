"""All is done with a keyboard, and one always sees where one stands."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs
from tests.browser.keyboard import follow, stops_unseen, tab_to
from tests.browser.visiting import violations_of

pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.localName"))


def test_skip_link_is_first_shows_itself_and_leads_past_the_navigation(open_as: OpenAs):
    page = open_as("coordination")
    page.goto("/structures/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert focused(page) == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_person_menu_opens_and_closes_and_gives_the_focus_back(open_as: OpenAs):
    page = open_as("accompagnement")
    page.goto("/structures/")
    name = page.locator("header summary")
    follow(page, name)
    expect(page.get_by_role("link", name="Mon journal")).to_be_visible()
    assert violations_of(page, "header") == []
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Mon journal")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Mon journal")).to_be_hidden()
    expect(name).to_be_focused()


def test_drawing_opens_its_table_which_can_be_scrolled(open_as: OpenAs):
    page = open_as("dirigeance")
    page.goto("/")
    follow(page, page.get_by_text("Voir les valeurs en tableau"))
    table = page.get_by_role("region", name="Lectures par dimension")
    expect(table.get_by_role("rowheader", name="Travail vivant")).to_be_visible()
    page.keyboard.press("Tab")
    expect(table).to_be_focused()


@pytest.mark.parametrize(
    ("role", "path"),
    [("dirigeance", "/"), ("accompagnement", "/interventions/nouvelle/"), ("coordination", "/structures/nouvelle/")],
)
def test_focus_walks_through_the_page_in_order_and_always_shows(role: str, path: str, open_as: OpenAs):
    page = open_as(role)
    page.goto(path)
    walked, unseen = stops_unseen(page)
    assert (walked, unseen) == (list(range(len(walked))), [])


def test_point_of_view_is_chosen_with_the_arrows(open_as: OpenAs):
    page = open_as("accompagnement")
    page.goto("/")
    page.get_by_role("link", name="Le Clos des Sept Terres", exact=True).first.click()
    follow(page, page.get_by_role("link", name="Donner une lecture"))
    page.wait_for_url("**/lectures/nouvelle/")
    tab_to(page, page.get_by_label("Équipe"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Accompagnement")).to_be_checked()
