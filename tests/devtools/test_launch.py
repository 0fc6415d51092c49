"""What is refused before any work begins, each time in a sentence that says what to do."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import launch as launching
from devtools.demo import ACCOUNTS, _welcome
from devtools.launch import DEFAULT_PASSWORD, Launch, check_disk, check_port, erase, kept_secrets
from devtools.processes import ROOT, Refusal, free_port
from devtools.servers import held


def a_launch(var_dir: Path, **changes) -> Launch:
    return Launch(**{"development": False, "var_dir": var_dir, "port": 8000, "https": False, "reset": False} | changes)


def demo(var_dir: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "devtools.demo"],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(var_dir), **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_port_that_is_not_a_number_is_refused(tmp_path):
    outcome = demo(tmp_path, PORT="huit mille")
    assert outcome.returncode == 1
    assert outcome.stderr == ("PORT=huit mille n’est pas un numéro de port : donnez un nombre entre 1024 et 65535.\n")


def test_taken_port_is_refused_before_any_work_and_another_is_proposed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        outcome = demo(tmp_path, PORT=str(port))
    assert outcome.returncode == 1
    assert outcome.stderr.startswith(f"Le port {port} est déjà pris par un autre programme : « make demo PORT=")
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_free_port_is_accepted(tmp_path):
    check_port(a_launch(tmp_path, port=free_port()))


def test_second_demonstration_on_the_same_data_is_refused(tmp_path):
    with held(tmp_path):
        outcome = demo(tmp_path)
    assert outcome.returncode == 1
    assert outcome.stderr.startswith(f"Trajectoires EFC tourne déjà sur {tmp_path} (processus {os.getpid()})")


def test_data_that_cannot_be_read_is_refused_with_what_would_be_lost(tmp_path):
    (tmp_path / "secrets.env").write_text("SECRET_KEY=x\nJOURNAL_KEYS=y\n")
    (tmp_path / "postgres").mkdir()
    outcome = demo(tmp_path, PORT=str(free_port()))
    assert outcome.returncode == 1
    assert outcome.stderr.splitlines() == [
        f"Les données de PostgreSQL sont abîmées : {tmp_path}/postgres/PG_VERSION manque ou est illisible.",
        f"Si ces données ne peuvent être réparées, {launching.STARTING_AGAIN}",
    ]


def test_welcome_says_who_may_sign_in_and_with_what(tmp_path):
    said = _welcome(a_launch(tmp_path), "un mot de passe à moi")
    assert [word for word in said.split() if word.endswith("@demo.example")] == list(ACCOUNTS)
    assert list(ACCOUNTS) == [
        "coordination@demo.example",
        "accompagnement@demo.example",
        "dirigeance@demo.example",
        "equipe@demo.example",
        "formation@demo.example",
        "communaute@demo.example",
    ]
    assert "Mot de passe : un mot de passe à moi" in said
    assert f"Six personnes peuvent se connecter :\n  {next(iter(ACCOUNTS))}" in said


def test_readme_names_the_same_people():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [line.split("`")[1] for line in readme.splitlines() if "@demo.example" in line] == list(ACCOUNTS)


def test_full_disk_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(launching, "LEAST_FREE_SPACE", 10**18)
    with pytest.raises(Refusal, match=r"^Il reste \d+ Mo sur le disque de .*, il en faut 500"):
        check_disk(a_launch(tmp_path))


def test_secrets_are_made_once_and_closed_to_others(tmp_path):
    first = kept_secrets(a_launch(tmp_path))
    assert kept_secrets(a_launch(tmp_path)) == first
    assert first["DEMO_PASSWORD"] == DEFAULT_PASSWORD
    assert stat.S_IMODE((tmp_path / "secrets.env").stat().st_mode) == 0o600


def test_password_given_once_is_the_one_shown_afterwards(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "un mot de passe à moi")
    kept_secrets(a_launch(tmp_path))
    monkeypatch.delenv("DEMO_PASSWORD")
    assert kept_secrets(a_launch(tmp_path))["DEMO_PASSWORD"] == "un mot de passe à moi"


def test_another_password_is_refused_once_the_accounts_have_theirs(tmp_path, monkeypatch):
    kept_secrets(a_launch(tmp_path))
    monkeypatch.setenv("DEMO_PASSWORD", "un autre mot de passe")
    with pytest.raises(Refusal, match=r"^Les comptes de cette démonstration ont déjà un autre mot de passe"):
        kept_secrets(a_launch(tmp_path))


def test_keys_given_from_outside_do_not_replace_those_kept(tmp_path, monkeypatch):
    kept = kept_secrets(a_launch(tmp_path))
    monkeypatch.setenv("JOURNAL_KEYS", "given:key")
    assert kept_secrets(a_launch(tmp_path))["JOURNAL_KEYS"] == "given:key"
    monkeypatch.delenv("JOURNAL_KEYS")
    assert kept_secrets(a_launch(tmp_path)) == kept


def test_short_password_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "trop-court")
    with pytest.raises(Refusal, match=r"^DEMO_PASSWORD est trop court"):
        kept_secrets(a_launch(tmp_path))


def test_lost_keys_are_refused_rather_than_replaced(tmp_path):
    (tmp_path / "postgres").mkdir()
    with pytest.raises(Refusal, match=r"sans ses clés, le journal déjà écrit reste illisible"):
        kept_secrets(a_launch(tmp_path))


def test_starting_again_erases_nothing_but_what_the_demonstration_made(tmp_path):
    for name in ("postgres", "broker", "broker-20260101-000000", "mail", "photos"):
        (tmp_path / name).mkdir()
    for name in ("secrets.env", "notes.txt"):
        (tmp_path / name).touch()
    erase(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "photos"]


def test_starting_again_is_refused_when_the_database_lives_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/efc")
    with pytest.raises(Refusal, match=r"^RESET=1 n’efface que les données de la démonstration"):
        erase(tmp_path)


def test_plain_http_is_for_this_machine_only(tmp_path):
    plain, encrypted = a_launch(tmp_path), a_launch(tmp_path, https=True)
    assert (plain.bound_to, plain.address) == ("127.0.0.1", "http://127.0.0.1:8000")
    assert encrypted.bound_to == "0.0.0.0"


def test_host_given_from_outside_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "demo.example")
    assert a_launch(tmp_path).environment["ALLOWED_HOSTS"] == "demo.example"
