"""Times the main pages and the report against frozen references, in one process, on the demonstration's data.

    python -m devtools.bench

Other work on the machine slows everything down, a page and its reference alike: so calls are interleaved,
the least of each is kept, and a run during which the machine was not ours gives no figure at all: when
the barest page never came near its floor, when a reference wavered, or when others took the processor.
"""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from devtools.servers import ROOT, Servers, temporary_servers

BLOCKS, CALLS_A_BLOCK, PDF_RUNS, CALIBRATION = 20, 2, 6, 200
# Beyond this, blocks were slowed down too unequally for their ratio to mean anything.
NOISE = 1.5
# The part of the processors that others may take meanwhile.
OTHERS = 0.15
LIST, FORM, DASHBOARD, REPORT = 5.0, 6.0, 10.0, 6.0


@dataclass
class Page:
    """What is called, how many times the reference's time it may take, and the calls made so far (seconds)."""

    name: str
    target: float
    call: Callable[[], Any]
    queries: int = 0
    blocks: list[float] = field(default_factory=list)

    @property
    def least(self) -> float:
        return min(self.blocks)


@contextlib.contextmanager
def demonstration(*, durable: bool = False) -> Iterator[Servers]:
    """The demonstration in a database of its own, gone afterwards."""
    with temporary_servers(durable=durable) as (servers, var_dir):
        os.environ.update(servers.environment, VAR_DIR=str(var_dir), APP_MODE="test")
        os.environ.update(DEMO_PASSWORD=secrets.token_urlsafe(), DJANGO_SETTINGS_MODULE="efc_platform.settings")
        # The demonstration's accounts have none.
        os.environ.update(SECOND_FACTOR_REQUIRED="no")
        (var_dir / "static").mkdir(exist_ok=True)
        # By the command itself: the owner of the tables migrates, and the role of this process owns nothing.
        subprocess.run([sys.executable, "manage.py", "migrate", "--no-input", "--verbosity=0"], check=True)
        import django
        from django.core.management import call_command

        django.setup()
        with Path(os.devnull).open("w") as nowhere:
            call_command("load_territory", stdout=nowhere)
            call_command("load_demo", stdout=nowhere)
        yield servers


def client_of(email: str) -> Any:
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def pages() -> list[Page]:
    """The pages each role spends its time on, and the form that is sent most."""
    from trajectories.models import Trajectory

    coordinator = client_of("coordination@demo.example")
    practitioner = client_of("accompagnement@demo.example")
    leader = client_of("dirigeance@demo.example")
    trajectory = Trajectory.objects.get(structure__name="La Ressourcerie des Trois Rives")
    reading = trajectory.readings.last()
    intervention = trajectory.shares.first().intervention
    base = f"/trajectoires/{trajectory.public_id}/"
    sent = {
        "trajectory": trajectory.public_id,
        "occurred_on": intervention.occurred_on,
        "minutes": "2 h",
        "modality": "work_organisation",
        "with_whom": "Nadia Roussel, 3 bénévoles",
        "account": "Un compte rendu de quelques lignes.",
        "circle": "structure",
        "facts": "Un fait.",
    }

    def log() -> Any:
        return practitioner.post("/interventions/nouvelle/", {**sent, "client_key": uuid.uuid4()})

    def read(name: str, target: float, client: Any, path: str) -> Page:
        return Page(name, target, lambda: client.get(path))

    return [
        # What five applications know of one's day: a dashboard in all but its name.
        read("accueil, accompagnement", DASHBOARD, practitioner, "/"),
        read("accueil, coordination", LIST, coordinator, "/"),
        read("structures", LIST, coordinator, "/structures/"),
        read("fiche d’une structure", LIST, practitioner, trajectory.structure.get_absolute_url()),
        read("tableau de bord", DASHBOARD, leader, base),
        read("histoire", LIST, leader, f"{base}histoire/"),
        read("dimension", LIST, leader, f"{base}dimensions/D1/"),
        read("interventions", LIST, leader, f"{base}interventions/"),
        read("intervention", LIST, practitioner, intervention.get_absolute_url()),
        read(
            "formulaire d’intervention",
            LIST,
            practitioner,
            f"/interventions/nouvelle/?trajectoire={trajectory.public_id}",
        ),
        Page("noter une intervention", FORM, log),
        read("lecture", LIST, leader, reading.get_absolute_url()),
        read("positionnement", LIST, practitioner, f"/lectures/{draft_of(practitioner, trajectory)}/D1/"),
        read("bilans", LIST, leader, f"{base}bilans/"),
    ]


def draft_of(client: Any, trajectory: Any) -> uuid.UUID:
    """A reading begun for the run: its form is what is opened most, once for each dimension."""
    begun = {"viewpoint": "accompaniment", "read_on": trajectory.started_on, "client_key": uuid.uuid4()}
    client.post(f"/trajectoires/{trajectory.public_id}/lectures/nouvelle/", begun)
    return trajectory.readings.drafts().latest("pk").public_id


def count_queries(page: Page) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = page.call()
    if answer.status_code not in {200, 302} or (page.target == FORM and answer.status_code != 302):
        raise SystemExit(f"{page.name} : réponse {answer.status_code}, rien à mesurer.")
    return len(captured)


def interleave(measured: list[Page]) -> None:
    """Each block calls every page in turn and keeps the least time of each."""
    for _block in range(BLOCKS):
        least = dict.fromkeys(range(len(measured)), float("inf"))
        for _call in range(CALLS_A_BLOCK):
            for rank, page in enumerate(measured):
                began = time.perf_counter()
                page.call()
                least[rank] = min(least[rank], time.perf_counter() - began)
        for rank, page in enumerate(measured):
            page.blocks.append(least[rank])


