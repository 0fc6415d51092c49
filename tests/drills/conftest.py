"""An installation for each drill, and who asks."""

from tests.drills.fixtures import drilled

__all__ = ["drilled"]
