"""Fifty people at once for ten minutes, in a small network served as in production; then what one core carries.

    python -m devtools.load        (PEOPLE=50 SECONDS=600 PAUSE=3-12 CORE_SECONDS=60 CORE_P95=500)

The site (gunicorn, two processes of four threads), the worker (Celery, two slots) and the clock run in production mode,
on a PostgreSQL that really writes to its disk. People come through what stands for the proxy: an address each, and
https in the headers. Whoever was told that their words were kept must find them, once, at the end.
"""

import base64
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from devtools.bench import OTHERS, Machine, demonstration, tree_seconds
from devtools.demo import await_site, beat, web, worker
from devtools.launch import Launch
from devtools.load_figures import LONG_ENOUGH, Asked, Held, by_page, faults, memory_of, p95, slowing
from devtools.mass import SIZES, fill
from devtools.mass_pages import PRACTITIONER
from devtools.processes import ROOT, Child, Refusal, free_port
from devtools.servers import Servers

PEOPLE, SECONDS = int(os.environ.get("PEOPLE", 50)), int(os.environ.get("SECONDS", 600))
# How long each number of people is tried on one core (0 for not at all), and the slowest p95 that is still borne.
CORE_SECONDS, CORE_P95 = int(os.environ.get("CORE_SECONDS", 60)), int(os.environ.get("CORE_P95", 500))
# From so many of these people on, half as many again each time.
CORE_FIRST, CORE_STEP, CORE_LEVELS = 0.4, 1.5, 8
EVERY = 5.0
# What is left to the last jobs once everybody is gone.
JOBS_END = 180
COOKIES = {"sid": "__Host-sid", "csrf": "__Host-csrf"}


@dataclass(frozen=True)
class Run:
    """What people met, what they were told was kept, and how often nothing was heard."""

    asked: list[Asked]
    kept: dict[str, list[str]]
    sent: dict[str, int]
    refused: dict[str, int]

    @classmethod
    def read(cls, path: Path) -> "Run":
        told = json.loads(path.read_text())
        rows = sorted(told["asked"])
        began = rows[0][0] if rows else 0.0
        asked = [Asked(moment - began, name, spent, problem) for moment, name, spent, problem in rows]
        return cls(asked, told["kept"], told["sent"], told["refused"])


@dataclass
class Site:
    """The processes that are measured."""

    launch: Launch
    environment: Mapping[str, str]
    servers: Servers
    stack: ExitStack
    children: dict[str, Child] = field(default_factory=dict)

    def start(self, *, core: int | None = None) -> None:
        """All of it; on `core` alone, the pages and PostgreSQL."""
        for name, make in (("worker", worker), ("beat", beat), ("web", web)):
            if name not in self.children:
                child = self.children[name] = make(self.launch, self.environment)
                self.stack.callback(child.stop)
                with pinned(core if name == "web" else None):
                    child.start()
        await_site(self.launch, self.children["web"], lambda: None)

    def start_again_on(self, core: int) -> None:
        self.children.pop("web").stop()
        for process in self._postgres():
            process.cpu_affinity([core])
        self.start(core=core)

    @property
    def seconds(self) -> float:
        """Of processor: the site and all of PostgreSQL, which the worker asks a little of too."""
        roots = [psutil.Process(self.children["web"].process.pid)]  # type: ignore[union-attr]
        return sum(map(tree_seconds, [*roots, *self._postgres()[:1]]))

    def _postgres(self) -> list[psutil.Process]:
        """Its first process, then the others; none where it was given from outside."""
        given = [child for child in self.servers.children if child.name == "PostgreSQL" and child.process]
        roots = [psutil.Process(child.process.pid) for child in given]  # type: ignore[union-attr]
        return [process for root in roots for process in [root, *root.children(recursive=True)]]

    def held(self, began: float) -> Held:
        site, background = (resident(self.children[name], first) for name, first in (("web", False), ("worker", True)))
        return Held(time.time() - began, site, background, connections())


@contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """What is started meanwhile runs on this core alone."""
    if core is None:
        yield
        return
    usual = psutil.Process().cpu_affinity()
    psutil.Process().cpu_affinity([core])
    try:
        yield
    finally:
        psutil.Process().cpu_affinity(usual)


def resident(child: Child, with_first: bool) -> int:
    """Bytes of memory of its processes; the first of gunicorn only watches the others."""
    if child.process is None:
        return 0
    total, root = 0, psutil.Process(child.process.pid)
    for process in [*([root] if with_first else []), *root.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total


def connections() -> int:
    """Of the application to PostgreSQL, site and workers together."""
    with psycopg.connect(os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]) as own:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return (own.execute(query).fetchone() or (0,))[0]


@contextmanager
def watched(site: Site) -> Iterator[list[Held]]:
    """What the processes hold, looked at every five seconds for as long as the block runs."""
    held: list[Held] = []
    over, began = threading.Event(), time.time()

    def look() -> None:
        while not over.wait(EVERY):
            held.append(site.held(began))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield held
    finally:
        over.set()
        thread.join()


