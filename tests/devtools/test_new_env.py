"""The settings of a new installation are made by a command, and never made twice."""

import os
import re
import shutil
import stat
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ASKED = ("https://trajectoires.example", "bonjour@trajectoires.example")
FOLDERS = {"deploy", "docker"}
SECRETS = {"SECRET_KEY", "DATABASE_ADMIN_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "METRICS_TOKEN"}


@pytest.fixture
def make_env(tmp_path):
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return lambda *asked: subprocess.run(
        ["sh", "deploy/new_env.sh", *asked], cwd=tmp_path, capture_output=True, text=True
    )


def written(tmp_path: Path, name: str = ".env") -> dict[str, str]:
    lines = (tmp_path / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_secrets_are_drawn_and_what_only_a_person_knows_is_left_to_them(make_env, tmp_path):
    outcome = make_env(*ASKED)
    assert outcome.returncode == 0, outcome.stderr
    found = written(tmp_path)
    assert len({found[name] for name in SECRETS}) == len(SECRETS)
    assert min(len(found[name]) for name in SECRETS) >= 48
    key_id, _, key = found["JOURNAL_KEYS"].partition(":")
    assert key_id.isdigit()
    assert len(b64decode(key)) == 32
    assert (found["ALLOWED_HOSTS"], found["SITE_URL"]) == ("trajectoires.example", "https://trajectoires.example")
    assert found["DEFAULT_FROM_EMAIL"] == "Trajectoires EFC <bonjour@trajectoires.example>"
    empty = {name for name, value in found.items() if not value}
    told = {name for name in empty if name in outcome.stdout}
    assert told == {"EMAIL_URL", "BACKUP_URL", "BACKUP_ACCESS_KEY", "BACKUP_SECRET_KEY", "BACKUP_RECIPIENTS"}
    assert empty - told == {"CLAMD_URL", "SENTRY_DSN"}
    assert not any(found[name] in outcome.stdout + outcome.stderr for name in SECRETS)


def test_only_its_owner_reads_it_and_nothing_else_is_left(make_env, tmp_path):
    make_env(*ASKED)
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {*FOLDERS, ".env"}


def test_what_is_there_is_never_touched(make_env, tmp_path):
    make_env(*ASKED)
    before = (tmp_path / ".env").read_text()
    outcome = make_env(*ASKED)
    assert outcome.returncode == 1
    assert "n’est pas touché" in outcome.stderr
    assert (tmp_path / ".env").read_text() == before


@pytest.mark.parametrize(
    "asked",
    [
        (),
        ASKED[:1],
        ("http://trajectoires.example", ASKED[1]),
        (*ASKED, "podman"),
        ("https://trajectoires.example/chemin", ASKED[1]),
        ("https://a|b.example", ASKED[1]),
        ("https://", ASKED[1]),
        (ASKED[0], "bonjour"),
        (ASKED[0], "a@b@c.example"),
        (ASKED[0], "x|e s@c.example"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_written(make_env, tmp_path, asked):
    outcome = make_env(*asked)
    assert outcome.returncode == 1
    assert outcome.stderr
    assert {path.name for path in tmp_path.iterdir()} == FOLDERS


def test_two_installations_share_no_secret(make_env, tmp_path):
    make_env(*ASKED)
    first = written(tmp_path)
    (tmp_path / ".env").unlink()
    make_env(*ASKED)
    assert not any(first[name] == written(tmp_path)[name] for name in {*SECRETS, "JOURNAL_KEYS"})


def test_without_docker_the_owner_of_the_tables_is_named_apart(make_env, tmp_path):
    outcome = make_env(*ASKED, "sans-docker")
    assert outcome.returncode == 0, outcome.stderr
    found, owner = written(tmp_path), written(tmp_path, ".env.owner")
    assert set(owner) == {"DATABASE_OWNER_URL"}
    assert not {name for name in found if name.endswith("_PASSWORD") or name == "PORT"}
    assert {"DATABASE_URL", "REDIS_URL", "VAR_DIR", "SECRET_KEY", "EMAIL_URL"} <= set(found)
    assert found["TRUSTED_PROXY_COUNT"] == "1"
    passwords = {re.search(":([0-9a-f]{48})@", url)[1] for url in (found["DATABASE_URL"], owner["DATABASE_OWNER_URL"])}
    assert len(passwords) == 2
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (".env", ".env.owner")} == {0o600}
    assert {path.name for path in tmp_path.iterdir()} == {*FOLDERS, ".env", ".env.owner"}


def test_manage_gives_the_settings_as_they_are_and_the_owner_to_who_needs_it(make_env, tmp_path):
    make_env(*ASKED, "sans-docker")
    with (tmp_path / ".env").open("a") as env:
        env.write("BACKUP_URL=s3://seau/dossier?endpoint=https://s3.example&region=fr $(touch evaluated) \"'\n")
        env.write('PUBLISHER_NAME="Le Réseau"\n')
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$*" "$BACKUP_URL" "${DATABASE_OWNER_URL:-personne}" "$PUBLISHER_NAME"\n'
    )
    python.chmod(0o755)
    said = {command: managed(tmp_path, command) for command in ("backup", "migrate", "restore_backup")}
    assert said["backup"][0] == "manage.py backup --plus"
    assert said["backup"][1] == "s3://seau/dossier?endpoint=https://s3.example&region=fr $(touch evaluated) \"'"
    assert said["backup"][2:] == ["personne", "Le Réseau"]
    assert said["migrate"][2] == said["restore_backup"][2] == written(tmp_path, ".env.owner")["DATABASE_OWNER_URL"]
    assert not (tmp_path / "evaluated").exists()


def managed(tmp_path: Path, command: str) -> list[str]:
    bare = {"PATH": os.environ["PATH"]}
    asked = ["sh", "deploy/manage.sh", command, "--plus"]
    return subprocess.run(asked, cwd=tmp_path, env=bare, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_units_are_understood_by_systemd(tmp_path):
    """Their commands are those of an installation: here they are another that exists."""
    units = sorted((ROOT / "deploy/systemd").iterdir())
    assert len(units) == 4
    for unit in units:
        said = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(said.replace("/srv/trajectoires", str(tmp_path)))
    command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in units)]
    outcome = subprocess.run(command, capture_output=True, text=True)
    ours = [line for line in outcome.stderr.splitlines() if "trajectoires" in line]
    assert (outcome.returncode, ours) == (0, [])
