"""Asks clamd, where one is configured, whether a file is known to be harmful."""

import logging
import socket
import struct
import time
from urllib.parse import urlsplit

from django.conf import settings

from efc_platform.shared.errors import OperationRefused

log = logging.getLogger(__name__)
# All of it: connecting, sending, and its answer.
SECONDS = 15
_PIECE = 65_536


def refuse_infected(content: bytes) -> None:
    """OperationRefused for what clamd knows, and when it does not answer: a file that nobody could look at is not
    kept. Nothing is asked when no address is set."""
    if not settings.CLAMD_URL:
        return
    try:
        answer = _ask(content)
    except (OSError, ValueError) as problem:
        log.error("clamd does not answer: %s", problem)
        raise _unchecked() from problem
    if answer.endswith("FOUND"):
        log.warning("clamd refused a file: %s", answer)
        raise OperationRefused("L’antivirus reconnaît dans ce fichier un programme nuisible\u00a0: il n’est pas gardé.")
    if answer != "stream: OK":
        log.error("clamd could not look at a file: %s", answer)
        raise _unchecked()


def _ask(content: bytes) -> str:
    """INSTREAM, as clamd(8) documents it: pieces after their length, an empty one, then its one line."""
    until = time.monotonic() + SECONDS
    with _connected() as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            line.settimeout(_left(until))
            line.sendall(struct.pack("!L", len(piece)) + piece)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while b"\0" not in answer and len(answer) < 1000:
            line.settimeout(_left(until))
            received = line.recv(1000)
            if not received:
                break
            answer += received
    return answer.partition(b"\0")[0].decode("ascii", "replace").strip()


def _connected() -> socket.socket:
    address = urlsplit(settings.CLAMD_URL)
    if address.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(SECONDS)
            line.connect(address.path)
        except OSError:
            line.close()
            raise
        return line
    return socket.create_connection((address.hostname or "", address.port or 3310), timeout=SECONDS)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("too slow")
    return left


def _unchecked() -> OperationRefused:
    return OperationRefused(
        "L’antivirus ne répond pas\u00a0: ce fichier n’a pas pu être vérifié, il n’est donc pas gardé. Réessayez dans "
        "quelques minutes\u00a0; si cela dure, prévenez la coordination."
    )
