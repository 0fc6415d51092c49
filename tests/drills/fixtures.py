"""The installation as a fixture, also for the journey that kills a worker at each `make test`."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.installation import Installation, installation


@pytest.fixture
def drilled(cast, settings) -> Iterator[Installation]:
    """Broker started; workers, clock and site as the drill wants them. The test sees the same files."""
    var_dir = Path(tempfile.mkdtemp(prefix="efc-drill-"))
    settings.FILES_DIR = var_dir / "files"
    settings.REPORTS_AT_ONCE = 1000
    with installation(var_dir) as started:
        yield started
    shutil.rmtree(var_dir)
