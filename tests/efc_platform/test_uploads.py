"""Files that people bring: what is kept, what is refused and why, what the antivirus says."""

import io
import socket

import pikepdf
import pytest
from PIL import Image

from efc_platform.shared.errors import OperationRefused
from efc_platform.shared.uploads import (
    DOCUMENTS,
    PICTURES,
    SCANS,
    FileKind,
    accept,
    antivirus,
    checked,
    kinds_in_words,
)
from tests.clamd_server import EICAR, Clamd, clamd
from tests.factories.files import LEGITIMATE, docx, linked, pdf_of, picture_of, upload
from tests.hostile_files import CORPUS, INERT, LIMIT


@pytest.fixture(autouse=True)
def small_limit(settings):
    settings.UPLOAD_BYTES = LIMIT
    settings.CLAMD_URL = ""


@pytest.fixture
def guard(settings):
    with clamd() as found:
        settings.CLAMD_URL = found.url
        yield found


def refusal(name: str, content: bytes, **options) -> str:
    with pytest.raises(OperationRefused) as refused:
        checked(upload(name, content), **options)
    assert refused.value.field == "file"
    return refused.value.message


def kept(name: str, content: bytes, **options):
    return checked(upload(name, content), **options)


@pytest.mark.parametrize("name", LEGITIMATE)
def test_files_as_people_have_them_are_kept_under_their_name(name):
    found = kept(name, LEGITIMATE[name]())
    assert (found.name, found.kind) == (
        name.replace(".JPEG", ".jpeg"),
        FileKind(name.rpartition(".")[2].lower()[:4].replace("jpeg", "jpg")),
    )


def test_corpus_is_as_large_as_what_it_is_measured_by():
    assert len(CORPUS) + len(INERT) > 80


@pytest.mark.parametrize("what", CORPUS)
def test_hostile_file_is_refused_with_a_sentence(what):
    name, make = CORPUS[what]
    content = make()
    # The limit is another matter than what the file holds.
    sentence = refusal(name, content)
    assert sentence.endswith(".")
    assert ("trop lourd" in sentence) == (len(content) > LIMIT)


@pytest.mark.parametrize("what", [name for name in CORPUS if name != "one byte too heavy"])
def test_hostile_file_is_refused_for_what_it_holds_whatever_its_weight(what, settings):
    settings.UPLOAD_BYTES = 10_000_000
    assert "trop lourd" not in refusal(CORPUS[what][0], CORPUS[what][1]())


@pytest.mark.parametrize("what", INERT)
def test_what_is_kept_of_the_others_is_harmless(what):
    name, make = INERT[what]
    found = kept(name, make())
    assert found.kind.value == found.name.rpartition(".")[2]
    stem = found.name.rpartition(".")[0]
    assert 0 < len(stem) <= 120
    assert not set(stem) & set('/\\<>:"|?*\n\r\0\u202e.')
    if found.kind in PICTURES:
        assert b"<script>" not in found.content
        assert b"PK\x03\x04" not in found.content
        assert dict(Image.open(io.BytesIO(found.content)).getexif()) == {}
    else:
        assert found.content == make()


def test_picture_stands_upright_once_its_metadata_are_gone():
    exif = Image.Exif()
    exif[0x0112] = 6
    found = kept("a.jpg", picture_of("JPEG", size=(60, 40), exif=exif))
    assert Image.open(io.BytesIO(found.content)).size == (40, 60)


def test_picture_keeps_what_is_transparent_in_it():
    found = kept("a.png", picture_of("PNG", mode="RGBA"))
    assert Image.open(io.BytesIO(found.content)).mode == "RGBA"


def test_large_photograph_is_decoded_at_a_smaller_size(settings):
    settings.UPLOAD_BYTES = 10_000_000
    found = kept("a.jpg", picture_of("JPEG", size=(8000, 6000), noise=0))
    assert Image.open(io.BytesIO(found.content)).size == (4000, 3000)


def test_picture_of_too_many_points_says_what_to_do(settings):
    settings.UPLOAD_BYTES = 10_000_000
    assert "réduisez-la" in refusal("a.png", picture_of("PNG", size=(8000, 4000), mode="1", noise=0))


