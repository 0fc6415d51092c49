"""A data directory of their own for the tests that start servers, erased wherever PostgreSQL had to keep it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools.postgres import remove_cluster


def _data_directory() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="efc-"))
    path.chmod(0o711)
    yield path
    remove_cluster(path)
    shutil.rmtree(path)


fresh_var_dir = pytest.fixture(_data_directory, name="fresh_var_dir")
# Making a cluster is the slow part: most tests stop and start the same one.
var_dir = pytest.fixture(_data_directory, name="var_dir", scope="module")


@pytest.fixture(autouse=True)
def _no_given_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "DATABASE_URL",
        "DATABASE_OWNER_URL",
        "REDIS_URL",
        "PORT",
        "HTTPS",
        "RESET",
        "DEMO_PASSWORD",
        "VAR_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
    for name in ("SECRET_KEY", "JOURNAL_KEYS", "ALLOWED_HOSTS", "SITE_URL", "CSRF_TRUSTED_ORIGINS"):
        monkeypatch.delenv(name, raising=False)
