"""What one takes away: a stored file, or a text written for the occasion."""

from typing import TypeVar

from django.http import FileResponse, HttpResponseBase

from efc_platform.backstage.models import StoredFile

R = TypeVar("R", bound=HttpResponseBase)
# Opened in a browser all the same, it runs nothing and fetches nothing.
POLICY_OF_FILES = "sandbox; default-src 'none'; frame-ancestors 'none'"


def taken_away(response: R) -> R:
    """A download harms nobody who opens it in a browser, and stays in no cache of a shared computer."""
    response["Content-Security-Policy"] = POLICY_OF_FILES
    response["Cache-Control"] = "no-store"
    return response


def handed_over(file: StoredFile) -> FileResponse:
    """The file under its own name; whoever calls this has seen that it is there. FileNotFoundError otherwise, OSError
    when its place does not answer."""
    return taken_away(FileResponse(file.open(), as_attachment=True, filename=file.name, content_type=file.content_type))
