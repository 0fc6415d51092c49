"""Each answer has a number of ours, which the logs repeat on lines that nobody can forge."""

import logging

import pytest

from efc_platform.shared.request_id import OneLineFormatter

FORMAT = "[%(request_id)s] %(message)s"


def line(message: str, *values: object, exc_info=None) -> str:
    record = logging.LogRecord("essai", logging.WARNING, "f", 1, message, values, exc_info)
    return OneLineFormatter(FORMAT).format(record)


def test_answer_carries_a_number_of_ours(client):
    answers = [client.get("/healthz", headers={"X-Request-ID": "choisi-ailleurs"}) for _ in range(2)]
    numbers = {answer["X-Request-ID"] for answer in answers}
    assert len(numbers) == 2
    assert {len(number) for number in numbers} == {32}


def test_outside_a_request_there_is_no_number():
    assert line("bonjour") == "[-] bonjour"


@pytest.mark.parametrize("mark", ["\n", "\r", "\x1b", "\x85", "\u2028"])
def test_what_was_typed_writes_no_second_line(mark):
    written = line("no page at %s", f"/a{mark}2026 ERROR forged")
    assert len(written.splitlines()) == 1
    assert mark not in written


def test_trace_is_set_back():
    try:
        raise ValueError("first\n2026 ERROR forged")
    except ValueError as problem:
        written = line("failed", exc_info=(type(problem), problem, problem.__traceback__))
    assert all(one.startswith("  | ") for one in written.splitlines()[1:])
