"""The demonstration (`make demo`) and the development servers (`make dev`), from start to clean stop."""

import contextlib
import http.client
import os
import signal
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from devtools.certificate import ensure_certificate
from devtools.launch import STARTING_AGAIN, Launch, check_disk, check_port, erase, kept_secrets
from devtools.preparation import prepare
from devtools.processes import Child, Refusal
from devtools.servers import Servers, held, started_servers

RESTARTS_A_MINUTE = 3
ACCOUNTS = {
    "coordination@demo.example": "anime le réseau : toutes les structures, tous les accompagnements",
    "accompagnement@demo.example": "accompagne des structures : visites, lectures, comptes rendus",
    "dirigeance@demo.example": "dirige une structure : sa trajectoire et ses prochains pas",
    "equipe@demo.example": "travaille dans une structure : ce que l’équipe lit et essaie",
    "formation@demo.example": "forme : le catalogue, les sessions, les présences",
    "communaute@demo.example": "débat entre pairs : retours d’expérience, contributions, fiches",
}


class Stopped(Exception):
    """Someone asked for the end: Ctrl-C, SIGTERM or a closed terminal."""


class Ending:
    """Remembers that the end was asked for. Raising from the signal itself could leave a lock of subprocess held."""

    def __init__(self) -> None:
        self.is_asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.is_asked = True

    def check(self) -> None:
        if self.is_asked:
            _say("\nArrêt en cours…")
            raise Stopped


def main() -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace", line_buffering=True)  # type: ignore[union-attr]
    try:
        serve(Launch.from_environment(development="--development" in sys.argv), Ending())
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except Stopped:
        _say("Tout est arrêté ; les données sont gardées.")
    return 0


def _say(words: str) -> None:
    """A terminal that is gone must not keep the servers from being stopped."""
    with contextlib.suppress(OSError):
        print(words)


def serve(launch: Launch, ending: Ending) -> None:
    """Check, start, say where to go, watch until the end; leaving stops all, last started first."""
    with held(launch.var_dir), contextlib.ExitStack() as stack:
        check_port(launch)
        if launch.reset:
            erase(launch.var_dir)
        check_disk(launch)
        environment = {**launch.environment, **kept_secrets(launch)}
        servers = _start_servers(launch, stack)
        environment.update(servers.environment)
        prepare(launch, environment, ending.check)
        children = [*servers.children, *_start_application(launch, environment, stack)]
        await_site(launch, children[-1], ending.check)
        print(_welcome(launch, environment["DEMO_PASSWORD"]))
        _watch(children, ending.check)


def _start_servers(launch: Launch, stack: contextlib.ExitStack) -> Servers:
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    print(f"Démarrage de PostgreSQL et du courtier de messages{_except_for(given)}…")
    try:
        return stack.enter_context(started_servers(launch.var_dir))
    except Refusal as refusal:
        raise Refusal(f"{refusal}\nSi ces données ne peuvent être réparées, {STARTING_AGAIN}") from None


def _except_for(given: list[str]) -> str:
    """A variable left by another project must not go unseen: its database is about to be migrated."""
    return f" (sauf ce que désigne {' et '.join(given)})" if given else ""


def _start_application(launch: Launch, environment: Mapping[str, str], stack: contextlib.ExitStack) -> list[Child]:
    print("Démarrage de l’application…")
    children = [worker(launch, environment), beat(launch, environment), web(launch, environment)]
    for child in children:
        stack.callback(child.stop)
        child.start()
    return children


def worker(launch: Launch, environment: Mapping[str, str]) -> Child:
    """What works in the background, with the options of docker/entrypoint.sh."""
    options = ["-Q", "default,pdf,mail", "--concurrency", "2", "--loglevel", "INFO"]
    options += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # Celery's soft shutdown (SIGQUIT): short tasks end, long ones go back to their queue.
    options += ["--", "worker.soft_shutdown_timeout=4"]
    argv = [sys.executable, "-m", "celery", "-q", "-A", "efc_platform", "worker", *options]
    log = launch.var_dir / "log" / "worker.log"
    return Child(
        "tâches de fond", argv, log, environment, stop_signal=signal.SIGQUIT, patience=8, orphan_signal=signal.SIGKILL
    )


