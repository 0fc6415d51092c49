"""What people do during `make load`, as locust plays it: each follows the day of their role, page after page.

Run by `devtools.load`, which writes who comes in the file LOAD_CAST, and reads in LOAD_RESULTS what they met. Nothing
of the application runs here: pages, forms and redirections are all that is known.
"""

import html
import itertools
import json
import os
import random
import re
import time
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from locust import FastHttpUser, between, events, task

from tests.visitor import Page, values_of

CAST = itertools.cycle(json.loads(Path(os.environ["LOAD_CAST"]).read_text()))
RESULTS = Path(os.environ["LOAD_RESULTS"])
SESSION, CSRF = os.environ["LOAD_COOKIES"].split(",")
PAUSE = [float(seconds) for seconds in os.environ.get("PAUSE", "3-12").split("-")]
# From one run to another, the same choices.
CHANCE = random.Random(1)  # noqa: S311
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
# What is said when a person has enough reports under way.
ENOUGH = "se préparent déjà"
FOUND, DONE = 200, 302
ASKED_REPORT = "demander un bilan"

asked: list[tuple[float, str, float, str]] = []
# What people were told was kept, and what they sent without ever hearing.
kept: dict[str, list[str]] = {"interventions": [], "contributions": [], "journal": [], "bilans": []}
sent: dict[str, int] = dict.fromkeys(kept, 0)
refused: dict[str, int] = {"bilans": 0}


@events.request.add_listener
def note(name: str, response_time: float, exception: Any, **_more: Any) -> None:
    asked.append((time.time(), name, response_time, str(exception or "")))


@events.quitting.add_listener
def write_down(**_more: Any) -> None:
    RESULTS.write_text(json.dumps({"asked": asked, "kept": kept, "sent": sent, "refused": refused}))


class Unexpected(Exception):
    """Not what the page should be: already written down; the person goes home and begins another day."""


