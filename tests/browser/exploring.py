"""The site as one role finds it: every address that a link leads to, and what answered."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, resolve
from lxml import html
from playwright.sync_api import APIRequestContext

MOST = 1_800
# Beside each text, or each who accompanies, stand links to pages that are alike: so many of a pattern tell all.
OF_A_KIND = 10
BESIDE_EACH = (
    "readers_",
    "account_open",
    "text_open",
    "practitioner_",
    "cohort_leave",
    "handover",
    "trial_edit",
    "effect_new",
    "next_step_",
    # Beside each criterion, each dimension, each axis.
    *("framework_part", "framework_add", "framework_remove", "framework_order", "framework_remark_new"),
    # Each month leads to the next, each page of what happened too.
    *("agenda", "free_places", "my_time", "network_time", "structure_history", "trajectory_history"),
    # Each version has all its dimensions, each look its criteria.
    *("framework_dimension", "what_came_before_dimension", "calibration_part", "vignette_"),
)


@dataclass(frozen=True)
class Answer:
    """What one address gave, redirects followed to `final`."""

    path: str
    final: str
    status: int
    body: bytes
    document: html.HtmlElement | None

    @property
    def name(self) -> str:
        """The name of its URL pattern: pages of one name are alike but for their data."""
        return resolve(urlsplit(self.final).path).view_name

    @property
    def ids(self) -> set[str]:
        return set() if self.document is None else {str(one) for one in self.document.xpath("//@id")}

    @property
    def shape(self) -> tuple[str, frozenset[tuple[str, str]]]:
        """Its pattern and the kinds of elements in its main part: of two pages of one shape, one says it all."""
        found = [] if self.document is None else self.document.xpath("//main//*[not(ancestor::svg)]")
        return self.name, frozenset((str(one.tag), str(one.get("class", ""))) for one in found)

    @property
    def title(self) -> str:
        return "" if self.document is None else " ".join((self.document.findtext(".//title") or "").split())

    @property
    def headings(self) -> list[tuple[int, str]]:
        found = [] if self.document is None else self.document.xpath("//h1|//h2|//h3|//h4|//h5|//h6")
        return [(int(one.tag[1]), " ".join(one.text_content().split())) for one in found]


@dataclass
class Site:
    """All the answers, by path, and which page led to each."""

    answers: dict[str, Answer] = field(default_factory=dict)
    linked_from: dict[str, str] = field(default_factory=dict)
    fragments: set[tuple[str, str]] = field(default_factory=set)

    @property
    def pages(self) -> list[Answer]:
        """Each page once, whatever the number of addresses that lead to it."""
        shown = {one.final: one for one in self.answers.values() if one.document is not None and one.status == 200}
        return list(shown.values())

    @property
    def extremes(self) -> list[Answer]:
        """For each URL pattern, its lightest page, empty perhaps, and its heaviest: where that one keeps
        to its budget, the others do."""
        by_weight = sorted(self.pages, key=lambda page: len(page.body))
        heaviest = {page.name: page for page in by_weight}
        lightest = {page.name: page for page in reversed(by_weight)}
        return [*heaviest.values(), *(page for name, page in lightest.items() if page is not heaviest[name])]


def explore(request: APIRequestContext, address: str, starts: list[str]) -> Site:
    """Breadth first over all links to the site itself, from `starts`; a failure is an answer like another."""
    site, waiting, followed = Site(), deque(starts), Counter[str]()
    site.linked_from |= dict.fromkeys(starts, "")
    while waiting:
        path = waiting.popleft()
        site.answers[path] = answer = ask(request, address, path)
        for target, fragment in _links(answer, address):
            if target not in site.linked_from:
                if _is_one_more(target, followed):
                    continue
                site.linked_from[target] = path
                waiting.append(target)
            if fragment:
                site.fragments.add((target, fragment))
        assert len(site.answers) < MOST, f"Too many addresses, the last one is {path}"
    return site


def _is_one_more(target: str, followed: Counter[str]) -> bool:
    """Whether enough of its kind were followed; a link to nowhere is always followed, and seen to be dead."""
    try:
        name = resolve(urlsplit(target).path).view_name
    except Resolver404:
        return False
    followed[name] += 1
    return name.startswith(BESIDE_EACH) and followed[name] > OF_A_KIND


def ask(request: APIRequestContext, address: str, path: str) -> Answer:
    response = request.get(address + path)
    body = response.body()
    is_page = response.headers.get("content-type", "").startswith("text/html")
    document = html.fromstring(body.decode()) if is_page else None
    response.dispose()
    return Answer(path, response.url.removeprefix(address), response.status, body, document)


def _links(answer: Answer, address: str) -> Iterator[tuple[str, str]]:
    here = address + answer.final
    for href in [] if answer.document is None else answer.document.xpath("//a/@href"):
        url, fragment = urldefrag(urljoin(here, str(href)))
        if url.startswith(f"{address}/"):
            yield url.removeprefix(address), fragment