def test_text_of_an_old_windows_is_kept_in_the_letters_of_today():
    assert kept("a.csv", "Nom;Béthune".encode("cp1252")).content.decode("utf-8-sig") == "Nom;Béthune"
    assert kept("a.txt", "Éloïse".encode("utf-16")).content.decode("utf-8-sig") == "Éloïse"
    assert kept("a.txt", "Éloïse".encode()).content == "Éloïse".encode()


def test_pdf_that_opens_on_a_page_is_kept_as_it_is():
    def opens(pdf):
        pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])
        pdf.docinfo["/Title"] = "Cours de /JavaScript (/JS et /Launch)"

    assert kept("a.pdf", pdf_of(opens)).content == pdf_of(opens)


def test_kinds_asked_for_are_the_only_ones():
    assert kept("a.png", picture_of("PNG"), kinds=PICTURES).kind == FileKind.PNG
    sentence = refusal("a.pdf", pdf_of(), kinds=PICTURES)
    assert sentence == "Ce genre de fichier n’est pas accepté. Ceux qui le sont\u00a0: image JPEG, PNG ou WebP."
    assert kinds_in_words(SCANS) == "PDF, image JPEG, PNG ou WebP"
    assert accept(SCANS) == ".pdf,.jpg,.jpeg,.png,.webp"
    assert {one for one in FileKind if one not in DOCUMENTS} == set()


def test_refusal_goes_beside_the_field_that_brought_the_file():
    with pytest.raises(OperationRefused) as refused:
        kept("a.exe", b"MZ", field="logo")
    assert refused.value.field == "logo"


def test_name_that_lies_is_told_what_the_file_is():
    assert refusal("photo.jpg", picture_of("PNG")) == (
        "Le nom de ce fichier finit par «\u00a0.jpg\u00a0», mais c’est un fichier «\u00a0.png\u00a0» (image "
        "PNG)\u00a0: renommez-le, ou enregistrez-le à nouveau, puis renvoyez-le."
    )


def test_workbook_that_follows_another_one_when_asked_is_kept():
    links = linked("externalLinkPath", "file:///partage/budget.xlsx")
    assert kept("a.docx", docx({"xl/externalLinks/_rels/externalLink1.xml.rels": links})).kind == FileKind.DOCX


def test_antivirus_looks_at_what_was_brought(guard: Clamd):
    content = picture_of("PNG") + b"derri\xc3\xa8re"
    kept("a.png", content)
    assert guard.looked_at == [content]


def test_antivirus_finds_eicar(guard: Clamd):
    assert refusal("a.txt", EICAR) == (
        "L’antivirus reconnaît dans ce fichier un programme nuisible\u00a0: il n’est pas gardé."
    )


def test_antivirus_is_sent_large_files_by_pieces(guard: Clamd, settings):
    settings.UPLOAD_BYTES = 10_000_000
    content = b"Bonjour\n" * 100_000
    kept("a.txt", content)
    assert guard.looked_at == [content]


UNCHECKED = "L’antivirus ne répond pas\u00a0: ce fichier n’a pas pu être vérifié"


@pytest.mark.parametrize(
    "fails",
    [
        {"hangs_up": True},
        {"says": b"INSTREAM size limit exceeded. ERROR\0"},
        {"says": b"stream: Can't allocate memory ERROR\0"},
        {"says": b"n'importe quoi" * 200},
    ],
)
def test_file_that_the_antivirus_could_not_look_at_is_not_kept(guard: Clamd, fails):
    for name, value in fails.items():
        setattr(guard, name, value)
    assert refusal("a.txt", b"Bonjour").startswith(UNCHECKED)


def test_antivirus_that_says_nothing_is_not_waited_for_for_ever(guard: Clamd, monkeypatch):
    monkeypatch.setattr(antivirus, "SECONDS", 0.3)
    guard.is_silent = True
    assert refusal("a.txt", b"Bonjour").startswith(UNCHECKED)


def test_antivirus_that_is_not_there_is_said(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.CLAMD_URL = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        assert refusal("a.txt", b"Bonjour").startswith(UNCHECKED)


def test_antivirus_is_found_at_the_address_of_a_socket(settings, tmp_path):
    settings.CLAMD_URL = f"unix:{tmp_path}/absent.sock"
    assert refusal("a.txt", b"Bonjour").startswith(UNCHECKED)
