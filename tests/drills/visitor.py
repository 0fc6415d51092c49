"""A person at their browser, over real HTTP."""

import http.client
import re
from contextlib import closing, suppress
from urllib.parse import urlencode

from django.test import Client

from accounts.models import User
from tests.signing_in import sign_in


def answers(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return _ask(port, "GET", "/healthz", {})[0] == http.HTTPStatus.OK
    return False


def _ask(port: int, method: str, path: str, headers: dict[str, str], body: str | None = None):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


class Visitor:
    """Signed in as `user`, through a session that the site reads from the same database."""

    def __init__(self, port: int, user: User) -> None:
        client = Client()
        sign_in(client, user)
        self.port = port
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}

    def get(self, path: str) -> int:
        return self.ask("GET", path)[0]

    def send(self, path: str, fields: dict[str, str]) -> str:
        """Fills in the form of a page; the address it leads to."""
        _status, _headers, page = self.ask("GET", path)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        status, headers, page = self.ask("POST", path, {**fields, "csrfmiddlewaretoken": token})
        assert status == http.HTTPStatus.FOUND, page
        return headers["Location"]

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None):
        """Status, headers and page, with the cookies of this person."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = _ask(self.port, method, path, headers, urlencode(fields) if fields else None)
        for cookie in answer[1].get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer
