"""A local server that speaks the protocol of clamd (INSTREAM), and fails as it does. It finds EICAR for what it is."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The test file of the antivirus trade, harmless by agreement; in two halves, for no antivirus to take this file away.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """What it does next: looks, is silent until `released`, hangs up, or answers `says`."""

    def __init__(self) -> None:
        self.is_silent = self.hangs_up = False
        self.says = b""
        self.released = threading.Event()
        self.looked_at: list[bytes] = []
        self.url = ""


class _Handler(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        state = self.server.state
        if state.is_silent:
            state.released.wait(30)
        if state.is_silent or state.hangs_up:
            return
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b"".join(self._pieces())
        state.looked_at.append(content)
        self.wfile.write(state.says or self._found(content))

    def _pieces(self) -> Iterator[bytes]:
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            yield self.rfile.read(length)

    def _found(self, content: bytes) -> bytes:
        return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, state: Clamd) -> None:
        self.state = state
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def clamd() -> Iterator[Clamd]:
    state = Clamd()
    server = _Server(state)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"tcp://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        state.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
