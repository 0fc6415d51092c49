"""Behind the project's own nginx, who sends one byte a second or announces two gigabytes holds up nobody."""

import re
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPSConnection
from pathlib import Path
from statistics import median
from threading import Event
from time import monotonic

import psutil
import pytest
from django.conf import settings
from django.urls import reverse

from devtools.certificate import ensure_certificate
from devtools.processes import Child, free_port
from tests.drills.installation import Installation, until

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
CONFIGURATION = Path(settings.BASE_DIR) / "deploy" / "nginx.conf"
SLOW, ONE_SECOND, CLOSED_WITHIN = 200, 1.0, 30
HEAD = b"POST /connexion/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
TWO_GIGABYTES = 2 * 1024**3


class Proxy:
    """nginx with the configuration of deploy/nginx.conf, on a port of its own before this gunicorn."""

    def __init__(self, drilled: Installation) -> None:
        self.port, self._site_port = free_port(), drilled.port
        folder = drilled.var_dir / "nginx"
        folder.mkdir()
        certificate, key = ensure_certificate(folder, ["127.0.0.1"])
        self._trusting = ssl.create_default_context(cafile=certificate)
        written = CONFIGURATION.read_text()
        written = re.sub(r"^ *listen \[::\].*$", "", written, flags=re.MULTILINE)
        for ours, here in {
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "server 127.0.0.1:8000;": f"server 127.0.0.1:{drilled.port};",
            "/etc/letsencrypt/live/trajectoires.exemple.fr/fullchain.pem": str(certificate),
            "/etc/letsencrypt/live/trajectoires.exemple.fr/privkey.pem": str(key),
            "/var/log/nginx": str(folder),
        }.items():
            assert ours in written
            written = written.replace(ours, here)
        (folder / "site.conf").write_text(written)
        around = f"pid {folder}/pid; daemon off; events {{ worker_connections 1024; }}"
        (folder / "nginx.conf").write_text(f"{around} http {{ include {folder}/site.conf; }}")
        command = [str(shutil.which("nginx")), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
        self.child = Child("nginx", command, folder / "out.log")

    def connect(self) -> ssl.SSLSocket:
        bare = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        return self._trusting.wrap_socket(bare, server_hostname="127.0.0.1")

    def get(self, path: str) -> tuple[int, float]:
        """How it answers somebody in no hurry to harm, and in how many seconds."""
        began = monotonic()
        with closing(HTTPSConnection("127.0.0.1", self.port, timeout=30, context=self._trusting)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status, monotonic() - began

    def held_by_the_site(self) -> int:
        """Connections that reached the application."""
        found = psutil.net_connections("tcp4")
        return sum(
            one.laddr.port == self._site_port and one.status == psutil.CONN_ESTABLISHED for one in found if one.laddr
        )


@pytest.fixture
def proxy(drilled) -> Iterator[Proxy]:
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed (apt-get install nginx-light)")
    drilled.settings |= {"TRUSTED_PROXY_COUNT": "1"}
    drilled.site()
    found = Proxy(drilled)
    found.child.start()
    until(lambda: accepts(found), seconds=20, what="nginx answers", more=found.child.last_words)
    yield found
    found.child.stop()


def accepts(proxy: Proxy) -> bool:
    with suppress(OSError):
        return proxy.get("/healthz")[0] == 200
    return False


def is_cut(client: ssl.SSLSocket) -> bool:
    """Closed by the other side, whatever it said before."""
    client.settimeout(0)
    try:
        while client.recv(4096):
            pass
    except (ssl.SSLWantReadError, BlockingIOError):
        return False
    except OSError:
        return True
    return True


def drip(clients: list[ssl.SSLSocket], byte: bytes) -> list[ssl.SSLSocket]:
    """One byte more from each that is still let speak; gives these."""
    left = []
    for client in clients:
        if not is_cut(client):
            with suppress(OSError):
                client.settimeout(1)
                client.sendall(byte)
                left.append(client)
    return left


def look_meanwhile(proxy: Proxy, still: Callable[[], bool], *, at_most: float) -> list[tuple[int, float]]:
    """A visit each second, for as long as there is something to see."""
    seen, pause, deadline = [], Event(), monotonic() + at_most
    while still() and monotonic() < deadline:
        seen.append(proxy.get(reverse("account_login")))
        pause.wait(ONE_SECOND)
    return seen


@pytest.mark.fault("D20", "200 connexions à un octet par seconde, jamais au bout de l’en-tête")
def test_two_hundred_who_never_end_their_header_are_cut(proxy, toll):
    usual = median(proxy.get(reverse("account_login"))[1] for _time in range(20))
    with ExitStack() as stack:
        slow = [stack.enter_context(proxy.connect()) for _client in range(SLOW)]
        for client in slow:
            client.sendall(HEAD + b"X-Slow: ")

        def still() -> bool:
            slow[:] = drip(slow, b"a")
            assert proxy.held_by_the_site() <= 16
            return bool(slow)

        with toll.until_well(within=CLOSED_WITHIN):
            seen = look_meanwhile(proxy, still, at_most=CLOSED_WITHIN)
            assert slow == []
    check_as_quick(seen, usual)
    toll.settle(accepted=len(seen), lost=sum(status != 200 for status, _seconds in seen), doubled=0)


@pytest.mark.fault("D20", "100 envois à un octet par seconde, l’en-tête fini")
def test_a_hundred_slow_bodies_wait_outside_of_the_application(proxy, toll):
    """A slow line is no crime: nginx lets them go on, and keeps them to itself."""
    usual = median(proxy.get(reverse("account_login"))[1] for _time in range(20))
    with ExitStack() as stack:
        slow = [stack.enter_context(proxy.connect()) for _client in range(SLOW // 2)]
        for client in slow:
            client.sendall(HEAD + b"Content-Type: text/plain\r\nContent-Length: 1000\r\n\r\n")

        def still() -> bool:
            slow[:] = drip(slow, b"a")
            assert proxy.held_by_the_site() <= 16
            return True

        seen = look_meanwhile(proxy, still, at_most=12)
    check_as_quick(seen, usual)
    toll.settle(accepted=len(seen), lost=sum(status != 200 for status, _seconds in seen), doubled=0)


def check_as_quick(seen: list[tuple[int, float]], usual: float) -> None:
    """Of a page that takes some milliseconds, twice as much is nothing that a person sees."""
    assert len(seen) >= 5
    assert median(seconds for _status, seconds in seen) <= max(2 * usual, 0.2)


@pytest.mark.fault("D20", "une demande qui annonce deux gigaoctets")
def test_two_gigabytes_are_refused_on_their_announcement(proxy, toll):
    with proxy.connect() as client, toll.until_well(within=CLOSED_WITHIN):
        client.sendall(HEAD + f"Content-Type: text/plain\r\nContent-Length: {TWO_GIGABYTES}\r\n\r\n".encode())
        answer = b""
        with suppress(OSError):
            while len(answer) < 100_000 and (more := client.recv(4096)):
                answer += more
    assert b" 413 " in answer.partition(b"\r\n")[0]
    assert "Rien n’a été enregistré" in answer.decode()
    assert proxy.get(reverse("account_login"))[0] == 200
    toll.settle(accepted=1, lost=0, doubled=0)