def words(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


class Somebody(FastHttpUser):
    """One person at their browser, behind the address of their own that the proxy gives."""

    # One reads, thinks and types.
    wait_time = between(*PAUSE)
    connection_timeout = network_timeout = 60.0

    def on_start(self) -> None:
        self.who = next(CAST)
        self.cookies: dict[str, str] = dict(self.who["cookies"])
        self.client.client.cookiejar = None
        self.pages = self.life()

    @task
    def next_page(self) -> None:
        next(self.pages)

    def life(self) -> Iterator[None]:
        """One day after another; each step is a page, after which one thinks."""
        while True:
            try:
                yield from DAYS[self.who["role"]](self)
            except Unexpected:
                yield
            except Exception as problem:
                # Nobody leaves unnoticed: what was not foreseen is an error of the run.
                asked.append((time.time(), f"journée, {self.who['role']}", 0.0, repr(problem)))
                yield

    def read(self, path: str, name: str, heading: str) -> str:
        """The page at this address, which must carry this heading."""
        return self._ask("GET", path, name, FOUND, heading=heading)[0]

    def form(self, path: str, name: str, heading: str, button: str) -> dict[str, str]:
        """What the browser would send of the form that this button belongs to."""
        return self.form_in(self.read(path, name, heading), path, name, button)

    def form_in(self, page: str, path: str, name: str, button: str) -> dict[str, str]:
        try:
            return dict(values_of(Page(FOUND, path, page).form_of(button)))
        except LookupError:
            asked.append((time.time(), name, 0.0, f"pas de bouton « {button} »"))
            raise Unexpected from None

    def send(self, path: str, name: str, typed: dict[str, str], leads_to: str, kind: str = "", what: str = "") -> str:
        """Where the form leads, once what it holds is kept; a form that stays where it is is an error."""
        sent.update({kind: sent[kind] + 1} if kind else {})
        _page, location = self._ask("POST", path, name, DONE, typed=typed, leads_to=leads_to)
        if kind and location:
            kept[kind].append(what or location)
        return location

    def keep_draft(self, typed: dict[str, str]) -> None:
        """What the form's script does while one types."""
        answer, _location = self._ask("POST", "/brouillons/garder/", "brouillon gardé", FOUND, typed=typed, script=True)
        said = json.loads(answer)
        typed.update({"draft-id": said["id"], "draft-revision": str(said["revision"])})

    def _ask(
        self,
        method: str,
        path: str,
        name: str,
        expected: int,
        *,
        heading: str = "",
        typed: dict[str, str] | None = None,
        leads_to: str = "",
        script: bool = False,
    ) -> tuple[str, str]:
        told = self._headers(path, script=script)
        if typed is not None:
            told["Content-Type"] = "application/x-www-form-urlencoded"
        with self.client.request(
            method,
            path,
            name=name,
            data=urlencode(typed or {}) or None,
            headers=told,
            allow_redirects=False,
            catch_response=True,
        ) as answer:
            page = answer.text or ""
            location = self._location_of(answer)
            if typed and name == ASKED_REPORT and answer.status_code != DONE and ENOUGH in page:
                refused["bilans"] += 1
                answer.success()
                return page, ""
            if problem := self._problem(answer, page, location, expected, heading, leads_to):
                answer.failure(problem)
            else:
                answer.success()
        if problem:
            raise Unexpected
        return page, location

    def _headers(self, path: str, *, script: bool) -> dict[str, str]:
        """Those of a browser, and what a proxy in front of the site adds."""
        return {
            "Accept": "application/json" if script else "text/html",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"{self.host}{path}".replace("http://", "https://"),
            "X-Forwarded-For": self.who["address"],
            "X-Forwarded-Proto": "https",
            # The site closes a connection that nobody used for two seconds, and one thinks for longer.
            "Connection": "close",
        }

    def _location_of(self, answer: Any) -> str:
        if answer.headers is None:
            return ""
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.headers.get("Location") or ""

    def _problem(self, answer: Any, page: str, location: str, expected: int, heading: str, leads_to: str) -> str:
        """Why this is not what was hoped for, in a few words; nothing when it is."""
        if answer.status_code != expected:
            return f"statut {answer.status_code or answer.error} au lieu de {expected} {location}".rstrip()
        if not location.startswith(leads_to):
            return f"mène à {location}"
        if heading and not any(" ".join(heading.split()) in words(one) for one in HEADING.findall(page)):
            return f"sans le titre « {heading} »"
        return ""


def practitioner(me: Somebody) -> Iterator[None]:
    """From one's home to the account of a visit, then what one comes for: the trajectory, the days to come."""
    trajectory = CHANCE.choice(me.who["trajectories"])
    title = f"Visite {uuid.uuid4()}"
    me.read("/", "accueil, accompagnement", "Bonjour")
    yield
    new = f"/interventions/nouvelle/?trajectoire={trajectory['id']}"
    form = me.form(new, "formulaire d’intervention", "Que s’est-il passé", "Enregistrer")
    yield
    account = "Nous avons repris ensemble ce qui avait été dit la dernière fois, et choisi par quoi commencer. " * 4
    form |= {"minutes": "2 h", "title": title, "account": account, "facts": "Trois personnes autour de la table."}
    me.keep_draft(form)
    yield
    noted = me.send(new, "noter une intervention", form, "/interventions/", "interventions", title)
    me.read(noted, "intervention", title)
    yield
    me.read(trajectory["path"], "tableau de bord", trajectory["name"])
    yield
    me.read(f"{trajectory['path']}histoire/", "histoire", "Toute l’histoire")
    yield
    me.read("/agenda/", "agenda", "Agenda")
    yield
    me.read("/journal/", "journal", "Mon journal de bord")
    yield
    if CHANCE.random() < 0.3:
        form = me.form(
            "/journal/nouvelle-page/", "page de journal, formulaire", "Une page de mon journal", "Garder cette page"
        )
        yield
        form |= {"facts": "Un fait.", "feelings": "Un ressenti."}
        me.send("/journal/nouvelle-page/", "page de journal, gardée", form, "/journal/", "journal")
        yield


def leader(me: Somebody) -> Iterator[None]:
    """Where the structure stands; now and then, a report for the board."""
    (trajectory,) = me.who["trajectories"]
    base = trajectory["path"]
    me.read(base, "tableau de bord", trajectory["name"])
    yield
    me.read(f"{base}evolution/", "évolution", f"Évolution de {trajectory['name']}")
    yield
    me.read(f"{base}dimensions/{trajectory['dimension']}/", "dimension", trajectory["dimension_name"])
    yield
    page = me.read(f"{base}bilans/", "bilans", "Bilans de trajectoire")
    yield
    if CHANCE.random() < 0.3:
        form = me.form_in(page, base, "bilans", "Préparer le bilan")
        begins = date.today() - timedelta(days=CHANCE.randint(60, 400))
        form |= {"period_start": begins.isoformat()}
        if asked_for := me.send(f"{base}bilans/", ASKED_REPORT, form, "/bilans/", "bilans"):
            me.read(asked_for, "bilan", "Bilan de trajectoire")
            yield


def community(me: Somebody) -> Iterator[None]:
    """What peers tell; now and then, a word of one's own."""
    report = CHANCE.choice(me.who["reports"])
    me.read("/communaute/", "communauté", "Communauté")
    yield
    me.read(report["path"], "retour d’expérience", report["title"])
    yield
    me.read("/recherche/?q=cooperation", "recherche", "Chercher")
    yield
    if CHANCE.random() < 0.3:
        address, text = f"{report['path']}contribuer/", f"Et si l’on commençait plus petit ? {uuid.uuid4()}"
        form = me.form(f"{address}?genre=question", "contribution, formulaire", "Contribuer au débat", "Contribuer")
        yield
        form |= {"kind": "question", "text": text}
        me.send(address, "contribuer", form, "/communaute/", "contributions", text)
        yield


def coordination(me: Somebody) -> Iterator[None]:
    """The whole network, as it stands."""
    for path, name, heading in [
        ("/", "accueil, coordination", "La coordination"),
        ("/reseau/", "réseau", "La coordination"),
        ("/structures/", "structures", "Structures"),
        ("/recherche/?q=cooperation", "recherche", "Chercher"),
        ("/temps-du-reseau/", "temps du réseau", "Le temps du réseau"),
        ("/supervision/", "supervision", "La plateforme fonctionne-t-elle"),
    ]:
        me.read(path, name, heading)
        yield


def member(me: Somebody) -> Iterator[None]:
    """Comes in by the form, looks at what the team is doing, leaves."""
    (trajectory,) = me.who["trajectories"]
    me.cookies.clear()
    form = me.form("/connexion/", "connexion, formulaire", "Se connecter", "Se connecter")
    yield
    form |= {"login": me.who["email"], "password": me.who["password"]}
    me.send("/connexion/", "se connecter", form, "/")
    page = me.read("/", "accueil, équipe", "Bonjour")
    yield
    for _visit in range(3):
        me.read(trajectory["path"], "tableau de bord", trajectory["name"])
        yield
        me.read(f"{trajectory['path']}evolution/", "évolution", f"Évolution de {trajectory['name']}")
        yield
        page = me.read("/notifications/", "notifications", "Vos notifications")
        yield
    form = me.form_in(page, "/notifications/", "notifications", "Se déconnecter")
    me.send("/deconnexion/", "se déconnecter", form, "/connexion/")
    yield


DAYS = {
    "practitioner": practitioner,
    "leader": leader,
    "community": community,
    "coordination": coordination,
    "member": member,
}
