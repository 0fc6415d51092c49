"""Texts sealed for one row, under keys that change."""

import base64

import pytest

from efc_platform.shared.encryption import TamperedText, UnknownKey, check_journal_keys, seal, unseal

OLD = "2026-01:" + base64.b64encode(b"a" * 32).decode()
NEW = "2026-06:" + base64.b64encode(b"b" * 32).decode()
TEXT = "Mal à l’aise quand le président a coupé court."


@pytest.fixture(autouse=True)
def keys(settings):
    settings.JOURNAL_KEYS = [OLD]


def test_sealed_text_comes_back():
    sealed = seal(TEXT, bound_to="row:author")
    assert sealed.key_id == "2026-01"
    assert unseal(sealed.key_id, sealed.blob, bound_to="row:author") == TEXT


def test_sealed_bytes_hold_none_of_the_words():
    assert "président".encode() not in seal(TEXT, bound_to="row").blob


def test_same_text_never_gives_the_same_bytes():
    assert seal(TEXT, bound_to="row").blob != seal(TEXT, bound_to="row").blob


def test_bytes_moved_to_another_row_do_not_open():
    sealed = seal(TEXT, bound_to="row:author")
    with pytest.raises(TamperedText):
        unseal(sealed.key_id, sealed.blob, bound_to="row:somebody else")


@pytest.mark.parametrize("position", [0, 15, -1])
def test_changed_byte_is_noticed(position):
    sealed = seal(TEXT, bound_to="row")
    changed = bytearray(sealed.blob)
    changed[position] ^= 1
    with pytest.raises(TamperedText):
        unseal(sealed.key_id, bytes(changed), bound_to="row")


@pytest.mark.parametrize("kept", [0, 5, 12, 20])
def test_truncated_bytes_are_noticed(kept):
    sealed = seal(TEXT, bound_to="row")
    with pytest.raises(TamperedText):
        unseal(sealed.key_id, sealed.blob[:kept], bound_to="row")


def test_after_a_rotation_old_pages_open_and_new_ones_use_the_new_key(settings):
    old = seal(TEXT, bound_to="row")
    settings.JOURNAL_KEYS = [NEW, OLD]
    assert unseal(old.key_id, old.blob, bound_to="row") == TEXT
    assert seal(TEXT, bound_to="row").key_id == "2026-06"


def test_page_whose_key_was_dropped_says_which(settings):
    old = seal(TEXT, bound_to="row")
    settings.JOURNAL_KEYS = [NEW]
    with pytest.raises(UnknownKey, match="2026-01"):
        unseal(old.key_id, old.blob, bound_to="row")


@pytest.mark.parametrize(
    ("configured", "message"),
    [
        ([OLD, NEW], None),
        ([], "JOURNAL_KEYS est vide"),
        (["sans-identifiant"], "JOURNAL_KEYS, clé n° 1 : il manque l’identifiant suivi de deux-points"),
        ([OLD, "x:pas du base64 !"], "JOURNAL_KEYS, clé n° 2 : la clé n’est pas du base64"),
        (["x:" + base64.b64encode(b"court").decode()], "JOURNAL_KEYS, clé n° 1 : la clé fait 5 octets au lieu de 32"),
        ([OLD, OLD], "JOURNAL_KEYS : deux clés portent le même identifiant"),
    ],
)
def test_keys_are_checked_at_start_up(settings, configured, message):
    settings.JOURNAL_KEYS = configured
    problems = check_journal_keys()
    assert [problem.msg for problem in problems] == ([message] if message else [])
    assert all("openssl rand -base64 32" in problem.hint for problem in problems)


def test_message_of_a_check_never_shows_the_key(settings):
    settings.JOURNAL_KEYS = ["x:" + base64.b64encode(b"court").decode()]
    problem = check_journal_keys()[0]
    assert base64.b64encode(b"court").decode() not in problem.msg + problem.hint
