"""A person at their browser, over real HTTP."""

import http.client
import re
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.files.base import File
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from accounts.models import User
from tests.signing_in import sign_in


def answers(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return _ask(port, "GET", "/healthz", {})[0] == http.HTTPStatus.OK
    return False


@dataclass(frozen=True)
class Answer:
    status: int
    content: bytes
    location: str = ""

    @property
    def page(self) -> str:
        return self.content.decode()


def _ask(port: int, method: str, path: str, headers: dict[str, str], body: str | bytes | None = None):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


class Visitor:
    """Signed in as `user`, through a session that the site reads from the same database."""

    def __init__(self, port: int, user: User) -> None:
        client = Client()
        sign_in(client, user)
        self.port = port
        self.cookies = {name: morsel.value for name, morsel in client.cookies.items()}

    def get(self, path: str) -> int:
        return self.ask("GET", path)[0]

    def open(self, path: str, **headers: str) -> Answer:
        status, said, content = self.ask("GET", path, headers=headers)
        return Answer(status, content, said.get("Location", ""))

    def send(self, path: str, fields: dict[str, str]) -> str:
        """Fills in the form of a page; the address it leads to."""
        answer = self.press(path, fields)
        assert answer.status == http.HTTPStatus.FOUND, answer.page
        return answer.location

    def press(self, path: str, fields: dict[str, str | File], *, page: str = "") -> Answer:
        """Fills in the form of a page, with its files, and sends it wherever that leads; a form that stands on
        another page than its address is read there."""
        return self.post(path, {**fields, "csrfmiddlewaretoken": self.token_of(page or path)})

    def token_of(self, path: str) -> str:
        return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.open(path).page)[1]

    def post(self, path: str, fields: dict[str, str | File]) -> Answer:
        """What a form that was already open sends, its token included."""
        status, headers, content = self.ask("POST", path, fields)
        return Answer(status, content, headers.get("Location", ""))

    def ask(self, method: str, path: str, fields: dict[str, Any] | None = None, headers: dict[str, str] | None = None):
        """Status, headers and page, with the cookies of this person."""
        headers = (headers or {}) | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body: str | bytes | None = None
        if fields and any(isinstance(value, File) for value in fields.values()):
            headers["Content-Type"], body = MULTIPART_CONTENT, encode_multipart(BOUNDARY, fields)
        elif fields:
            headers["Content-Type"], body = "application/x-www-form-urlencoded", urlencode(fields)
        answer = _ask(self.port, method, path, headers, body)
        for cookie in answer[1].get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer
