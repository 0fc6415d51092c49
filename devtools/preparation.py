"""What must be true before the application starts: schema, static files, demonstration records."""

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from devtools.launch import STARTING_AGAIN, Launch
from devtools.processes import ROOT, Child, Refusal

LOCK_FILE = ROOT / "requirements.txt"


@dataclass(frozen=True)
class Manage:
    """Runs steps of manage.py, each announced, until `check_wanted` raises."""

    launch: Launch
    environment: Mapping[str, str]
    check_wanted: Callable[[], None]

    def __call__(self, announcement: str, *arguments: str) -> None:
        print(announcement)
        log = self.launch.var_dir / "log" / "preparation.log"
        step = Child("préparation", [sys.executable, "manage.py", *arguments], log=log, env=self.environment)
        step.start()
        try:
            code = self._code_of(step)
        finally:
            step.stop()
        if code:
            raise Refusal(
                f"L’étape « manage.py {arguments[0]} » a échoué{step.last_words()}\n"
                f"Si les données en sont la cause, {STARTING_AGAIN}"
            )

    def _code_of(self, step: Child) -> int:
        while not step.ends_within(0.2):
            self.check_wanted()
        return step.wait()


def prepare(launch: Launch, environment: Mapping[str, str], check_wanted: Callable[[], None]) -> None:
    """Cheap when nothing changed since last time: each step but the records is skipped on equal fingerprints."""
    territory = ROOT / "structures" / "data" / "territory.tsv.xz"
    migrations = [
        LOCK_FILE,
        territory,
        *sorted(ROOT.glob("*/migrations/*.py")),
        *sorted(ROOT.glob("*/*/migrations/*.py")),
    ]
    # Of a database that lives elsewhere nothing is known, its own records are asked each time.
    stamp = None if os.environ.get("DATABASE_URL") else launch.var_dir / "postgres" / "migrated"
    manage = Manage(launch, environment, check_wanted)
    if not stamp or _changed(stamp, migrations):
        manage("Mise à jour de la base de données…", "migrate", "--no-input")
        manage("Communes et départements…", "load_territory")
    if stamp:
        _remember(stamp, migrations)
    if not launch.development:
        _collect_static(launch.var_dir, manage)
    manage("Données de démonstration…", "load_demo")


def _collect_static(var_dir: Path, manage: Manage) -> None:
    files = [LOCK_FILE, *sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())]
    if _changed(var_dir / ".collected", files) or not (var_dir / "static").exists():
        manage("Fichiers statiques…", "collectstatic", "--no-input", "--clear")
        _remember(var_dir / ".collected", files)


def _changed(stamp: Path, files: Iterable[Path]) -> bool:
    return not stamp.exists() or stamp.read_text() != _fingerprint(files)


def _remember(stamp: Path, files: Iterable[Path]) -> None:
    stamp.write_text(_fingerprint(files))


def _fingerprint(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
