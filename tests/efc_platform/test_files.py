"""Stored files, whether a folder or a bucket keeps them."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from efc_platform.backstage import operations
from efc_platform.backstage.models import StoredFile
from efc_platform.management.deployment import _files
from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.files import StorageAway, _bucket, check_place_of_files, stored_files
from structures.models import StructureDocument
from tests.factories.files import pdf_of, upload
from tests.s3_server import ACCESS_KEY, SECRET_KEY, s3_server

# Nothing answers there.
AWAY = "s3://seau/fichiers?endpoint=http://127.0.0.1:9"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("s3")
    with s3_server(folder) as url:
        yield url, folder / "served" / "seau"


@pytest.fixture
def bucket(server, settings) -> Path:
    """The files of this test are in a bucket: the folder where its server keeps them."""
    url, folder = server
    prefix = uuid4().hex
    settings.FILES_URL = url.replace("/sauvegardes", f"/{prefix}")
    settings.FILES_ACCESS_KEY, settings.FILES_SECRET_KEY = ACCESS_KEY, SECRET_KEY
    return folder / prefix


@pytest.fixture(params=["folder", "bucket"])
def place(request, settings) -> Path:
    if request.param == "bucket":
        return request.getfixturevalue("bucket")
    return settings.FILES_DIR


def named() -> str:
    bare = uuid4().hex
    return f"{bare[:2]}/{bare}"


def test_a_file_is_written_read_from_anywhere_and_deleted(place):
    kept, name, content = stored_files(), named(), os.urandom(3 << 20)
    kept.write(name, content)
    assert kept.holds(name)
    assert (place / name).read_bytes() == content
    with kept.open(name) as read:
        assert read.read() == content
        read.seek(-5, os.SEEK_END)
        assert read.read() == content[-5:]
    kept.delete(name)
    kept.delete(name)
    assert not kept.holds(name)
    with pytest.raises(FileNotFoundError):
        kept.open(name)


def test_a_file_of_this_machine_is_taken_whole(place, tmp_path):
    content, name = os.urandom(100_000), named()
    (tmp_path / "restored").write_bytes(content)
    stored_files().take(tmp_path / "restored", name)
    assert (place / name).read_bytes() == content


def test_only_our_own_old_files_are_listed(place):
    kept, name = stored_files(), named()
    kept.write(name, b"old")
    (place / name).with_name("README").write_bytes(b"not ours")

    def older_than(days: int) -> list[str]:
        return [one for batch in kept.older_than(timezone.now() + timedelta(days=days)) for one in batch]

    assert (older_than(1), older_than(-1)) == ([name], [])


def test_files_that_no_row_names_are_taken_away(db, place):
    kept, lost = (
        operations.store_file(name="a.pdf", content_type="application/pdf", content=b"%PDF") for _rank in range(2)
    )
    StoredFile.objects.filter(pk=lost.pk).delete()
    operations.drop_orphan_files(older_than=timedelta(days=-1))
    assert (kept.is_there, lost.is_there) == (True, False)


def test_a_site_made_of_a_copy_lets_nothing_of_the_bucket_go(db, bucket, settings):
    """Its database knows nothing of what came since the copy, which would all be orphans."""
    since = operations.store_file(name="a.pdf", content_type="application/pdf", content=b"%PDF")
    StoredFile.objects.all().delete()
    assert [words for one in _files() for words in re.findall("efface", one.seen)] == ["efface"]
    _bucket.cache_clear()
    settings.SITE_URL = "https://essai.example"
    with pytest.raises(StorageAway, match="is of"):
        operations.drop_orphan_files(older_than=timedelta(days=-1))
    with pytest.raises(OperationRefused):
        operations.store_file(name="b.pdf", content_type="application/pdf", content=b"%PDF")
    assert since.read() == b"%PDF"
    [found] = [one for one in _files() if not one.is_well]
    assert "rien ne s’y écrit ni ne s’y efface d’ici" in found.seen


def test_many_orphans_are_those_of_another_database(db, place, monkeypatch, caplog):
    monkeypatch.setattr(operations, "FEW_ORPHANS", 1)
    for _rank in range(2):
        stored_files().write(named(), b"%PDF")
    operations.drop_orphan_files(older_than=timedelta(days=-1))
    assert "is this their database?" in caplog.text
    assert len([path for path in place.glob("*/*") if path.is_file()]) == 2


def test_a_bucket_where_nobody_wrote_says_nothing_of_a_file(bucket):
    with pytest.raises(StorageAway, match="no site wrote"):
        stored_files().holds(named())
    stored_files().write(named(), b"%PDF")
    assert not stored_files().holds(named())


def test_files_left_elsewhere_are_said(db, settings, tmp_path):
    operations.store_file(name="a.pdf", content_type="application/pdf", content=b"%PDF")
    settings.FILES_DIR = tmp_path / "ailleurs"
    assert "Le dernier fichier que la base nomme n’est pas là." in [one.seen for one in _files() if not one.is_well]


def test_what_a_bucket_cannot_keep_is_refused_where_it_was_given(db, settings):
    settings.FILES_URL = AWAY
    with pytest.raises(OperationRefused, match="n’arrive pas à garder ce fichier"):
        operations.store_file(name="a.pdf", content_type="application/pdf", content=b"%PDF")
    assert not StoredFile.objects.exists()
    for ask in (stored_files().holds, stored_files().open, stored_files().delete):
        with pytest.raises(StorageAway):
            ask(named())


def test_wrong_credentials_are_no_missing_file(bucket, settings):
    settings.FILES_SECRET_KEY = "autre"
    with pytest.raises(StorageAway):
        stored_files().holds(named())


def test_an_address_that_cannot_be_one_is_said_when_the_site_starts(settings):
    assert check_place_of_files() == []
    settings.FILES_URL = "/srv/fichiers"
    [problem] = check_place_of_files()
    assert (problem.id, "s3://seau/dossier" in problem.hint) == ("efc_platform.E004", True)


def test_a_document_goes_through_a_bucket_and_waits_for_it(cast, signed_in, bucket, settings):
    """Added, taken away, asked while the bucket is away, and gone."""
    client = signed_in(cast.leader, raise_request_exception=False)
    sent = {"file": upload("statuts.pdf", pdf_of()), "client_key": str(uuid4())}
    client.post(reverse("documents", args=[cast.structure_a.public_id]), sent)
    document = StructureDocument.objects.get()
    address, there = document.get_absolute_url(), bucket / document.file.place
    assert not settings.FILES_DIR.exists()
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == there.read_bytes()
    assert answer["Content-Length"] == str(document.file.size)
    answers, settings.FILES_URL = settings.FILES_URL, AWAY
    away = client.get(address)
    assert (away.status_code, away["Retry-After"]) == (503, "10")
    assert "le stockage des fichiers ne répondait pas" in away.content.decode()
    settings.FILES_URL = answers
    stored_files().delete(document.file.place)
    assert client.get(address).status_code == 404
