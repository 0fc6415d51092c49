"""Times the same pages of the same practitioner in a small network and in a large one, each in its own database.

    python -m devtools.bench_mass [S|M|L]

Both databases are made from the demonstration by `devtools.mass`, from one seed; calls to one and to the other
alternate in one process, and the least time of each is kept: that of the processor, in Python and in the backend of
PostgreSQL, which hardly depends on what else the machine does (everything is in memory by then). Every page must ask
as many questions in both, and take at most twice the time. Queries that last more than 10 ms are listed, with their
plans in the file that PLANS names.

Against servers that DATABASE_URL gives, databases that are already there are used as they are.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from devtools.bench import Machine, demonstration
from devtools.mass import SIZES, USUAL, Load, fill
from devtools.mass_pages import COORDINATION_WORK, PRACTITIONER, pages
from devtools.servers import ROOT

ROUNDS = 12
SLOW = 0.010
TWICE = 2.0


@dataclass
class Measured:
    """A page in one of the databases: its queries, the least time it took, and those of its queries that lasted."""

    call: Callable[[], Any]
    queries: int = 0
    least: float = float("inf")
    slow: list["Slow"] = field(default_factory=list)


@dataclass(frozen=True)
class Slow:
    spent: float
    words: str
    plan: str


def owner_of(name: str) -> psycopg.Connection:
    url = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    return psycopg.connect(f"{url.rpartition('/')[0]}/{name}", autocommit=True)


def filled(size: str, load: Load = USUAL) -> str:
    """The name of the database of that size, copied from the demonstration and filled unless it is already there."""
    from django.db import connection
    from django.utils import timezone

    name, demonstrated = f"efc_mass_{size.lower()}", connection.settings_dict["NAME"]
    connection.close()
    with owner_of("postgres") as own:
        if own.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        words = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        own.execute(words.format(sql.Identifier(name), sql.Identifier(demonstrated)))
    began = time.perf_counter()
    with owner_of(name) as own:
        fill(own, others=SIZES[size], today=timezone.localdate(), email=PRACTITIONER, load=load)
        (weight,) = own.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone() or ("",)
    print(f"taille {size} : chargée en {time.perf_counter() - began:.0f} s, {weight} sur le disque", flush=True)
    return name


class Database:
    """One of the two, which takes the place of the default one while pages are called."""

    def __init__(self, name: str) -> None:
        from django.db import connections

        self.connection = connections["default"].copy("default")
        self.connection.settings_dict["NAME"] = name

    @property
    def spent(self) -> float:
        """Seconds of processor until now: ours, and those of the backend where the kernel counts them (Linux)."""
        self.connection.ensure_connection()
        counted = Path(f"/proc/{self.connection.connection.info.backend_pid}/schedstat")
        if not counted.exists():
            return time.perf_counter()
        return time.process_time() + int(counted.read_text().split()[0]) / 1e9

    @contextmanager
    def chosen(self) -> Iterator[Any]:
        from django.db import connections

        usual = connections["default"]
        connections["default"] = self.connection
        try:
            yield self.connection
        finally:
            connections["default"] = usual


def measure(name: str, call: Callable[[], Any], database: Database) -> Measured:
    """Its queries, counted once, and the plan of those that last when caches are warm."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = Measured(call)
    with database.chosen():
        # A process keeps a published version of the référentiel, once read.
        call()
        with CaptureQueriesContext(connection) as captured:
            answer = call()
        if getattr(answer, "status_code", 200) not in {200, 302}:
            raise SystemExit(f"{name} : réponse {answer.status_code}, rien à mesurer.")
        found.queries = len(captured)
        with connection.execute_wrapper(Slowness(found.slow)):
            call()
    return found


class Slowness:
    """Notes the queries that last, with their plans."""

    def __init__(self, slow: list[Slow]) -> None:
        self.slow = slow

    def __call__(self, execute: Any, words: str, parameters: Any, many: bool, context: dict[str, Any]) -> Any:
        began = time.perf_counter()
        answer = execute(words, parameters, many, context)
        spent = time.perf_counter() - began
        if spent > SLOW and words.startswith("SELECT") and not many:
            with context["connection"].connection.cursor() as own:
                own.execute(f"EXPLAIN (ANALYZE, BUFFERS) {words}", parameters)
                plan = [line for (line,) in own.fetchall()]
            # As the server times it, the second time: a busy machine also makes others look slow.
            if (spent := float(plan[-1].split()[-2]) / 1000) > SLOW:
                self.slow.append(Slow(spent, words, "\n".join(plan)))
        return answer


def alternate(both: Sequence[tuple[Database, dict[str, Measured]]]) -> None:
    for _round in range(ROUNDS):
        for name in both[0][1]:
            for database, measured in both:
                with database.chosen():
                    began = database.spent
                    measured[name].call()
                    measured[name].least = min(measured[name].least, database.spent - began)


def say(small: dict[str, Measured], large: dict[str, Measured], size: str) -> bool:
    """The table; whether a page asks more questions of the large network, or takes more than twice the time."""
    missed = False
    print(f"\n{'':<28}{'requêtes':>12}{'ms':>18}{'× référence':>16}")
    print(f"{'page':<28}{'S':>6}{size:>6}{'S':>9}{size:>9}{'S':>8}{size:>8}{size + '/S':>8}")
    for name, one in small.items():
        other, times = large[name], large[name].least / one.least
        # What writes the whole network down, or looks at all of it once a quarter, grows with it: said, not judged.
        bad = name not in COORDINATION_WORK and (other.queries != one.queries or times > TWICE)
        missed |= bad
        ratios = [found["référence"].least for found in (small, large)]
        print(
            f"{name:<28}{one.queries:>6}{other.queries:>6}{one.least * 1000:>9.1f}{other.least * 1000:>9.1f}"
            f"{one.least / ratios[0]:>8.1f}{other.least / ratios[1]:>8.1f}{times:>8.2f}{' !' if bad else ''}"
        )
    return missed


def say_slow(large: dict[str, Measured]) -> None:
    plans = []
    for name, one in large.items():
        for slow in one.slow:
            print(f"{slow.spent * 1000:>6.0f} ms, {name} : {slow.words[:90]}…")
            plans.append(f"{name}, {slow.spent * 1000:.0f} ms\n{slow.words}\n{slow.plan}\n")
    if path := os.environ.get("PLANS"):
        Path(path).write_text("\n".join(plans))


def main(size: str) -> int:
    with demonstration():
        from django.test.utils import override_settings

        names = [filled("S"), filled(size)]
        with override_settings(ROOT_URLCONF="tests.benchmarks.reference", ALLOWED_HOSTS=["testserver"]):
            both = []
            for database in map(Database, names):
                with database.chosen():
                    found = pages()
                both.append((database, {name: measure(name, call, database) for name, call in found.items()}))
            machine = Machine()
            alternate(both)
        for database, _measured in both:
            database.connection.close()
        (_small, small), (_large, large) = both
        print(f"mémoire de ce processus, au plus : {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} Mo")
        missed = say(small, large, size)
        print(f"d’autres programmes ont pris {machine.share_of_others:.0%} des processeurs")
        say_slow(large)
        return 1 if missed else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    asked = sys.argv[1] if len(sys.argv) > 1 else "L"
    if asked not in SIZES:
        sys.exit(f"SIZE vaut {', '.join(SIZES)}.")
    sys.exit(main(asked))
