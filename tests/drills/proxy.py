"""A cable between a process and a server, that can be cut without either of them being told."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread


class Proxy:
    """Carries what is said to `port` and back. Once swallowed, connections stay open and carry nothing, as when a
    firewall forgets them; those opened later pass."""

    def __init__(self, port: int) -> None:
        self._upstream, self._cables = port, list[_Cable]()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()

    def swallow(self) -> int:
        """How many connections it forgot."""
        alive = [cable for cable in self._cables if cable.is_carrying and not cable.is_cut]
        for cable in alive:
            cable.is_cut = True
        return len(alive)

    def close(self) -> None:
        # Closing alone would leave the thread waiting.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for cable in self._cables:
            cable.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                self._cables.append(_Cable(near, self._upstream))


class _Cable:
    def __init__(self, near: socket.socket, port: int) -> None:
        self.is_cut = False
        self._ends = near, socket.create_connection(("127.0.0.1", port))
        pairs = (self._ends, self._ends[::-1])
        self._threads = [Thread(target=self._carry, args=pair, daemon=True) for pair in pairs]
        for thread in self._threads:
            thread.start()

    @property
    def is_carrying(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        self._hang_up()
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        """Until one of them hangs up; then so does the other, unless nobody would tell it."""
        with suppress(OSError):
            while said := source.recv(65536):
                if not self.is_cut:
                    target.sendall(said)
        if not self.is_cut:
            self._hang_up()

    def _hang_up(self) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
