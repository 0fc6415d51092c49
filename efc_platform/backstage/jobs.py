"""Which code does which kind of job: higher apps register their runners here."""

from collections.abc import Callable
from dataclasses import dataclass

from efc_platform.backstage.models import Job
from efc_platform.shared.registry import Registry


@dataclass(frozen=True)
class Runner:
    """`run` does the work and records it (calling `finish`); `give_up` tells whom it concerns that it failed."""

    queue: str
    run: Callable[[Job], None]
    give_up: Callable[[Job], None]


RUNNERS: Registry[Runner] = Registry("job runner")