def play(people: int, seconds: int, cast: list[dict[str, Any]], site: Site, *, core: int | None = None) -> Run:
    """So many people for so long, in a process of their own; away from the core that is measured."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "cast.json").write_text(json.dumps(cast[:people]))
        environment = {
            **os.environ,
            "LOAD_CAST": str(directory / "cast.json"),
            "LOAD_RESULTS": str(directory / "results.json"),
            "LOAD_COOKIES": ",".join(COOKIES.values()),
        }
        # Everybody is there within half a minute, sooner when the run is short.
        rate = people / min(30, max(seconds / 6, 1))
        argv = [sys.executable, "-m", "locust", "-f", "devtools/load_people.py", "--headless", "--only-summary"]
        argv += ["-u", str(people), "-r", f"{rate:.2f}", "-t", f"{seconds}s", "--stop-timeout", "30"]
        argv += ["--host", site.launch.address, "--loglevel", "WARNING"]
        others = None if core is None else [one for one in psutil.Process().cpu_affinity() if one != core]
        locust = subprocess.Popen(
            argv, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        if others:
            psutil.Process(locust.pid).cpu_affinity(others)
        _out, said = locust.communicate()
        if not (directory / "results.json").exists():
            raise Refusal(f"locust n’a rien rendu :\n{said[-3000:]}")
        return Run.read(directory / "results.json")


def losses(run: Run) -> Iterator[str]:
    """What people were told was kept and is not there, or is there twice."""
    from community.models import Contribution
    from efc_platform.backstage.models import JobState
    from trajectories.models import Intervention, JournalEntry, ProgressReport

    there = {
        "interventions": Counter(Intervention.objects.values_list("title", flat=True)),
        "contributions": Counter(Contribution.objects.values_list("text", flat=True)),
    }
    for kind, found in there.items():
        times = [found[words] for words in run.kept[kind]]
        print(f"{kind} : {len(times)} acceptées, {times.count(1)} en base exactement une fois")
        if wrong := len(times) - times.count(1):
            yield f"{wrong} {kind} perdues ou doublées."
    # Sealed, pages cannot be told apart: there are as many as were kept, and those whose answer nobody waited for.
    accepted, sent = len(run.kept["journal"]), run.sent["journal"]
    pages = JournalEntry.objects.filter(intervention=None, author__user__email__endswith="@charge.example").count()
    print(f"pages de journal : {accepted} acceptées, {pages} en base")
    if not accepted <= pages <= sent:
        yield f"{accepted} pages de journal acceptées, {pages} en base."
    reports = ProgressReport.objects.filter(public_id__in={path.split("/")[2] for path in run.kept["bilans"]})
    asked = len(set(run.kept["bilans"]))
    ready = await_reports(reports, JobState)
    print(f"bilans : {asked} demandés, {ready} prêts, {run.refused['bilans']} refusés (déjà assez en préparation)")
    if ready != asked:
        yield f"{asked - ready} bilans demandés ne sont pas prêts."


def await_reports(reports: Any, states: Any) -> int:
    """How many are ready, once none is under way or the wait is over."""
    deadline, pause = time.monotonic() + JOBS_END, threading.Event()
    ended = [states.READY, states.FAILED]
    while reports.exclude(job__state__in=ended).exists() and time.monotonic() < deadline:
        pause.wait(1)
    return reports.filter(job__state=states.READY).count()


def one_core(site: Site, cast: list[dict[str, Any]]) -> None:
    """More and more people, the pages and PostgreSQL on one core, until it does not bear them any more."""
    if not hasattr(psutil.Process, "cpu_affinity") or len(psutil.Process().cpu_affinity()) < 2:
        print("Un cœur : il en faut deux, et un système qui les distingue.")
        return
    core = psutil.Process().cpu_affinity()[0]
    site.start_again_on(core)
    print(f"\nUn seul cœur pour le site et PostgreSQL, p95 d’au plus {CORE_P95} ms")
    print(f"{'personnes':>9}{'demandes/s':>12}{'p95':>8} ms{'erreurs':>9}{'cœur occupé':>13}")
    carried, missed, machine = 0.0, 0, Machine()
    for people in (round(PEOPLE * CORE_FIRST * CORE_STEP**level) for level in range(CORE_LEVELS)):
        before, began = site.seconds, time.time()
        run = play(people, CORE_SECONDS, cast, site, core=core)
        busy = (site.seconds - before) / (time.time() - began)
        # Once everybody is there.
        settled = [one for one in run.asked if one.moment > CORE_SECONDS / 3]
        rate, slow = len(settled) / (CORE_SECONDS * 2 / 3), p95(settled)
        wrong = sum(bool(one.problem) for one in run.asked)
        print(f"{people:>9}{rate:>12.1f}{slow:>8.0f}   {wrong:>9}{busy:>13.0%}", flush=True)
        is_borne = slow <= CORE_P95 and not wrong
        carried, missed = (rate, 0) if is_borne else (carried, missed + 1)
        # Once may be the doing of another program.
        if missed == 2:
            break
    if carried:
        print(f"Un cœur porte {carried:.1f} demandes par seconde sans que p95 dépasse {CORE_P95} ms.")
    else:
        print(f"p95 a dépassé {CORE_P95} ms dès le début.")
    if (others := machine.share_of_others) > OTHERS:
        print(f"D’autres programmes ont pris {others:.0%} des processeurs : ce n’est qu’un minimum.")


def say(run: Run, held: list[Held], spent: float, others: float) -> None:
    """The tables of the main run."""
    seconds = max((one.moment for one in run.asked), default=1.0)
    print("\n".join(by_page(run.asked)))
    for problem, times in Counter(f"{one.name} : {one.problem}" for one in run.asked if one.problem).most_common(20):
        print(f"  {times} × {problem}")
    count = max(len(run.asked), 1)
    print(f"\n{PEOPLE} personnes pendant {seconds:.0f} s : {count / seconds:.1f} demandes par seconde")
    print(f"p95 des deux dernières minutes ÷ des deux premières : {slowing(run.asked, seconds):.2f}")
    print(f"processeur (site et PostgreSQL) : {spent / count * 1000:.0f} ms par demande,", end=" ")
    print(f"soit {count / spent:.1f} demandes par seconde pour un cœur plein")
    print(f"connexions à PostgreSQL, au plus : {max((one.connections for one in held), default=0)}")
    say_memory(held, seconds)
    print(f"d’autres programmes ont pris {others:.0%} des processeurs\n")


def say_memory(held: list[Held], seconds: float) -> None:
    if seconds >= LONG_ENOUGH and held:
        print(f"\n{'mémoire (Mo)':<28}{'à 1 min':>12}{'2e minute':>12}{'à la fin':>12}{'écart':>12}")
        print("\n".join(map(str, memory_of(held))))
    elif held:
        first, last = held[0], held[-1]
        print(f"mémoire : site {first.site / 1e6:.0f} puis {last.site / 1e6:.0f} Mo,", end=" ")
        print(f"tâches de fond {first.worker / 1e6:.0f} puis {last.worker / 1e6:.0f} Mo", end=" ")
        print(f"(jugée à partir de {LONG_ENOUGH} s)")


def settle_network() -> None:
    """The demonstration has four structures to follow, too few for fifty people: `devtools.mass` adds forty."""
    from django.utils import timezone

    with psycopg.connect(os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"], autocommit=True) as own:
        fill(own, others=SIZES["S"], today=timezone.localdate(), email=PRACTITIONER)


def as_in_production(launch: Launch) -> dict[str, str]:
    """What a server's environment file says."""
    return {
        **os.environ,
        "APP_MODE": "production",
        # As the units and the image say.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "131072",
        "MALLOC_TRIM_THRESHOLD_": "131072",
        "EMAIL_URL": "filemail://",
        "DEFAULT_FROM_EMAIL": "bonjour@charge.example",
        "ALLOWED_HOSTS": launch.host,
        "SITE_URL": f"https://{launch.host}:{launch.port}",
        "TRUSTED_PROXY_COUNT": "1",
    }