def beat(launch: Launch, environment: Mapping[str, str]) -> Child:
    """The clock."""
    schedule = launch.var_dir / "run" / "beat-schedule"
    schedule.parent.mkdir(exist_ok=True)
    argv = [sys.executable, "-m", "celery", "-q", "-A", "efc_platform", "beat", "-s", str(schedule), "--pidfile="]
    return Child("horloge", argv, launch.var_dir / "log" / "beat.log", environment, patience=1)


def web(launch: Launch, environment: Mapping[str, str]) -> Child:
    """The pages, with the options of docker/entrypoint.sh."""
    if launch.development:
        argv = [sys.executable, "manage.py", "runserver", f"{launch.bound_to}:{launch.port}"]
        return Child("site", argv, None, environment, patience=1)
    options = ["--bind", f"{launch.bound_to}:{launch.port}", "--workers", "2", "--worker-class", "gthread"]
    options += ["--threads", "4", "--graceful-timeout", "3", "--no-control-socket", "--access-logfile", "-"]
    options += ["--worker-tmp-dir", _heartbeat_directory(launch.var_dir)]
    if launch.https:
        certificate, key = ensure_certificate(launch.var_dir / "certificate", launch.names)
        options += ["--certfile", str(certificate), "--keyfile", str(key)]
    argv = [sys.executable, "-m", "gunicorn", *options, "efc_platform.wsgi:application"]
    return Child("site", argv, launch.var_dir / "log" / "web.log", environment, patience=4)


def _heartbeat_directory(var_dir: Path) -> str:
    """In memory where there is one: a slow disk must not make a worker look dead."""
    memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own private file in it
    return str(memory if os.access(memory, os.W_OK) else var_dir / "run")


def await_site(launch: Launch, site: Child, check_wanted: Callable[[], None]) -> None:
    """Until it answers; refused when it ends, or takes longer than a minute."""
    deadline = time.monotonic() + 60
    while not _answers(launch):
        check_wanted()
        if not site.is_running or time.monotonic() > deadline:
            raise Refusal(f"Le site ne démarre pas{site.last_words()}")
        site.ends_within(0.1)


def _answers(launch: Launch) -> bool:
    if launch.https:
        # Signed by itself: this asks whether it answers, not who it is.
        context = ssl._create_unverified_context()  # noqa: S323
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            "127.0.0.1", launch.port, timeout=5, context=context
        )
    else:
        connection = http.client.HTTPConnection("127.0.0.1", launch.port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


def _welcome(launch: Launch, password: str) -> str:
    accounts = "\n".join(f"  {email:<30}{who}" for email, who in ACCOUNTS.items())
    again = "" if launch.development else " ; « make demo RESET=1 » repart de zéro"
    warning = (
        "\nLe certificat est signé par cette machine : le navigateur demande de l’accepter." if launch.https else ""
    )
    return f"""
Trajectoires EFC est prête : {launch.address}{warning}

Six personnes peuvent se connecter :
{accounts}
  Mot de passe : {password}

Les courriels envoyés se lisent ici : {launch.address}/courrier/
Ctrl-C arrête tout. Les données restent dans {launch.var_dir}{again}.
"""


def _watch(children: list[Child], check_wanted: Callable[[], None]) -> None:
    """Start again what stops, unless it keeps stopping: then something is wrong that a person must read."""
    ends: dict[str, list[float]] = {child.name: [] for child in children}
    while True:
        check_wanted()
        for child in children:
            if not child.is_running:
                _restart(child, ends[child.name])
        children[-1].ends_within(0.5)


def _restart(child: Child, ends: list[float]) -> None:
    now = time.monotonic()
    ends[:] = [moment for moment in ends if now - moment < 60] + [now]
    if len(ends) > RESTARTS_A_MINUTE:
        raise Refusal(f"« {child.name} » s’arrête sans cesse, tout est donc arrêté{child.last_words()}")
    _say(f"« {child.name} » s’est arrêté, il est relancé.")
    child.stop()
    child.start()


if __name__ == "__main__":
    sys.exit(main())
