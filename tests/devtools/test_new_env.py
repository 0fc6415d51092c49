"""The settings of a new installation are made by a command, and never made twice."""

import shutil
import stat
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from django.conf import settings

DOCKER = Path(settings.BASE_DIR) / "docker"
ASKED = ("https://trajectoires.example", "bonjour@trajectoires.example")
SECRETS = {"SECRET_KEY", "DATABASE_ADMIN_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "METRICS_TOKEN"}


@pytest.fixture
def make_env(tmp_path):
    shutil.copytree(DOCKER, tmp_path / "docker")
    return lambda *asked: subprocess.run(
        ["sh", "docker/new_env.sh", *asked], cwd=tmp_path, capture_output=True, text=True
    )


def written(tmp_path: Path) -> dict[str, str]:
    lines = (tmp_path / ".env").read_text().splitlines()
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
    assert found["DEFAULT_FROM_EMAIL"] == "bonjour@trajectoires.example"
    empty = {name for name, value in found.items() if not value}
    told = {name for name in empty if name in outcome.stdout}
    assert told == {"EMAIL_URL", "BACKUP_URL", "BACKUP_ACCESS_KEY", "BACKUP_SECRET_KEY", "BACKUP_RECIPIENTS"}
    assert empty - told == {"CLAMD_URL", "SENTRY_DSN"}
    assert not any(found[name] in outcome.stdout + outcome.stderr for name in SECRETS)


def test_only_its_owner_reads_it_and_nothing_else_is_left(make_env, tmp_path):
    make_env(*ASKED)
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"docker", ".env"}


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
    assert {path.name for path in tmp_path.iterdir()} == {"docker"}


def test_two_installations_share_no_secret(make_env, tmp_path):
    make_env(*ASKED)
    first = written(tmp_path)
    (tmp_path / ".env").unlink()
    make_env(*ASKED)
    assert not any(first[name] == written(tmp_path)[name] for name in {*SECRETS, "JOURNAL_KEYS"})
