"""The same installation as in the drills: processes that can be killed, on the database of the test."""

from tests.drills.fixtures import drilled

__all__ = ["drilled"]
