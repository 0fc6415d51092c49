"""Larger letters, wider spaces and paper lose nothing of a page."""

import io

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenAs

pytestmark = pytest.mark.browser
PAGES = [("dirigeance", "/"), ("accompagnement", "/"), ("accompagnement", "/interventions/nouvelle/")]
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
# Words that their own box cuts; a field one writes in scrolls, and is not one.
CUT = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one), words = (node) => node.nodeType === 3 && node.data.trim();
  const own = [...one.childNodes].some(words);
  return own && !one.closest("svg, .visually-hidden, .skip") && !one.matches("input, textarea, select, option")
    && ((style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1)
     || (style.overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1));
}).map((one) => one.outerHTML.slice(0, 120))"""
# What is left of an A4 between its margins.
PAPER = {"width": 680, "height": 960}
WIDER_THAN_ITS_SHEET = """() => [...document.querySelectorAll(".sheet table")]
  .filter((one) => one.getBoundingClientRect().right > one.closest(".sheet").getBoundingClientRect().right)
  .map((one) => one.outerHTML.slice(0, 80))"""
LAPTOP = {"viewport": {"width": 1280, "height": 800}}


def _nothing_is_lost(page: Page) -> None:
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_letters_twice_as_large_lose_nothing(role: str, path: str, open_as: OpenAs):
    page = open_as(role, **LAPTOP)
    settings = page.context.new_cdp_session(page)
    settings.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.goto(path)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 32
    _nothing_is_lost(page)


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_words_spaced_out_lose_nothing(role: str, path: str, open_as: OpenAs):
    # The reader's own style sheet is no concern of the policy.
    page = open_as(role, bypass_csp=True, **LAPTOP)
    page.goto(path)
    page.add_style_tag(content=SPACED)
    _nothing_is_lost(page)


def test_dashboard_is_printed_on_few_sheets_without_what_one_presses(open_as: OpenAs):
    page = open_as("dirigeance", **LAPTOP)
    page.goto("/")
    page.emulate_media(media="print")
    for pressed in ["header nav", "footer nav", "main .btn", "main form", ".skip"]:
        assert [one for one in page.locator(pressed).all() if one.is_visible()] == [], pressed
    expect(page.get_by_text("page imprimée le")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Travail vivant")).to_be_visible()
    page.set_viewport_size(PAPER)
    assert page.evaluate(WIDER_THAN_ITS_SHEET) == []
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as document:
        assert len(document.pages) <= 3
