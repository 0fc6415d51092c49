"""Loaded before Django's settings: the tests' own mode, and a clear word when no server was started."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

os.environ["APP_MODE"] = "test"
# Whatever the shell says: a test erases files.
os.environ["FILES_URL"] = ""
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="efc-tests-")
(Path(os.environ["VAR_DIR"]) / "static").mkdir()
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
os.environ.setdefault("DEMO_PASSWORD", "une phrase de passe pour les essais")


def pytest_configure(config: pytest.Config) -> None:
    if not os.environ.get("DATABASE_URL"):
        raise pytest.UsageError(
            "DATABASE_URL is not set. Run `make test`, or "
            "`.venv/bin/python -m devtools.servers run --temporary -- .venv/bin/pytest …`."
        )


def pytest_unconfigure(config: pytest.Config) -> None:
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        # Django's settings are read by then.
        from tests.database_roles import forget_migrated

        forget_migrated()
