"""How far a request that brings files is read: never more of one file than may be kept, never without end; and a
server that has no room to receive it says so."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler

from efc_platform.shared.errors import NoRoom

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


class RoomUploadHandler(TemporaryFileUploadHandler):
    """Keeps what is being received on the disk; NoRoom when the disk is full, or may not be written.

    Said once the file is read to its end: a browser that is still sending shows no answer, only a cut connection.
    """

    problem: OSError | None = None

    def new_file(self, *args: Any, **more: Any) -> None:
        self._try(lambda: super(RoomUploadHandler, self).new_file(*args, **more))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._try(lambda: self.file.write(raw_data))

    def file_complete(self, file_size: int) -> UploadedFile | None:
        complete = self._try(lambda: super(RoomUploadHandler, self).file_complete(file_size))
        if self.problem:
            # Half of it would hold the little room that is left for as long as the request is remembered.
            with suppress(OSError):
                self.upload_interrupted()
            raise NoRoom from self.problem
        return complete

    def _try(self, step: Callable[[], Any]) -> Any:
        """Nothing more once a step failed."""
        try:
            return None if self.problem else step()
        except OSError as problem:
            self.problem = problem
            return None
