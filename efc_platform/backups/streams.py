"""Bytes that pass from one maker to the next without ever being whole in memory."""

import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator
from threading import Thread
from typing import Any, BinaryIO, cast

CHUNK = 1 << 20


def written_by(work: Callable[[BinaryIO], object]) -> Iterator[bytes]:
    """What `work` writes, a piece at a time, while it writes it in a thread of its own.

    Its failure is raised here before the end: whoever stores the pieces never takes a part for the whole. Left before
    the end, it breaks the pipe under `work`, which stops too.
    """
    read_end, write_end = os.pipe()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(write_end, "wb") as out:
                work(out)
        except BaseException as problem:
            failures.append(problem)

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        with os.fdopen(read_end, "rb", buffering=0) as pieces:
            while piece := pieces.read(CHUNK):
                yield piece
    finally:
        thread.join()
    if failures:
        raise failures[0]


class Reader(io.RawIOBase):
    """Pieces read as a file is; `failure` is what stopped them, whatever becomes of it in the hands of the reader."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._rest = iter(pieces), b""
        self.failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        while not self._rest:
            try:
                self._rest = next(self._pieces)
            except StopIteration:
                return 0
            except Exception as problem:
                self.failure = problem
                raise
        view = memoryview(room)
        number = min(len(view), len(self._rest))
        view[:number], self._rest = self._rest[:number], self._rest[number:]
        return number


def as_file(pieces: Iterable[bytes] | Reader) -> BinaryIO:
    reader = pieces if isinstance(pieces, Reader) else Reader(pieces)
    return cast(BinaryIO, io.BufferedReader(reader, CHUNK))


class Digest:
    """How much passed, and its SHA-256."""

    def __init__(self) -> None:
        self.size, self._sum = 0, hashlib.sha256()

    def add(self, piece: bytes) -> bytes:
        self.size += len(piece)
        self._sum.update(piece)
        return piece

    @property
    def said(self) -> dict[str, int | str]:
        return {"size": self.size, "sha256": self._sum.hexdigest()}


def pieces_of(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(CHUNK):
        yield piece
