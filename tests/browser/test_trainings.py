"""The last place of a session, wanted by two at the same moment; attendance taken on a phone; all by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs
from tests.browser.keyboard import PHONE, follow, stops_unseen, tab_to
from tests.browser.visiting import WIDER_THAN_THE_SCREEN, violations_of

pytestmark = pytest.mark.browser
COHORT_SESSION = "Un conseil qui commence par le travail"
HAS_A_PLACE, WAITS = "a une place", "est sur la liste d’attente"


def _to_the_names(page: Page) -> None:
    """From home to the people one may enrol, without being told where it is."""
    page.goto("/")
    follow(page, page.get_by_role("link", name="Formations", exact=True))
    page.wait_for_url("**/formations/")
    line = page.get_by_role("listitem").filter(has_text=COHORT_SESSION).filter(has_text="La Longère des Brières")
    follow(page, line.get_by_role("link").first)
    follow(page, page.get_by_role("link", name="Inscrire", exact=True))
    expect(page.get_by_text("1 place libre")).to_be_visible()


def _choose(page: Page, name: str) -> None:
    tab_to(page, page.get_by_label(name))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Inscrire"))


def test_two_leaders_enrol_somebody_in_the_last_place(open_as: OpenAs):
    nadia, stephane = open_as("dirigeance"), open_as("direction.clos")
    for page, name in ((nadia, "Oumou Diarra"), (stephane, "Leïla Mansouri")):
        _to_the_names(page)
        _choose(page, name)
    for page in (nadia, stephane):
        page.keyboard.press("Enter")
    expect(nadia.get_by_role("status")).to_be_visible()
    expect(stephane.get_by_role("status")).to_be_visible()
    said = [page.get_by_role("status").inner_text() for page in (nadia, stephane)]
    assert sorted(HAS_A_PLACE in one for one in said) == [False, True]
    assert sorted(WAITS in one for one in said) == [False, True]
    assert violations_of(nadia) == []
    _give_back(nadia if HAS_A_PLACE in said[0] else stephane)
    _has_moved_up(stephane if HAS_A_PLACE in said[0] else nadia)


def _give_back(page: Page) -> None:
    mine = (
        page.get_by_role("listitem")
        .filter(has_text="Oumou Diarra")
        .or_(page.get_by_role("listitem").filter(has_text="Leïla Mansouri"))
    )
    mine.get_by_role("link", name="Annuler").click()
    assert violations_of(page) == []
    page.get_by_role("button", name="Annuler l’inscription").click()
    expect(page.get_by_role("status")).to_contain_text("est annulée")


def _has_moved_up(page: Page) -> None:
    page.reload()
    expect(page.get_by_text("liste d’attente", exact=True)).to_have_count(0)
    expect(page.get_by_text("toutes prises")).to_be_visible()


def test_attendance_is_taken_on_a_phone_from_home(open_as: OpenAs):
    maud = open_as("formation", **PHONE)
    maud.goto("/")
    maud.get_by_role("link", name="Noter les présences").first.click()
    expect(maud.get_by_role("button", name="Enregistrer les présences")).to_be_visible()
    assert maud.evaluate(WIDER_THAN_THE_SCREEN) == []
    maud.get_by_role("checkbox").first.uncheck()
    maud.get_by_role("button", name="Enregistrer les présences").click()
    expect(maud.get_by_role("status")).to_contain_text("Les présences sont notées.")
    expect(maud.get_by_text("absent·e").first).to_be_visible()
    assert violations_of(maud) == []


@pytest.mark.parametrize("path", ["/formations/", "/formations/nouvelle/", "/agenda/", "/recherche/?q=travail"])
def test_focus_walks_through_the_trainings_in_order_and_always_shows(path: str, open_as: OpenAs):
    page = open_as("formation")
    page.goto(path)
    walked, unseen = stops_unseen(page)
    assert (walked, unseen) == (list(range(len(walked))), [])