def floor_of(hello: Page, reference: Page) -> float:
    """What the barest page costs at best: the least of many calls, each after a page as during the run."""
    spent = []
    for _call in range(CALIBRATION):
        reference.call()
        began = time.perf_counter()
        hello.call()
        spent.append(time.perf_counter() - began)
    return min(spent)


@dataclass
class Machine:
    """How much of the processors went to others since the run began: to neither this process nor its servers."""

    began: float = field(default_factory=time.perf_counter)
    busy: float = field(default_factory=lambda: busy_seconds())
    ours: float = field(default_factory=lambda: our_seconds())

    @property
    def share_of_others(self) -> float:
        elapsed = (time.perf_counter() - self.began) * (os.cpu_count() or 1)
        return max(0.0, busy_seconds() - self.busy - (our_seconds() - self.ours)) / elapsed


def busy_seconds() -> float:
    import psutil

    total = psutil.cpu_times()
    return total.user + total.nice + total.system + total.irq + total.softirq + total.steal


def our_seconds() -> float:
    import psutil

    return tree_seconds(psutil.Process())


def tree_seconds(root: Any) -> float:
    """Processor time of a process and of all that it started, those that are already gone included."""
    import psutil

    spent = 0.0
    for one in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            spent += sum(one.cpu_times()[:4])
    return spent


def noise(hello: Page, reference: Page, floor: float, machine: Machine) -> str:
    """Why no duration of this run means anything, or nothing."""
    if hello.least > NOISE * floor:
        return "la page la plus simple n’a jamais approché son plancher"
    if any(median(page.blocks) > NOISE * page.least for page in (hello, reference)):
        return "la référence a trop varié"
    if machine.share_of_others > OTHERS:
        return f"d’autres programmes ont pris {machine.share_of_others:.0%} des processeurs"
    return ""


def report_cost() -> tuple[float, float, int]:
    """CPU seconds of WeasyPrint and of a warm Chromium for the same document, and its bytes."""
    from django.template.loader import render_to_string

    from efc_platform.shared.pdf import TEMPLATES, html_to_pdf
    from trajectories.gathering import progress_report_content
    from trajectories.models import ProgressReport

    report = ProgressReport.objects.select_related("trajectory__structure", "requested_by__person").first()
    context = {"report": progress_report_content(report), "document": {"title": "Bilan"}}
    html = render_to_string("pdf/progress_report.html", context)
    ours, size = [], 0
    for _run in range(PDF_RUNS):
        began = time.process_time()
        size = len(html_to_pdf(html))
        ours.append(time.process_time() - began)
    style = f"<style>{(TEMPLATES / 'report.css').read_text()}</style>"
    return min(ours), chromium_cost(html.replace('<link rel="stylesheet" href="report.css">', style)), size


def chromium_cost(html: str) -> float:
    """CPU seconds of the whole browser to lay out and print the page, once warm."""
    import psutil
    from playwright.sync_api import sync_playwright

    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page, costs = browser.new_page(), []
        # Not Playwright's own driver, which stands between.
        started = psutil.Process().children(recursive=True)
        root = next(one for one in started if "chrom" in one.name())
        for _run in range(PDF_RUNS + 1):
            before = tree_seconds(root)
            page.set_content(html)
            page.pdf(tagged=True)
            costs.append(tree_seconds(root) - before)
        browser.close()
    return min(costs[1:])


def say(measured: list[Page], hello: Page, reference: Page, noisy: str) -> bool:
    """Prints the table; whether a target is missed."""
    missed = False
    print(f"{'page':<28}{'requêtes':>9}{'× référence':>13}{'au plus':>9}")
    for page in measured:
        ratio = page.least / reference.least
        missed |= not noisy and ratio > page.target
        figure = "bruit" if noisy else f"{ratio:.1f}{' !' if ratio > page.target else ''}"
        print(f"{page.name:<28}{page.queries:>9}{figure:>13}{page.target:>9.0f}")
    print(f"référence : {reference.least * 1000:.1f} ms, bonjour : {hello.least * 1000:.1f} ms, le moindre de chacune")
    if noisy:
        print(f"Trop de bruit sur la machine, {noisy} : aucune durée n’est donnée. Recommencez au calme.")
    return missed


def main() -> int:
    with demonstration():
        from django.test.utils import override_settings

        # Without Django's test environment, which records every template: pages are timed as they are served.
        with override_settings(ROOT_URLCONF="tests.benchmarks.reference", ALLOWED_HOSTS=["testserver"]):
            client = client_of("coordination@demo.example")
            hello = Page("bonjour", 1, lambda: client.get("/mesure/bonjour/"))
            reference = Page("référence", 1, lambda: client.get("/mesure/reference/"))
            measured = pages()
            for page in [hello, reference, *measured]:
                page.queries = count_queries(page)
            floor, machine = floor_of(hello, reference), Machine()
            interleave([hello, reference, *measured])
            missed = say(measured, hello, reference, noisy := noise(hello, reference, floor, machine))
        ours, theirs, size = report_cost()
        ratio = ours / theirs
        print(f"bilan PDF : {size / 1000:.0f} ko, {ours:.2f} s de calcul,", end=" ")
        print(f"{ratio:.1f} fois Chromium (au plus {REPORT:.0f})")
        return 1 if not noisy and (missed or ratio > REPORT) else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
