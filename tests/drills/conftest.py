"""An installation for each drill, and who asks."""

from tests.drills.fixtures import drilled
from tests.drills.saved_sites import archive, key, source, target

__all__ = ["archive", "drilled", "key", "source", "target"]
