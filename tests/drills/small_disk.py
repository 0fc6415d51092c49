"""A disk of a few megabytes, really mounted, to be filled, locked and given room again."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class SmallDisk:
    path: Path

    def fill(self) -> None:
        """To the last byte."""
        block = b"\0" * 65_536
        for piece in (block, b"\0"):
            with suppress(OSError), self._ballast.open("ab", buffering=0) as ballast:
                while ballast.write(piece) == len(piece):
                    pass
        assert self.free_bytes == 0

    def give_room(self) -> None:
        self._ballast.unlink()

    def lock(self) -> None:
        """As a disk that saw an error is remounted by the kernel."""
        _run("mount", "-o", "remount,ro", str(self.path))

    def unlock(self) -> None:
        _run("mount", "-o", "remount,rw", str(self.path))

    @property
    def free_bytes(self) -> int:
        found = os.statvfs(self.path)
        return found.f_bavail * found.f_frsize

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


@contextmanager
def mounted(path: Path, megabytes: int, *, mode: str = "0700") -> Iterator[SmallDisk]:
    """Skips the drill where nothing may be mounted."""
    path.mkdir(parents=True, exist_ok=True)
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode={mode}", "tmpfs", str(path))
    except (OSError, subprocess.CalledProcessError) as problem:
        pytest.skip(f"no disk may be mounted here: {getattr(problem, 'stderr', '') or problem}")
    try:
        yield SmallDisk(path)
    finally:
        # What still writes there lets go when it ends.
        _run("umount", "--lazy", str(path))


@pytest.fixture
def small_disk() -> Iterator[Callable[..., SmallDisk]]:
    """`small_disk(path, megabytes)`; after `drilled` among the arguments, or its folder could not be erased."""
    with ExitStack() as stack:
        yield lambda path, megabytes: stack.enter_context(mounted(path, megabytes))
