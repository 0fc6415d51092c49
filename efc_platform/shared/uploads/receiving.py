"""How far a request that brings files is read: never more of one file than may be kept, never without end."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Of a request, in files of the largest size. Up to there the form answers beside its field; beyond, a page does.
_AS_MUCH_AS = 8


class BoundedUploadHandler(FileUploadHandler):
    """Stands before those that keep: what comes after the largest size of a file goes nowhere, and the file is seen
    to be too heavy all the same."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: str, encoding: str | None = None
    ) -> None:
        if content_length > _AS_MUCH_AS * settings.UPLOAD_BYTES:
            raise RequestDataTooBig(f"a request of {content_length} bytes")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= settings.UPLOAD_BYTES else None

    def file_complete(self, file_size: int) -> None:
        return None
