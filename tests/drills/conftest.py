"""An installation for each drill, and who asks."""

from tests.drills.fixtures import drilled
from tests.drills.own_postgres import own_postgres
from tests.drills.saved_sites import archive, key, source, target
from tests.drills.small_disk import small_disk

__all__ = ["archive", "drilled", "key", "own_postgres", "small_disk", "source", "target"]
