"""A real server that speaks S3, on a folder of this machine: rclone's."""

import socket
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.processes import Child, listening

ACCESS_KEY, SECRET_KEY = "cle", "secret-de-cet-essai"


@contextmanager
def s3_server(root: Path) -> Iterator[str]:
    """The address of a prefix in its only bucket, as BACKUP_URL and FILES_URL write it."""
    (root / "served" / "seau").mkdir(parents=True)
    rclone = str(Path(sysconfig.get_path("scripts")) / "rclone")

    def server(port: int) -> Child:
        options = ["--addr", f"127.0.0.1:{port}", "--auth-key", f"{ACCESS_KEY},{SECRET_KEY}", "--config", "/dev/null"]
        return Child("S3", [rclone, "serve", "s3", str(root / "served"), *options], root / "rclone.log")

    def answers(port: int) -> None:
        socket.create_connection(("127.0.0.1", port), 1).close()

    child, port = listening(server, answers)
    try:
        yield f"s3://seau/sauvegardes?endpoint=http://127.0.0.1:{port}"
    finally:
        child.stop()
