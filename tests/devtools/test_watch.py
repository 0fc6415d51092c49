"""What stops is started again; what keeps stopping ends the launcher with its last words."""

import sys

import pytest

from devtools.demo import _watch
from devtools.processes import Child, Refusal


def child_saying(words: str, log) -> Child:
    return Child("essai", [sys.executable, "-c", f"print({words!r})"], log=log)


def test_child_that_keeps_stopping_ends_all_with_its_last_words(tmp_path, capsys):
    log = tmp_path / "log" / "essai.log"
    child = child_saying("la base est absente", log)
    child.start()
    with pytest.raises(Refusal) as refused:
        _watch([child], lambda: None)
    assert str(refused.value).splitlines() == [
        f"« essai » s’arrête sans cesse, tout est donc arrêté ; la fin de {log} dit pourquoi :",
        "la base est absente",
    ]
    assert capsys.readouterr().out == "« essai » s’est arrêté, il est relancé.\n" * 3


def test_last_words_are_those_of_this_start(tmp_path):
    log = tmp_path / "essai.log"
    log.write_text("dit hier\n")
    child = child_saying("dit aujourd’hui", log)
    child.start()
    child.wait()
    assert child.last_words().splitlines()[1:] == ["dit aujourd’hui"]


def test_child_deaf_to_its_signal_is_killed_with_what_it_started(tmp_path):
    log = tmp_path / "essai.log"
    child = Child("sourd", ["sh", "-c", "trap '' TERM; sleep 600 & echo ready; wait"], log=log, patience=0.2)
    child.start()
    while "ready" not in log.read_text():
        child.ends_within(0.02)
    child.stop()
    assert not child.is_running
