"""The renderer reads the project's own files and nothing else, whatever a document asks for."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pikepdf
import pytest
from weasyprint.urls import URLFetchingError

from efc_platform.shared.pdf import READABLE_FOLDERS, ProjectFileFetcher, ResourceRefused, html_to_pdf, render_pdf
from tests.pdf_checks import text_of

STYLE = (READABLE_FOLDERS[0] / "report.css").as_uri()


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """A local server that notes each request it gets."""
    hits: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", hits
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def hostile_page(address: str, secret: str) -> str:
    return f"""<!doctype html><html lang="fr"><head><title>Canari</title><base href="{address}/">
    <link rel="stylesheet" href="{address}/link.css"><link rel="stylesheet" href="relative.css">
    <link rel="attachment" href="{address}/attached"><link rel="attachment" href="{secret}">
    <style>@import url("{address}/import.css"); @import "{secret}";
      @font-face {{ font-family: canary; src: url("{address}/font.woff2"), url("{secret}") }}
      body {{ font-family: canary; background: url("{address}/background.png") }}
      li {{ list-style-image: url("{address}/bullet.png") }}
      p {{ border-image-source: url("{address}/border.png") }}
      p::before {{ content: url("{address}/before.png") url("{secret}") }}
      @page {{ background: url("{address}/page.png") }}</style></head><body>
    <h1>Canari</h1><p>Texte</p><ul><li>Un</li></ul>
    <img src="{address}/image.png" alt="a"><img src="{secret}" alt="b"><img src="//127.0.0.1/x.png" alt="c">
    <img srcset="{address}/srcset.png 2x" alt="d">
    <object data="{address}/object.svg"></object><object data="{secret}"></object>
    <embed src="{address}/embed.svg"><embed src="{secret}"><iframe src="{address}/frame"></iframe>
    <a rel="attachment" href="{address}/linked">a</a><a rel="attachment" href="{secret}">b</a>
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">
      <title>t</title>
      <image href="{address}/svg.png" width="9" height="9"/><image xlink:href="{secret}" width="9" height="9"/>
      <use href="{address}/use.svg#a"/><use xlink:href="{secret}#a"/>
      <rect fill="url({address}/paint.svg#a)" filter="url({address}/filter.svg#a)" width="9" height="9"/>
      <rect mask="url({address}/mask.svg#a)" width="9" height="9"/>
      <style>@import url("{address}/svg.css");</style></svg>
    <img alt="e" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E
      %3Cimage href='{address}/nested.png'/%3E%3C/svg%3E">
    </body></html>"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.css"
    path.write_text('@import "never"; body::after { content: "SECRET-OF-THE-HOST" }')
    return path


@pytest.fixture
def quiet_renderer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="weasyprint")


@pytest.mark.usefixtures("quiet_renderer")
def test_hostile_page_reaches_nothing(secret):
    with listening() as (address, hits):
        content = html_to_pdf(hostile_page(address, secret.as_uri()))
    assert hits == []
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.attachments) == 0
        annotations = [note for page in pdf.pages for note in page.get("/Annots", [])]
        assert [note for note in annotations if note.Subtype == "/FileAttachment"] == []
    assert "Texte" in text_of(content)
    assert "SECRET-OF-THE-HOST" not in text_of(content)
    assert secret.read_bytes() not in content


def test_colour_profile_from_elsewhere_stops_the_document():
    with listening() as (address, hits), pytest.raises(URLFetchingError):
        html_to_pdf(f'<html lang="fr"><style>@color-profile --a {{ src: url("{address}/profile.icc") }}</style>')
    assert hits == []


@pytest.mark.usefixtures("quiet_renderer")
@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/hostname", "/proc/self/environ"])
def test_files_of_the_host_are_never_embedded(path):
    with listening() as (address, _):
        content = html_to_pdf(hostile_page(address, f"file://{path}"))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        streams = b"".join(one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream))
        assert len(pdf.attachments) == 0
    assert Path(path).read_bytes()[:40] not in streams


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.css",
        "https://127.0.0.1:9/x.css",
        "ftp://127.0.0.1/x.css",
        "data:text/css,body{}",
        "file:///etc/passwd",
        "file://localhost/etc/passwd",
        "file://elsewhere" + STYLE.removeprefix("file://"),
        STYLE.replace("report.css", "../emails/../../manage.py"),
        STYLE.replace("report.css", "%2e%2e/%2e%2e/efc_platform/settings.py"),
        STYLE.replace("report.css", "progress_report.html"),
        STYLE.replace("report.css", "absent.css"),
        STYLE.replace("report.css", "a\0.css"),
        "report.css",
        "",
    ],
)
def test_address_outside_the_project_is_refused_and_logged(address, caplog):
    with pytest.raises(ResourceRefused):
        ProjectFileFetcher().fetch(address)
    assert [record.message for record in caplog.records] == [f"PDF resource refused: {address!r}"]


def test_link_out_of_the_project_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "outside.css").write_text("p {}")
    (folder / "way-out.css").symlink_to(tmp_path / "outside.css")
    (folder / "inside.css").write_text("p {}")
    monkeypatch.setattr("efc_platform.shared.pdf.READABLE_FOLDERS", (folder,))
    assert ProjectFileFetcher().fetch((folder / "inside.css").as_uri()).read() == b"p {}"
    with pytest.raises(ResourceRefused):
        ProjectFileFetcher().fetch((folder / "way-out.css").as_uri())


def test_style_sheet_of_the_project_is_read():
    response = ProjectFileFetcher().fetch(STYLE)
    assert (response.content_type, response.read()[:5]) == ("text/css", b"@page")


def test_document_carries_its_properties():
    day = date(2026, 11, 23)
    content = render_pdf("pdf/base.html", {}, title="Titre d’essai", author="Inès", subject="Essai", issued_on=day)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo.Title) == "Titre d’essai"
        assert str(pdf.docinfo.Author) == "Inès"
        assert str(pdf.docinfo.CreationDate) == "D:20261123"
        assert str(pdf.Root.Lang) == "fr"


def test_same_document_gives_the_same_bytes():
    first, second = (render_pdf("pdf/base.html", {}, title="Deux fois", issued_on=date(2026, 11, 23)) for _ in range(2))
    assert first == second


def test_properties_are_escaped():
    content = render_pdf("pdf/base.html", {}, title="</title><b>Titre & <i>", author='"><script>')
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo.Title) == "</title><b>Titre & <i>"
        assert str(pdf.docinfo.Author) == '"><script>'