def main() -> int:
    # One key for who makes the sessions and for who reads them; the journals' own.
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    os.environ.setdefault("JOURNAL_KEYS", f"load:{base64.b64encode(secrets.token_bytes(32)).decode()}")
    # Migrating is the owner's: the site's role owns nothing, as in production.
    with demonstration(durable=True) as servers, ExitStack() as stack:
        from django.db import connection

        from devtools.load_cast import cast

        settle_network()

        launch = Launch(False, Path(os.environ["VAR_DIR"]), free_port(), https=False, reset=False)
        environment = as_in_production(launch)
        sessions = round(PEOPLE * CORE_FIRST * CORE_STEP ** (CORE_LEVELS - 1)) if CORE_SECONDS else PEOPLE
        everybody = cast(people=PEOPLE, sessions=max(sessions, PEOPLE), cookies=COOKIES)
        connection.close()
        argv = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
        subprocess.run(argv, check=True, env=environment)
        site = Site(launch, environment, servers, stack)
        site.start()
        before, machine = site.seconds, Machine()
        with watched(site) as held:
            run = play(PEOPLE, SECONDS, everybody, site)
        others = machine.share_of_others
        say(run, held, site.seconds - before, others)
        wrong = [*faults(run.asked, held, SECONDS, is_quiet=others < OTHERS), *losses(run)]
        connection.close()
        print("\n".join(wrong) or "Aucune erreur, rien de perdu, rien de doublé.", flush=True)
        if CORE_SECONDS:
            one_core(site, everybody)
        return 1 if wrong else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        sys.exit(main())
    except Refusal as refusal:
        sys.exit(str(refusal))
