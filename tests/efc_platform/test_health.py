"""What a supervisor is told, and on what it depends."""

import socket
import time

import pytest
from django.db import connection


@pytest.fixture
def database_at(monkeypatch):
    """Moves the database's address, for connections opened from now on."""

    def move(port: int) -> None:
        monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        monkeypatch.setitem(connection.settings_dict, "PORT", str(port))

    return move


def test_process_answers_without_the_database(client, settings):
    """No `db` fixture: touching the database would raise, even for somebody who has a session."""
    client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "Set-Cookie" not in response


def test_ready_when_the_database_answers(client, db):
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"ready\n")


def test_ready_without_the_broker(client, db, settings):
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    assert client.get("/readyz").status_code == 200


def test_not_ready_when_the_database_is_gone(client, db, database_at):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    database_at(port)
    assert client.get("/readyz").status_code == 503


def test_not_ready_within_five_seconds_when_the_database_is_frozen(client, db, database_at):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database_at(silent.getsockname()[1])
        began = time.monotonic()
        assert client.get("/readyz").status_code == 503
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_only_reading_is_answered(client, db, address):
    assert client.post(address).status_code == 405
