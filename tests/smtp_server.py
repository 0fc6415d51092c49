"""A mail server in a thread: takes mails, refuses one address, or hangs where it is told to."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from threading import Event, Thread


class _Dialogue(socketserver.StreamRequestHandler):
    """RFC 5321, as much of it as a client that sends one mail needs."""

    server: "SmtpServer"

    def handle(self) -> None:
        with suppress(OSError):
            self._wait_if("greeting")
            self._say("220 essai")
            while line := self.rfile.readline():
                if not self._answer(line.decode().strip()):
                    return

    def _answer(self, line: str) -> bool:
        verb = line[:4].upper()
        if verb == "RCPT" and self.server.refused and self.server.refused in line:
            self._say("550 no such person")
        elif verb == "DATA":
            self._say("354 go on")
            self._receive()
            self._say("250 taken")
        elif verb == "QUIT":
            self._wait_if("leave")
            self._say("221 bye")
            return False
        else:
            self._say("250 yes")
        return True

    def _receive(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        letter = message_from_bytes(b"".join(lines))
        self.server.taken.append((str(letter["To"]), str(letter["Message-ID"])))

    def _wait_if(self, moment: str) -> None:
        if self.server.hangs_at == moment:
            self.server.held.append(moment)
            self.server.over.wait(60)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class SmtpServer(socketserver.ThreadingTCPServer):
    """`taken` are the address and the identifier of each mail accepted; `held`, where it kept somebody waiting."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, *, hangs_at: str = "", refused: str = "") -> None:
        super().__init__(("127.0.0.1", port), _Dialogue)
        self.hangs_at, self.refused = hangs_at, refused
        self.taken: list[tuple[str, str]] = []
        self.held: list[str] = []
        self.over = Event()


@contextmanager
def smtp_server(port: int, **behaviour: str) -> Iterator[SmtpServer]:
    with SmtpServer(port, **behaviour) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()
