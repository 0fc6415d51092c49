"""Tagged PDF/UA-1 documents from the project's own templates, reading nothing but the project's own files."""

import hashlib
import io
import logging
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

logger = logging.getLogger(__name__)

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "pdf"
READABLE_FOLDERS = (TEMPLATES, Path(settings.BASE_DIR) / "static")
# Types are given by name: a file of any other kind has no business in a printed page.
CONTENT_TYPES = {
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}


class ResourceRefused(ValueError):
    """A document asked for something that is not a file of the project."""


class ProjectFileFetcher(URLFetcher):
    """Gives the renderer a style sheet or an image of the project; any other address, whatever its
    protocol, is logged and refused, and the document goes on without it."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        try:
            path = _project_file(url)
        except (ValueError, OSError):
            logger.warning("PDF resource refused: %.200r", url)
            raise ResourceRefused("not a file of the project") from None
        return URLFetcherResponse(path.as_uri(), path.read_bytes(), {"Content-Type": CONTENT_TYPES[path.suffix]})


def _project_file(url: str) -> Path:
    """The file behind an address, links followed before it is judged; raises ResourceRefused."""
    address = urlsplit(url)
    if address.scheme != "file" or address.netloc:
        raise ResourceRefused(url)
    path = Path(url2pathname(address.path)).resolve(strict=True)
    is_ours = any(path.is_relative_to(folder.resolve()) for folder in READABLE_FOLDERS)
    if not is_ours or path.suffix not in CONTENT_TYPES:
        raise ResourceRefused(url)
    return path


def render_pdf(
    template_name: str,
    context: Mapping[str, Any],
    *,
    title: str,
    author: str = "",
    subject: str = "",
    issued_on: date | None = None,
) -> bytes:
    """The template as a PDF/UA-1 document in French; the same context gives the same bytes.

    `template_name` extends `pdf/base.html`, which writes the title, author, subject and day as the
    document's properties. Text is escaped by the template; nothing is fetched from elsewhere.
    """
    properties = {"title": title, "author": author, "subject": subject, "issued_on": issued_on}
    return html_to_pdf(render_to_string(template_name, {**context, "document": properties}))


def html_to_pdf(html: str) -> bytes:
    """Lays out a whole HTML document; its file identifier is drawn from its text."""
    page = HTML(string=html, base_url=f"{TEMPLATES.as_uri()}/", url_fetcher=ProjectFileFetcher())
    identifier = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    target = io.BytesIO()
    page.write_pdf(target, pdf_variant="pdf/ua-1", pdf_identifier=identifier)
    return target.getvalue()
