"""An archive is read to its end or refused, is whole or absent in its store, and leaves when no rule keeps it."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from efc_platform.backups import BackupRefused
from efc_platform.backups.archive import Manifest, Writer, unpacked
from efc_platform.backups.keys import (
    check_backup_settings,
    fingerprint,
    identities,
    identities_of,
    new_key,
    opened,
    sealed,
)
from efc_platform.backups.restoring import copy_statements
from efc_platform.backups.rotation import MARK, archives_in, moment_of, name_at, rotate, to_delete
from efc_platform.backups.stores import Folder, Store, store_at
from efc_platform.backups.streams import written_by
from tests.s3_server import ACCESS_KEY, SECRET_KEY, s3_server

PRIVATE, PUBLIC = new_key()
KNOWN = identities(PRIVATE)
DUMP = bytes(range(256)) * 40_000
FILES = {"ab/" + "ab" * 16: b"un bilan", "cd/" + "cd" * 16: b"x" * 3_000_000}
DAY = datetime(2026, 3, 31, 2, tzinfo=UTC)


def write(out) -> None:
    manifest = Manifest("2026-03-31", "essai", ["accounts.0001"], 180000, {"a": 3}, {"journal": {}, "secret": {}})
    writer = Writer(out)
    manifest.dump = writer.dump(io.BytesIO(DUMP))
    for name, content in FILES.items():
        manifest.files[name] = writer.file(name, io.BytesIO(content), len(content))
    writer.manifest(manifest)


@pytest.fixture(scope="module")
def archive() -> bytes:
    return b"".join(sealed(written_by(write), [PUBLIC]))


def read(content: bytes, into: Path, known=KNOWN) -> Manifest:
    return unpacked(opened(iter([content]), known), into)


def test_what_was_written_comes_back(archive, tmp_path):
    manifest = read(archive, tmp_path)
    assert (tmp_path / "base.dump").read_bytes() == DUMP
    assert {name: (tmp_path / "files" / name).read_bytes() for name in FILES} == FILES
    assert (manifest.tables, manifest.dump["parts"], manifest.weight) == ({"a": 3}, 2, 3_000_008)


def test_nothing_of_it_is_readable_without_the_key(archive, tmp_path):
    assert b"un bilan" not in archive
    with pytest.raises(BackupRefused, match="n’ouvre pas cette sauvegarde"):
        read(archive, tmp_path, identities(new_key()[0]))


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_key_is_read_as_it_was_fed_by_somebody_who_may_not_open_it_again(name, archive, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"# ma clé\n{PRIVATE}\n"))
    assert read(archive, tmp_path, identities_of(Path(name))).weight == 3_000_008


def test_key_that_nobody_feeds_is_refused(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(BackupRefused, match="La clé privée - ne se lit pas"):
        identities_of(Path("-"))


# In the header, in each kind of member, at a boundary of age's pieces, and one byte short of the end.
@pytest.mark.parametrize("part", [0.0, 0.00001, 0.1, 0.5, 0.9, 0.999, 0.9999999])
def test_truncated_archive_is_refused(archive, tmp_path, part):
    with pytest.raises(BackupRefused, match=r"incomplète|abîmé"):
        read(archive[: int(len(archive) * part)], tmp_path)


def test_archive_cut_between_two_pieces_of_age_is_refused(archive, tmp_path):
    header = archive.index(b"\n--- ")
    start = archive.index(b"\n", header + 1) + 1 + 16
    with pytest.raises(BackupRefused, match="incomplète"):
        read(archive[: start + 3 * (65536 + 16)], tmp_path)


@pytest.mark.parametrize("part", [0.2, 0.7, 0.99])
def test_flipped_bit_is_refused(archive, tmp_path, part):
    flipped = bytearray(archive)
    flipped[int(len(flipped) * part)] ^= 1
    with pytest.raises(BackupRefused, match="abîmée"):
        read(bytes(flipped), tmp_path)


def lying(change) -> bytes:
    """Sealed as it should be, by somebody who holds the public key; its manifest says something else."""

    def write_changed(out) -> None:
        writer = Writer(out)
        manifest = Manifest("2026-03-31", "", [], 180000, {}, {"journal": {}, "secret": {}})
        manifest.dump = writer.dump(io.BytesIO(b"base"))
        name = "ab/" + "ab" * 16
        manifest.files[name] = writer.file(name, io.BytesIO(b"fichier"), 7)
        change(manifest, writer)
        writer.manifest(manifest)

    return b"".join(sealed(written_by(write_changed), [PUBLIC]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda manifest, writer: manifest.dump.update(sha256="0" * 64), "manifeste : la base"),
        (lambda manifest, writer: manifest.files.clear(), "manifeste : files/ab"),
        (lambda manifest, writer: manifest.files.update({"ee/" + "e" * 32: {}}), "manifeste : files/ee"),
        (lambda manifest, writer: setattr(manifest, "format", 2), "format 2"),
        (lambda manifest, writer: writer._add("files/../../etc/passwd", b"x"), "que rien ne prévoit"),
        (lambda manifest, writer: writer._add("base/000007", b"x"), "que rien ne prévoit"),
    ],
)
def test_archive_that_is_not_what_its_manifest_says_is_refused(tmp_path, change, words):
    with pytest.raises(BackupRefused, match=words):
        read(lying(change), tmp_path)


def test_failure_of_the_writer_is_raised_before_the_end_and_nothing_bears_the_name(tmp_path):
    def fails(out) -> None:
        out.write(b"x" * 5_000_000)
        raise BackupRefused("la base est partie")

    with pytest.raises(BackupRefused, match="la base est partie"):
        Folder(tmp_path).write("une.age", sealed(written_by(fails), [PUBLIC]))
    assert list(tmp_path.iterdir()) == []


def test_reader_that_leaves_stops_the_writer():
    stopped = []

    def endless(out) -> None:
        try:
            while True:
                out.write(b"x" * 100_000)
        except BrokenPipeError:
            stopped.append(True)
            raise

    pieces = written_by(endless)
    assert next(pieces)
    pieces.close()
    assert stopped == [True]


def test_memory_does_not_grow_with_what_passes():
    """A hundred megabytes pass; what each side holds at once is a few pieces."""
    largest = 0

    def long(out) -> None:
        for _number in range(100):
            out.write(b"x" * 1_000_000)

    for piece in opened(sealed(written_by(long), [PUBLIC]), KNOWN):
        largest = max(largest, len(piece))
    assert largest <= 1 << 20


# Settings of newer servers

PROLOGUE = b"""--
-- PostgreSQL database dump
--

