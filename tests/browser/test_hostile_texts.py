"""Texts that would like to run, in every field that people write and every page that shows them, in a real browser."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route

from accounts.models import Circle
from tests.access_matrix import MATRIX
from tests.addresses import kwargs_of
from tests.browser.visiting import TELL_REFUSALS
from tests.factories.cast import Cast
from tests.factories.world import CIRCLES, World, furnish, give_passwords
from tests.hostile import PAYLOADS
from tests.signing_in import sign_in

pytestmark = pytest.mark.browser
# Nobody is asked there: the browser is given the answers.
SITE = "http://localhost:4999"
STATIC = settings.BASE_DIR / "static"
READERS = ["practitioner", "leader", "coordinator", "trainer"]
# Whatever a payload calls, in whichever frame it managed to open.
TRAP = "window.alert = window.confirm = window.prompt = window.print = () => __xss('dialog');"
DISGUISED = """() => [...document.querySelectorAll("*")]
  .filter((one) => /^(javascript|data|vbscript|blob):/.test(one.protocol || "")
    || [...one.attributes].some(({name}) => /^(on|hx-on|data-hx-on|style$)/.test(name)))
  .map((one) => one.outerHTML.slice(0, 160))"""


def _shortest() -> dict[str, int]:
    """How long a word may be, by the name of its field; a long text has no bound."""
    bounds = {"file_name": 100, "evidence": 300}
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.CharField) and column.max_length and not column.choices:
                bounds[column.name] = min(column.max_length, bounds.get(column.name, 1000))
    return bounds


class HostileWords:
    """Fills a field with all the payloads, or with the next ones that go in."""

    def __init__(self) -> None:
        self.bounds, self.next = _shortest(), cycle(PAYLOADS)

    def __call__(self, name: str) -> str:
        sort, column = name.split(".")[:2]
        if column == "email":
            return "adresse"
        # The world cuts the names and the sheet at thirty letters, and adds a number to some titles.
        is_cut = sort in {"person", "enrolled"} or column in {"phone", "acronym"} or name in SHEET
        room = 30 if is_cut else self.bounds.get(column, 0) - 10
        return self._as_many_as(room) if column in self.bounds else "\n\n".join(PAYLOADS)

    def _as_many_as(self, room: int) -> str:
        held: list[str] = []
        for payload in (next(self.next) for _ in PAYLOADS):
            if len(" ".join([*held, payload])) <= room:
                held.append(payload)
            elif held and room - len(" ".join(held)) < 15:
                break
        assert held, f"no payload is as short as {room}"
        return " ".join(held)


SHEET = {
    f"structure.{name}"
    for name in (
        "acronym",
        "sector",
        "functional_sphere",
        "networks",
        "address",
        "commune_name",
        "department",
        "region",
    )
} | {"structure.territory_of_action", "structure.website"}


@dataclass
class Stage:
    """A browser that is given the application's own answers, asked for beforehand; it reaches nothing else."""

    page: Page
    given: dict[str, tuple[dict[str, str], bytes]]
    noticed: list[str] = field(default_factory=list)

    def carry(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path not in self.given:
            self.noticed.append(f"asked for {path}")
            return route.abort()
        headers, body = self.given[path]
        return route.fulfill(headers=headers, body=body)

    def show(self, path: str, headers: dict[str, str], body: bytes) -> list[str]:
        """All that went wrong on one page: what ran, what was asked for or refused, what is disguised."""
        self.given[path] = headers, body
        self.noticed.clear()
        self.page.goto(SITE + path)
        return [*self.noticed, *self.page.evaluate(DISGUISED)]


def static_files() -> dict[str, tuple[dict[str, str], bytes]]:
    kinds = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
    files = ((path, path.relative_to(STATIC).as_posix()) for path in STATIC.rglob("*") if path.suffix[1:] in kinds)
    return {f"/static/{name}": ({"Content-Type": kinds[path.suffix[1:]]}, path.read_bytes()) for path, name in files}


@pytest.fixture
def stage(browser: Browser) -> Iterator[Stage]:
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    stage = Stage(context.new_page(), static_files())
    context.expose_binding("__xss", lambda source, *said: stage.noticed.append(f"ran in {source['frame'].url}"))
    context.add_init_script(TRAP)
    context.add_init_script(TELL_REFUSALS)
    context.route("**/*", stage.carry)
    stage.page.on("console", lambda said: stage.noticed.append(said.text) if said.type == "error" else None)
    stage.page.on("pageerror", lambda error: stage.noticed.append(f"script error: {error}"))
    yield stage
    context.close()


@pytest.fixture
def world(cast: Cast, caplog) -> World:
    caplog.set_level("ERROR", "django.request")
    give_passwords(cast.users.values())
    me = cast.practitioner
    people = {"practitioner": me.person, "drafted_by": me.person, "trainer": cast.trainer.person}
    return furnish(cast.trajectory_a, **people, journal_of=me, leader=cast.leader, words=HostileWords())


def pages(world: World) -> Iterator[str]:
    for line in MATRIX:
        if line.method == "GET":
            yield reverse(line.address, kwargs=kwargs_of(line.about, world))
    for circle in CIRCLES:
        if circle != Circle.STRUCTURE:
            yield reverse("intervention", args=[world.interventions[circle].public_id])
    yield world.contribution.report.get_absolute_url()
    yield from (f"{reverse('search')}?q=xss", f"{reverse('structures')}?q=xss")


def hostile_pages(cast: Cast, world: World) -> Iterator[tuple[str, dict[str, str], bytes]]:
    """Each page that shows what people typed, as the first of the readers to whom it does."""
    waiting = list(dict.fromkeys(pages(world)))
    for reader in READERS:
        client = sign_in(Client(), cast.users[reader])
        for path in list(waiting):
            with transaction.atomic():
                answer = client.get(path)
                transaction.set_rollback(True)
            # Read to its end, a download closes its file.
            body = b"".join(answer)
            is_page = answer.headers.get("Content-Type", "").startswith("text/html")
            if answer.status_code == 200 and is_page and b"__xss" in body:
                waiting.remove(path)
                yield path, dict(answer.headers), body


# The browser first: Django would take its event loop for asynchronous code of ours.
def test_nothing_that_people_typed_runs_in_a_page(stage, cast, world):
    shown = list(hostile_pages(cast, world))
    assert len(shown) > 50
    faults = {path: stage.show(path, headers, body) for path, headers, body in shown}
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize("is_protected", [False, True])
def test_the_trap_closes(stage, is_protected):
    """Trusted as they are, the same texts run; under the platform's policy they are refused, and it is noticed."""
    policy = {"Content-Security-Policy": Client().get(reverse("healthz"))["Content-Security-Policy"]}
    headers = {"Content-Type": "text/html"} | (policy if is_protected else {})
    body = "<!doctype html><title>x</title><img src=/static/x onerror=__xss(1)><script>alert(1)</script>"
    found = " ".join(stage.show("/", headers, body.encode()))
    assert ("ran in" in found, "refused by the policy" in found) == (not is_protected, is_protected)
    assert "<img" in found
