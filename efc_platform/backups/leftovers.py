"""What a killed process left behind is told from what a living one holds: the kernel drops a lock however its holder
ends."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def held(path: Path) -> Iterator[None]:
    """This file or folder is ours for the length of the block. Where locks do not exist (some network mounts), nobody
    takes anything away."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def abandoned(paths: Iterable[Path]) -> Iterator[Path]:
    """Those that nobody holds any more; somebody else's, which we may not open, are not ours to judge."""
    for path in paths:
        with suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield path
            finally:
                os.close(descriptor)
