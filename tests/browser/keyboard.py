"""Hands that know only the keyboard."""

from playwright.sync_api import Locator, Page

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
HAS_FOCUS = "(one) => one === document.activeElement"
# What Tab stops at, one radio button of each group, and where it stands now; -1 is nowhere.
STOPS = """() => { const groups = new Set();
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  window.stops = [...document.querySelectorAll(all)]
    .filter((one) => !one.disabled && one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => one.type !== "radio" || one.checked || (!document.querySelector(`[name="${one.name}"]:checked`)
      && !groups.has(one.name) && groups.add(one.name)));
  return window.stops.length; }"""
STAND = "window.stops.indexOf(document.activeElement)"
# The outline is drawn around the element, or around the label that dresses it.
IS_SEEN = """() => { const one = document.activeElement, box = one.getBoundingClientRect();
  const outlined = [one, one.closest("label")].some((drawn) => drawn
    && getComputedStyle(drawn).outlineStyle !== "none" && parseFloat(getComputedStyle(drawn).outlineWidth) >= 2);
  return outlined && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth; }"""
MOST_PRESSES = 150


def tab_to(page: Page, wanted: Locator) -> None:
    for _press in range(MOST_PRESSES):
        page.keyboard.press("Tab")
        if wanted.evaluate(HAS_FOCUS):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def follow(page: Page, wanted: Locator) -> None:
    """One press of a link or of a button."""
    tab_to(page, wanted)
    page.keyboard.press("Enter")


def fill_in(page: Page, wanted: Locator, text: str) -> None:
    tab_to(page, wanted)
    page.keyboard.insert_text(text)


def stops_unseen(page: Page) -> tuple[list[int], list[str]]:
    """Tab from the top of the page to its end: the stops, in order, and those where the focus does not show."""
    last, walked, unseen = page.evaluate(STOPS) - 1, [-1], []
    for _press in range(MOST_PRESSES):
        page.keyboard.press("Tab")
        stop = page.evaluate(STAND)
        # A date is several stops in one field, drawn by the browser.
        if stop == walked[-1]:
            continue
        walked.append(stop)
        if not page.evaluate(IS_SEEN):
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
        if stop == last:
            break
    return walked[1:], unseen
