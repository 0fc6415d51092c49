"""An installation for each drill, and who asks."""

from tests.drills.fixtures import drilled
from tests.drills.own_postgres import own_postgres

__all__ = ["drilled", "own_postgres"]
