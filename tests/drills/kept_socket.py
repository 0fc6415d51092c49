"""Holds the socket that the site listens on and starts the site again whenever it ends, as systemd does with a socket
unit and Restart=always: `python -m tests.drills.kept_socket PORT COMMAND…`."""

import os
import socket
import sys

# Where systemd puts the first socket it passes on.
FIRST = 3


def main(port: int, command: list[str]) -> None:
    with socket.create_server(("127.0.0.1", port), backlog=1024) as listener:
        while True:
            child = os.fork()
            if not child:
                os.dup2(listener.fileno(), FIRST)
                os.set_inheritable(FIRST, True)
                given = {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
                os.execvpe(command[0], command, {**os.environ, **given})  # noqa: S606 - the same process, as systemd does
            os.waitpid(child, 0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