\\restrict x

SET statement_timeout = 0;
SET transaction_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET row_security = off;

"""
# A text that somebody wrote, and bytes that are no text.
CONTENT = b"""COPY public.note (texte) FROM stdin;
SET transaction_timeout = 0;
\xff\x00\r\n\\.
"""


def sent(statements: bytes, *, server: int) -> bytes:
    out = io.BytesIO()
    copy_statements(io.BytesIO(statements), out, server=server)
    return out.getvalue()


def test_older_server_is_spared_a_setting_that_it_does_not_know_and_nothing_that_was_written():
    said = sent(PROLOGUE + CONTENT, server=150_012)
    assert said == PROLOGUE.replace(b"SET transaction_timeout = 0;\n", b"") + CONTENT


def test_server_that_knows_the_setting_is_sent_everything():
    assert sent(PROLOGUE + CONTENT, server=170_000) == PROLOGUE + CONTENT


@pytest.mark.parametrize("statements", [b"", PROLOGUE.replace(b"= 0", b"= 1"), b"x" * 3_000_000, b"SET x" * 900_000])
def test_statements_that_are_not_those_pass_as_they_are(statements):
    assert sent(statements, server=140_000) == statements


# The place and the server


@pytest.fixture(scope="module")
def bucket(tmp_path_factory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3")) as url:
        yield url


@pytest.fixture(params=["folder", "bucket"])
def store(request, tmp_path, settings) -> Iterator[Store]:
    settings.BACKUP_ACCESS_KEY, settings.BACKUP_SECRET_KEY = ACCESS_KEY, SECRET_KEY
    url = f"file://{tmp_path}/sauvegardes" if request.param == "folder" else request.getfixturevalue("bucket")
    found = store_at(url)
    yield found
    for name in found.sizes():
        found.delete(name)


def test_store_keeps_lists_gives_back_and_deletes(store):
    # More than two parts of an upload.
    content = bytes(range(256)) * 160_000
    store.write("a.age", (content[start : start + 1_000_000] for start in range(0, len(content), 1_000_000)))
    store.write("b.json", iter([b"{}"]))
    assert store.sizes() == {"a.age": len(content), "b.json": 2}
    assert b"".join(store.read("a.age")) == content
    store.delete("a.age")
    assert store.sizes() == {"b.json": 2}
    with pytest.raises(FileNotFoundError):
        list(store.read("a.age"))


def test_store_keeps_nothing_of_what_did_not_end(store):
    def broken() -> Iterator[bytes]:
        yield b"x" * 40_000_000
        raise ValueError("arrêté")

    with pytest.raises(ValueError, match="arrêté"):
        store.write("a.age", broken())
    assert store.sizes() == {}


def test_archive_goes_to_the_store_and_comes_back(store, tmp_path, archive):
    store.write("a.age", sealed(written_by(write), [PUBLIC]))
    target = tmp_path / "read"
    target.mkdir()
    assert unpacked(opened(store.read("a.age"), KNOWN), target).weight == 3_000_008


@pytest.mark.parametrize("url", ["", "ftp://ailleurs/x", "s3:///x"])
def test_address_that_is_no_store_is_refused(url):
    with pytest.raises(BackupRefused):
        store_at(url)


def test_folder_is_closed_to_others(tmp_path):
    place = tmp_path / "sauvegardes"
    Folder(place).write("a.age", [b"x"])
    assert (place.stat().st_mode & 0o777, (place / "a.age").stat().st_mode & 0o777) == (0o700, 0o600)


# Rotation

KEEP = {"daily": 7, "weekly": 4, "monthly": 3}


def kept_after(nights: int, store: Store) -> list[datetime]:
    for night in range(nights):
        store.write(name_at(DAY + timedelta(days=night)), [b"x"])
        rotate(store, KEEP)
    return [one.made_at for one in archives_in(store)]


def test_days_weeks_and_months_keep_their_last(tmp_path):
    kept = kept_after(200, Folder(tmp_path))
    last = DAY + timedelta(days=199)
    assert kept[:7] == [last - timedelta(days=number) for number in range(7)]
    assert len(kept) <= 7 + 4 + 3
    assert {(moment.year, moment.month) for moment in kept} >= {(2026, 10), (2026, 9), (2026, 8)}
    assert len({moment.isocalendar()[:2] for moment in kept}) >= 4


def test_last_verified_one_stays_whatever_its_age(tmp_path):
    store, old = Folder(tmp_path), name_at(DAY - timedelta(days=900))
    for name in (name_at(DAY - timedelta(days=950)), old):
        store.write(name, [b"x"])
        store.write(name + MARK, [b'{"verified_at": "2024-01-01"}'])
    kept_after(200, store)
    names = {one.name for one in archives_in(store) if one.verified}
    assert names == {old}
    assert sorted(path.name for path in tmp_path.glob(f"*{MARK}")) == [old + MARK]


def test_newest_stays_even_when_no_rule_asks_for_it(tmp_path):
    store = Folder(tmp_path)
    store.write(name_at(DAY), [b"x"])
    assert to_delete(archives_in(store), {"daily": 0, "weekly": 0, "monthly": 0}) == []


def test_what_is_not_ours_is_never_deleted(tmp_path):
    (tmp_path / "photos-de-vacances.tar.age").write_bytes(b"x")
    kept_after(30, Folder(tmp_path))
    assert (tmp_path / "photos-de-vacances.tar.age").exists()
    assert moment_of("trajectoires-20260331T020000Z.tar.age.copie") is None


# Keys


def test_private_key_is_read_from_an_age_key_file():
    assert len(identities(f"# créée le 1er mars\n\n{PRIVATE}\n")) == 1
    for text in ("", "# rien", "AGE-SECRET-KEY-1FAUX", PUBLIC):
        with pytest.raises(BackupRefused):
            identities(text)


def test_fingerprint_tells_keys_apart_and_is_not_the_key():
    assert fingerprint(b"a" * 32) == fingerprint(b"a" * 32) != fingerprint(b"b" * 32)
    assert len(fingerprint(b"a" * 32)) == 16


@pytest.mark.parametrize(
    ("url", "keys", "problems"),
    [
        ("", [], 0),
        ("file:///tmp/x", [PUBLIC], 0),
        ("file:///tmp/x", [], 1),
        ("", [PUBLIC], 1),
        ("file:///tmp/x", [PRIVATE], 1),
    ],
)
def test_half_of_the_settings_is_an_error(settings, url, keys, problems):
    settings.BACKUP_URL, settings.BACKUP_RECIPIENTS = url, keys
    assert len(check_backup_settings()) == problems


@pytest.mark.skipif(shutil.which("age") is None, reason="the age program is not installed")
def test_age_itself_opens_an_archive(archive, tmp_path):
    (tmp_path / "a.age").write_bytes(archive)
    (tmp_path / "cle.txt").write_text(PRIVATE)
    command = ["age", "--decrypt", "--identity", str(tmp_path / "cle.txt"), str(tmp_path / "a.age")]
    tar = subprocess.run(command, capture_output=True, check=True).stdout
    names = subprocess.run(["tar", "t"], input=tar, capture_output=True, check=True).stdout.decode().split()
    assert names[0] == "LISEZMOI.txt"
    assert names[-1] == "manifest.json"
