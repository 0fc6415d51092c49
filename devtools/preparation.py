"""What must be true before the application starts: schema, static files, demonstration records."""

import hashlib
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from devtools.launch import STARTING_AGAIN, Launch
from devtools.processes import ROOT, Child, Refusal

LOCK_FILE = ROOT / "requirements.txt"


def prepare(launch: Launch, environment: Mapping[str, str], *, own_database: bool) -> None:
    """Cheap when nothing changed since last time: each step but the records is skipped on equal fingerprints."""
    migrations = [LOCK_FILE, *sorted(ROOT.glob("*/migrations/*.py")), *sorted(ROOT.glob("*/*/migrations/*.py"))]
    # Of a database that lives elsewhere nothing is known, its own records are asked each time.
    stamp = launch.var_dir / "postgres" / "migrated" if own_database else None
    if not stamp or _changed(stamp, migrations):
        _manage(launch, environment, "Mise à jour de la base de données…", "migrate", "--no-input")
    if stamp:
        _remember(stamp, migrations)
    if not launch.development:
        _collect_static(launch, environment)
    _manage(launch, environment, "Données de démonstration…", "load_demo")


def _collect_static(launch: Launch, environment: Mapping[str, str]) -> None:
    files = [LOCK_FILE, *sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())]
    if _changed(launch.var_dir / ".collected", files) or not (launch.var_dir / "static").exists():
        _manage(launch, environment, "Fichiers statiques…", "collectstatic", "--no-input", "--clear")
        _remember(launch.var_dir / ".collected", files)


def _changed(stamp: Path, files: Iterable[Path]) -> bool:
    return not stamp.exists() or stamp.read_text() != _fingerprint(files)


def _remember(stamp: Path, files: Iterable[Path]) -> None:
    stamp.write_text(_fingerprint(files))


def _fingerprint(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _manage(launch: Launch, environment: Mapping[str, str], announcement: str, *arguments: str) -> None:
    print(announcement)
    log = launch.var_dir / "log" / "preparation.log"
    step = Child("préparation", [sys.executable, "manage.py", *arguments], log=log, env=environment)
    step.start()
    try:
        code = step.wait()
    finally:
        step.stop()
    if code:
        raise Refusal(
            f"L’étape « manage.py {arguments[0]} » a échoué{step.last_words()}\n"
            f"Si les données en sont la cause, {STARTING_AGAIN}"
        )
