"""The real demonstration, started as `make demo` starts it, for as long as the browser tests run."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devtools.launch import DEFAULT_PASSWORD
from devtools.postgres import remove_cluster
from devtools.processes import ROOT, free_port

PATIENCE = 240
READY = "est prête"
# What the test run was given: the demonstration makes its own.
NOT_INHERITED = {
    *(
        "APP_MODE",
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "VAR_DIR",
        "PORT",
        "HTTPS",
        "RESET",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
    ),
    *("SECRET_KEY", "JOURNAL_KEYS", "ALLOWED_HOSTS", "SITE_URL", "CSRF_TRUSTED_ORIGINS", "DEFAULT_FROM_EMAIL"),
}


@dataclass(frozen=True)
class Demonstration:
    """Where it answers, the password of its people, and where its mails and files lie."""

    address: str
    password: str
    var_dir: Path


@contextlib.contextmanager
def running_demonstration() -> Iterator[Demonstration]:
    """Starts it on a free port with data of its own, waits for its welcome, stops it as Ctrl-C would, erases."""
    var_dir = Path(tempfile.mkdtemp(prefix="efc-browser-"))
    # mkdtemp closes it to every other account, the one of PostgreSQL included.
    var_dir.chmod(0o711)
    try:
        port = free_port()
        with _started(var_dir, port):
            yield Demonstration(f"http://127.0.0.1:{port}", DEFAULT_PASSWORD, var_dir)
    finally:
        remove_cluster(var_dir)
        shutil.rmtree(var_dir, ignore_errors=True)


@contextlib.contextmanager
def _started(var_dir: Path, port: int) -> Iterator[None]:
    environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    environment |= {"VAR_DIR": str(var_dir), "PORT": str(port), "DEMO_PASSWORD": DEFAULT_PASSWORD}
    command = [sys.executable, "-m", "devtools.demo"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as launcher:
        overdue = threading.Timer(PATIENCE, launcher.terminate)
        overdue.start()
        try:
            _await_welcome(launcher)
            overdue.cancel()
            yield
        finally:
            overdue.cancel()
            launcher.terminate()
            # Reading on keeps the pipe from filling while it says goodbye.
            said, _nothing = launcher.communicate(timeout=30)
    assert launcher.returncode == 0, f"The demonstration did not stop cleanly:\n{said}"


def _await_welcome(launcher: "subprocess.Popen[str]") -> None:
    said = []
    assert launcher.stdout is not None
    for line in launcher.stdout:
        said.append(line)
        if READY in line:
            return
    raise AssertionError("The demonstration did not start:\n" + "".join(said))
