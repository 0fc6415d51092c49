"""What a person asked `make demo` or `make dev` for, and what is checked before any work begins."""

import base64
import contextlib
import itertools
import os
import secrets
import shutil
import socket
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from devtools.certificate import local_network_address
from devtools.postgres import remove_cluster
from devtools.processes import ROOT, Refusal

DEFAULT_PASSWORD = "sentier-partage-verger-soleil"  # noqa: S105 - printed at each start, opens fictional data only
SHORTEST_PASSWORD = 12
LEAST_FREE_SPACE = 500_000_000
# Nothing but what the launcher and the application make is ever erased, whatever directory VAR_DIR names.
OURS = (
    "broker*",
    "new-*",
    "postgres-erased",
    "static",
    "mail",
    "files",
    "log",
    "run",
    "certificate",
    "secrets.env",
    ".collected",
)
STARTING_AGAIN = (
    "« make demo RESET=1 » repart de zéro ; tout ce qui a été saisi dans cette démonstration serait alors perdu "
    "(comptes, trajectoires, journal, fichiers, courriels)."
)


@dataclass(frozen=True)
class Launch:
    """Which mode, which address, where the data lies."""

    development: bool
    var_dir: Path
    port: int
    https: bool
    reset: bool

    @classmethod
    def from_environment(cls, *, development: bool) -> "Launch":
        port = os.environ.get("PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise Refusal(f"PORT={port} n’est pas un numéro de port : donnez un nombre entre 1024 et 65535.")
        return cls(
            development=development,
            var_dir=Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve(),
            port=int(port),
            https=os.environ.get("HTTPS") == "1" and not development,
            reset=os.environ.get("RESET") == "1",
        )

    @property
    def bound_to(self) -> str:
        return "0.0.0.0" if self.https else "127.0.0.1"

    @cached_property
    def host(self) -> str:
        return local_network_address() if self.https else "127.0.0.1"

    @property
    def address(self) -> str:
        return f"{'https' if self.https else 'http'}://{self.host}:{self.port}"

    @property
    def names(self) -> list[str]:
        """Every name a browser may call this machine by."""
        names = ["127.0.0.1", "localhost"]
        return list(dict.fromkeys([self.host, *names, socket.gethostname()])) if self.https else names

    @property
    def environment(self) -> dict[str, str]:
        """The settings of the application; an address or name given from outside wins."""
        chosen = {
            "ALLOWED_HOSTS": ",".join(self.names),
            "CSRF_TRUSTED_ORIGINS": self.address,
            "SITE_URL": self.address,
        }
        fixed = {
            "APP_MODE": "development" if self.development else "demo",
            "HTTPS": str(self.https),
            "VAR_DIR": str(self.var_dir),
        }
        return {**chosen, **os.environ, **fixed}


def check_port(launch: Launch) -> None:
    command = "make dev" if launch.development else "make demo"
    try:
        _bind(launch.bound_to, launch.port)
    except PermissionError:
        raise Refusal(
            f"Le port {launch.port} est réservé à l’administrateur : « {command} PORT=8000 » en prend un libre."
        ) from None
    except OSError:
        raise Refusal(
            f"Le port {launch.port} est déjà pris par un autre programme : "
            f"« {command} PORT={_next_free_port(launch)} » en prend un autre."
        ) from None


def _bind(host: str, port: int) -> None:
    with socket.socket() as probe:
        # As the web server does: a port that was left a moment ago counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def _next_free_port(launch: Launch) -> int:
    for port in range(launch.port + 1, min(launch.port + 100, 65536)):
        with contextlib.suppress(OSError):
            _bind(launch.bound_to, port)
            return port
    return 8001


def check_disk(launch: Launch) -> None:
    free = shutil.disk_usage(launch.var_dir).free
    if free < LEAST_FREE_SPACE:
        raise Refusal(
            f"Il reste {free // 1_000_000} Mo sur le disque de {launch.var_dir}, il en faut 500 : "
            "faites de la place, ou choisissez un autre dossier avec VAR_DIR=…"
        )


def erase(var_dir: Path) -> None:
    if os.environ.get("DATABASE_URL"):
        raise Refusal(
            "RESET=1 n’efface que les données de la démonstration, et DATABASE_URL en désigne d’autres : "
            "retirez l’un des deux."
        )
    remove_cluster(var_dir)
    for place in itertools.chain.from_iterable(var_dir.glob(name) for name in OURS):
        shutil.rmtree(place, ignore_errors=True) if place.is_dir() else place.unlink(missing_ok=True)


def kept_secrets(launch: Launch) -> dict[str, str]:
    """The keys and the password of this demonstration: made once, then read. Keys given from outside are not kept."""
    path = launch.var_dir / "secrets.env"
    lines = path.read_text().splitlines() if path.exists() else []
    kept = dict(line.split("=", 1) for line in lines if "=" in line)
    if not kept and (launch.var_dir / "postgres").exists():
        raise Refusal(
            f"Le fichier {path} a disparu ou est vide : sans ses clés, le journal déjà écrit reste illisible. "
            f"Remettez ce fichier en place ; sinon, {STARTING_AGAIN}"
        )
    found = {**_new_secrets(), **kept}
    if found != kept:
        _write_closed(path, "".join(f"{name}={value}\n" for name, value in found.items()))
    _check_password(found["DEMO_PASSWORD"])
    return {**found, **{name: os.environ[name] for name in ("SECRET_KEY", "JOURNAL_KEYS") if os.environ.get(name)}}


def _write_closed(path: Path, text: str) -> None:
    """Whole or not at all, and closed to other accounts from its first byte."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(0o600)
    draft.write_text(text)
    draft.replace(path)


def _check_password(kept: str) -> None:
    """The accounts get theirs when they are made: another one given later would be shown and not work."""
    if os.environ.get("DEMO_PASSWORD", kept) != kept:
        raise Refusal(
            "Les comptes de cette démonstration ont déjà un autre mot de passe : "
            f"retirez DEMO_PASSWORD pour le garder ; sinon, {STARTING_AGAIN}"
        )


def _new_secrets() -> dict[str, str]:
    password = os.environ.get("DEMO_PASSWORD") or DEFAULT_PASSWORD
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal(f"DEMO_PASSWORD est trop court : il lui faut au moins {SHORTEST_PASSWORD} caractères.")
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "JOURNAL_KEYS": f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "DEMO_PASSWORD": password,
    }
