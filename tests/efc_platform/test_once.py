"""What a page read once it does not read again, and nothing that was read outlives it."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from efc_platform.shared.once import ReadOnceMiddleware, once


def reads_of(method: str) -> list[int]:
    """How often a value asked for twice in one request was read; a second request follows."""
    reads: list[int] = []

    def read() -> int:
        reads.append(1)
        return len(reads)

    def view(request: HttpRequest) -> HttpResponse:
        once("asked", read)
        return HttpResponse(str(once("asked", read)))

    site = ReadOnceMiddleware(view)
    return [int(site(RequestFactory().generic(method, "/")).content) for _request in range(2)]


def test_a_page_reads_once_and_the_next_one_anew():
    assert reads_of("GET") == [1, 2]


def test_a_form_that_is_sent_reads_each_time():
    assert reads_of("POST") == [2, 4]


def test_outside_a_request_nothing_is_kept():
    values = iter([1, 2])
    assert [once("asked", lambda: next(values)), once("asked", lambda: next(values))] == [1, 2]


def test_a_page_that_fails_keeps_nothing():
    def view(request: HttpRequest) -> HttpResponse:
        once("asked", lambda: 1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ReadOnceMiddleware(view)(RequestFactory().get("/"))
    assert once("asked", lambda: 2) == 2
