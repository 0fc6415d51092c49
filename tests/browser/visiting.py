"""A page seen by a person's browser: what went wrong, what it carried, whether everybody can read it."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"],
}
TELL_REFUSALS = """document.addEventListener("securitypolicyviolation",
  (event) => console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI}`))"""
# The published count: everything but what is inside drawings.
COUNT_ELEMENTS = "document.querySelectorAll('*').length - document.querySelectorAll('svg *').length"
# axe-core passes over what is folded. The person menu stays so: it would cover what stands below it.
UNFOLD = "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
WIDER_THAN_THE_SCREEN = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1
    && !one.closest(".table-scroll, svg *"))
  .map((one) => one.outerHTML.slice(0, 120)).slice(0, 5).concat(`${document.documentElement.scrollWidth} px`)"""

_axe = Axe()


@dataclass
class Watch:
    """All that must stay empty while a page lives: errors, refusals of the policy, requests elsewhere."""

    faults: list[str] = field(default_factory=list)

    def follow(self, page: Page, address: str) -> None:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", lambda request: self._see(request.url, address))

    def _hear(self, message: ConsoleMessage) -> None:
        # A feature that this browser does not have is refused all the same, for those that have it.
        if message.type in {"error", "warning"} and "Permissions-Policy header: Unrecognized" not in message.text:
            self.faults.append(f"console {message.type}: {message.text}")

    def _see(self, url: str, address: str) -> None:
        if not url.startswith((f"{address}/", "data:", "about:", "blob:")):
            self.faults.append(f"foreign host: {urlsplit(url).netloc}")


@dataclass
class Traffic:
    """What passed on the line, by kind of resource; what the cache gave costs nothing."""

    kinds: dict[str, str] = field(default_factory=dict)
    cached: set[str] = field(default_factory=set)
    transferred: dict[str, float] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return len(self.kinds.keys() - self.cached)

    @property
    def bytes(self) -> float:
        return sum(self.transferred.values())

    def bytes_of(self, kind: str) -> float:
        return sum(size for request, size in self.transferred.items() if self.kinds.get(request) == kind)


@contextmanager
def listening(page: Page) -> Iterator[Traffic]:
    traffic = Traffic()
    session = page.context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", lambda event: _sent(traffic, event))
    session.on("Network.requestServedFromCache", lambda event: traffic.cached.add(event["requestId"]))
    session.on("Network.responseReceived", lambda event: _received(traffic, event))
    session.on("Network.loadingFinished", lambda event: _finished(traffic, event))
    session.send("Network.enable")
    yield traffic
    session.detach()


def _sent(traffic: Traffic, event: dict[str, Any]) -> None:
    if not event["request"]["url"].startswith("data:"):
        traffic.kinds[event["requestId"]] = event.get("type", "Other")


def _received(traffic: Traffic, event: dict[str, Any]) -> None:
    if event["response"].get("fromDiskCache"):
        traffic.cached.add(event["requestId"])


def _finished(traffic: Traffic, event: dict[str, Any]) -> None:
    request = event["requestId"]
    if request in traffic.kinds and request not in traffic.cached:
        traffic.transferred[request] = event["encodedDataLength"]


@dataclass(frozen=True)
class Visit:
    """One page on a first visit, then seen again at 320 px once its files are known."""

    faults: list[str]
    violations: list[str]
    elements: int
    first: Traffic
    later: Traffic
    wider_than_the_screen: list[str]
    html: int


def visit(context: BrowserContext, address: str, path: str) -> Visit:
    """`context` must be new: its empty cache is that of a first visit."""
    page, watch = context.new_page(), Watch()
    watch.follow(page, address)
    with listening(page) as first:
        response = page.goto(address + path)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        elements = page.evaluate(COUNT_ELEMENTS)
        assert response is not None
        html = len(gzip.compress(response.body(), 6))
    faults = list(watch.faults)
    page.evaluate(UNFOLD)
    violations = violations_of(page)
    # Leaving first, so that coming back is a visit and not a reload that would ask for all again.
    page.goto("about:blank")
    page.set_viewport_size({"width": 320, "height": 800})
    with listening(page) as later:
        page.goto(address + path)
    wider = page.evaluate(WIDER_THAN_THE_SCREEN)
    return Visit(faults, violations, elements, first, later, wider, html)


def violations_of(page: Page, within: str | None = None) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA, RGAA and good practice, one line each."""
    response = _axe.run(page, within, RULES).response
    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:160]}" + f" {node.get('failureSummary', '')}"[:200]
        for rule in response["violations"]
        for node in rule["nodes"]
    ]
