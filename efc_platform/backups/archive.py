"""What an archive holds, and in what order: a word for who opens it, the database in parts, the files, the manifest.

A tar of the plainest kind: `age -d` and `tar x` open it without us. The database is a pg_dump of which nobody knows
the size in advance: cut in parts, it passes without a clear copy on the disk.
"""

import io
import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from efc_platform.backups import BackupRefused
from efc_platform.backups.streams import CHUNK, Digest, as_file

FORMAT = 1
MANIFEST, NOTICE = "manifest.json", "LISEZMOI.txt"
_PART = 8 << 20
_FILE = re.compile(r"files/([0-9a-f]{2}/[0-9a-f]{32})")
# The manifest names every file: a hundred bytes or so each.
_LONGEST_MANIFEST = 256 << 20
_WORDS = """Sauvegarde de Trajectoires EFC.
Sans l'application, avec age, tar et PostgreSQL :
    age -d -i cle-privee.txt ARCHIVE | tar x
    cat base/* | pg_restore --no-owner --dbname BASE_VIDE
files/ est a remettre dans VAR_DIR/files. manifest.json dit ce que l'archive doit contenir.
"""


@dataclass
class Manifest:
    """What was saved: enough to say afterwards whether all of it came back."""

    made_at: str
    release: str
    migrations: list[str]
    postgres: int
    tables: dict[str, int]
    keys: dict[str, dict[str, str]]
    dump: dict[str, Any] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Rows without their file: erased while the backup was made, or lost before it.
    erased: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    # Anybody's words were replaced: a copy for trials.
    scrubbed: bool = False
    format: int = FORMAT

    @property
    def weight(self) -> int:
        """Of the files, in bytes."""
        return sum(one["size"] for one in self.files.values())


class Writer:
    """Writes an archive from its first byte to its last."""

    def __init__(self, out: BinaryIO) -> None:
        # Closed with the manifest, which alone makes it whole.
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT, bufsize=CHUNK)  # noqa: SIM115
        self._add(NOTICE, _WORDS.encode())

    def dump(self, source: IO[bytes]) -> dict[str, Any]:
        digest, parts = Digest(), 0
        while part := source.read(_PART):
            self._add(f"base/{parts:06}", digest.add(part))
            parts += 1
        return {**digest.said, "parts": parts}

    def file(self, name: str, source: BinaryIO, size: int) -> dict[str, Any]:
        """Exactly `size` bytes: a file is never changed, and a shorter one is an error of the disk (OSError)."""
        digest = Digest()
        self._tar.addfile(_member(f"files/{name}", size), _Watched(source, digest))
        return digest.said

    def manifest(self, manifest: Manifest) -> None:
        self._add(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
        self._tar.close()

    def _add(self, name: str, content: bytes) -> None:
        self._tar.addfile(_member(name, len(content)), io.BytesIO(content))


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


class _Watched(io.RawIOBase):
    """A file whose bytes are counted as they pass."""

    def __init__(self, source: BinaryIO, digest: Digest) -> None:
        self._source, self._digest = source, digest

    def read(self, size: int = -1) -> bytes:
        return self._digest.add(self._source.read(size))


def unpacked(pieces: Iterable[bytes], into: Path) -> Manifest:
    """Lays the archive out in a folder (base.dump, files/), and gives its manifest once all of it was held against
    what was read. BackupRefused, and a folder of which nothing is to be used, for whatever is missing or too much."""
    read = as_file(pieces)
    try:
        with (into / "base.dump").open("wb") as base:
            unpacking = _Unpacking(into, base)
            with tarfile.open(fileobj=read, mode="r|", bufsize=CHUNK) as tar:
                for member in tar:
                    unpacking.take(member.name, _content(tar, member))
        # To its very end: what age says of the last piece is said there.
        while read.read(CHUNK):
            pass
    except tarfile.TarError as problem:
        raise BackupRefused("La sauvegarde est incomplète : son contenu s’arrête avant la fin.") from problem
    return unpacking.compared()


class _Unpacking:
    """What was met so far, in the only order that an archive has."""

    def __init__(self, into: Path, base: BinaryIO) -> None:
        self._into, self._base = into, base
        self._dump, self._parts = Digest(), 0
        self._files: dict[str, dict[str, Any]] = {}
        self._manifest: Manifest | None = None

    def take(self, name: str, content: BinaryIO) -> None:
        if self._manifest is not None:
            raise BackupRefused("La sauvegarde contient quelque chose après son manifeste.")
        if name == MANIFEST:
            self._manifest = _manifest(content.read(_LONGEST_MANIFEST))
        elif name == f"base/{self._parts:06}":
            _copy(content, self._base, self._dump)
            self._parts += 1
        elif file := _FILE.fullmatch(name):
            self._files[file[1]] = _unpacked_file(content, self._into / "files" / file[1])
        elif name != NOTICE:
            raise BackupRefused(f"La sauvegarde contient {name!r}, que rien ne prévoit.")

    def compared(self) -> Manifest:
        if self._manifest is None:
            raise BackupRefused("La sauvegarde est incomplète : il lui manque son manifeste.")
        problems = [] if self._manifest.dump == {**self._dump.said, "parts": self._parts} else ["la base"]
        problems += _differences(self._manifest.files, self._files)
        if problems:
            raise BackupRefused(f"La sauvegarde ne contient pas ce que dit son manifeste : {', '.join(problems[:5])}.")
        return self._manifest


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    content = tar.extractfile(member) if member.isreg() else None
    if content is None:
        raise BackupRefused(f"La sauvegarde contient {member.name!r}, qui n’est pas un fichier.")
    return content  # type: ignore[return-value]


def _copy(source: BinaryIO, out: BinaryIO, digest: Digest) -> None:
    while piece := source.read(CHUNK):
        out.write(digest.add(piece))


def _unpacked_file(content: BinaryIO, path: Path) -> dict[str, Any]:
    digest = Digest()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as out:
        _copy(content, out, digest)
    return digest.said


def _manifest(text: bytes) -> Manifest:
    try:
        said = json.loads(text)
        if said["format"] != FORMAT:
            raise BackupRefused(
                f"Cette sauvegarde est au format {said['format']}, et cette application lit le format {FORMAT}."
            )
        return Manifest(**said)
    except (ValueError, TypeError, KeyError) as problem:
        raise BackupRefused("Le manifeste de la sauvegarde ne se lit pas.") from problem


def _differences(said: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for name in sorted(said.keys() | found.keys()):
        if said.get(name) != found.get(name):
            yield f"files/{name}"
