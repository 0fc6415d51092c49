"""Every form, sent as it should not be: what is wrong is said, linked, focused, and readable by everybody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import STARTS, OpenAs, Sites
from tests.browser.exploring import Answer
from tests.browser.visiting import violations_of

pytestmark = pytest.mark.browser
FORM = "main form[method=post]:not([action])"
# Emptying what must be filled is not enough to be refused here: one choice calls for another field.
SPOILT_BY = {"positioning": "[name=answer][value='3']"}
# Sent, it first asks to prove again who one is: its refusals are in tests/accounts/test_departures.py.
ASKED_FIRST = {"leave"}
# Its first buttons move a line and refuse nothing; its refusal is in tests/trajectories/test_framework_views.py.
MOVED_FIRST = {"framework_order"}
# Some forms let the browser refuse first: here it is the platform that must.
EMPTIED = """(form) => { form.noValidate = true; for (const field of form.elements) {
  if (field.matches("input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select")) field.value = "";
} }"""
# Boxes of one question are told why together, by the group that they stand in.
REFUSED_FIELDS = """() => [...document.querySelectorAll(".is-invalid:not(div)")].map((field) => ({
  name: field.name, invalid: field.getAttribute("aria-invalid"),
  told: [field, field.closest("fieldset[aria-describedby$=error]")].some((one) =>
    (one?.getAttribute("aria-describedby") || "").split(" ").some((id) => document.getElementById(id))) }))"""


@pytest.mark.parametrize("role", STARTS)
def test_refused_form_says_so_to_everybody(role: str, sites: Sites, open_as: OpenAs):
    page, faults = open_as(role), {}
    for name, path in sorted(_forms(sites, role)):
        page.goto(path)
        _send_badly(page, name)
        if found := [*_faults(page), *violations_of(page)]:
            faults[name] = found
    assert faults == {}


def _forms(sites: Sites, role: str) -> Iterator[tuple[str, str]]:
    """One page of each form that can be refused, unless a role before has met the same."""
    roles = list(STARTS)
    known = (
        ASKED_FIRST | MOVED_FIRST | {page.name for before in roles[: roles.index(role)] for page in sites[before].pages}
    )
    chosen = {page.name: page.final for page in sites[role].pages if page.name not in known and _can_refuse(page)}
    yield from chosen.items()


def _can_refuse(page: Answer) -> bool:
    assert page.document is not None
    return page.name in SPOILT_BY or bool(
        page.document.xpath("//main//form[@method='post' and not(@action)]//*[@required]")
    )


def _send_badly(page: Page, name: str) -> None:
    form = page.locator(FORM).first
    form.evaluate(EMPTIED)
    if name in SPOILT_BY:
        form.locator(SPOILT_BY[name]).check()
    # The one that sends; where a page has a single form left, it is not always the one in colour.
    form.locator("button:not([type=button])").first.click()
    expect(page.locator("main [role=alert]").first).to_be_visible()


def _faults(page: Page) -> list[str]:
    """The summary has the focus and leads to each field; each refused field says so and why."""
    faults = []
    if page.evaluate("document.activeElement.getAttribute('role')") != "alert":
        faults.append(f"focus on {page.evaluate('document.activeElement.outerHTML.slice(0, 80)')}")
    for link in page.locator("[role=alert] a").all():
        target = link.get_attribute("href") or ""
        if page.locator(f"[id='{target[1:]}']").count() != 1:
            faults.append(f"{target} leads nowhere")
    refused = page.evaluate(REFUSED_FIELDS)
    faults += [f"{field['name']} does not say it is refused" for field in refused if field["invalid"] != "true"]
    faults += [f"{field['name']} does not say why" for field in refused if not field["told"]]
    return faults
