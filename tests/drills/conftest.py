"""An installation for each drill, and who asks."""

from tests.drills.fixtures import drilled
from tests.drills.own_postgres import own_postgres
from tests.drills.small_disk import small_disk

__all__ = ["drilled", "own_postgres", "small_disk"]
